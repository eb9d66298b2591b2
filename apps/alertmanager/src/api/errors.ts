/** A request that upstream's API framework refuses: answered as `{code, message}`. */
export class RequestError extends Error {
  readonly code = 'API_REQUEST';
  override readonly name = 'RequestError';
  /** The HTTP status. */
  readonly status: number;
  /** The code in the answer: the status, or one of 600 and up for a value that breaks the schema. */
  readonly answerCode: number;

  constructor(status: number, answerCode: number, message: string) {
    super(message);
    this.status = status;
    this.answerCode = answerCode;
  }
}

/** A request that upstream's handlers refuse: answered as a bare text, in JSON. */
export class HandlerError extends Error {
  readonly code = 'API_HANDLER';
  override readonly name = 'HandlerError';
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}
