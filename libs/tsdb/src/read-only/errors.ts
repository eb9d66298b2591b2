/** A data directory cannot be read; `step` says on the way to what, `cause` why. */
export class ReadOnlyError extends Error {
  readonly code = 'READ_ONLY';
  override readonly name = 'ReadOnlyError';
  /** In upstream's words, such as `opening the db dir`. */
  readonly step: string;

  constructor(step: string, cause: unknown) {
    super(`${step}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.step = step;
  }
}
