/** A body that cannot be decompressed, or only to more than may be. The message is upstream's. */
export class CompressionError extends Error {
  override readonly name = 'CompressionError';
  readonly code = 'COMPRESSION';
}

/** A body that is too long to be read. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
  readonly code = 'BODY_TOO_LARGE';

  constructor() {
    super('http: request body too large');
  }
}

/** A remote read that cannot be answered: the status and the text of the answer, which is upstream's. */
export class ReadError extends Error {
  override readonly name = 'ReadError';
  readonly code = 'READ';
  readonly status: 400 | 500;

  constructor(status: 400 | 500, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}
