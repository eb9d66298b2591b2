export type PushErrorCode = 'PATH' | 'PARSE' | 'TIMESTAMP' | 'INCONSISTENT';

/** A push that is not taken. The message is the text of the answer, in upstream's words where it has any. */
export class PushError extends Error {
  override readonly name = 'PushError';
  readonly code: PushErrorCode;

  constructor(code: PushErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The persistence file cannot be read or written. */
export class PersistenceError extends Error {
  override readonly name = 'PersistenceError';
  readonly code = 'PERSISTENCE';
}
