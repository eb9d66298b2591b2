/** A query could not be answered for a reason that is not its own: its worker died, or the pool is closed. */
export class QueryPoolError extends Error {
  override readonly name = 'QueryPoolError';
  readonly code: 'WORKER_DIED' | 'CLOSED';

  constructor(code: QueryPoolError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
