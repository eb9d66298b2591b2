/** The API refused, or did not answer. The message is for people. */
export class ApiFailure extends Error {
  readonly code = 'API';
  override readonly name = 'ApiFailure';
  /** The HTTP status; undefined where there was no answer. */
  readonly status: number | undefined;

  constructor(message: string, status?: number, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}
