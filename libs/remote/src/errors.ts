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

/** A write that the receiver did not take and that is not worth another try. The message is upstream's. */
export class WriteRefusedError extends Error {
  override readonly name = 'WriteRefusedError';
  readonly code = 'WRITE_REFUSED';
}

/** A write that failed and is to be tried again. The message is upstream's. */
export class RecoverableWriteError extends Error {
  override readonly name = 'RecoverableWriteError';
  readonly code = 'WRITE_RECOVERABLE';
  /** How long the receiver asks to wait; 0 or less where it says nothing that can be followed. */
  readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs: number, options?: ErrorOptions) {
    super(message, options);
    this.retryAfterMs = retryAfterMs;
  }
}

/** Sending was given up because the queue ends. */
export class SendingStoppedError extends Error {
  override readonly name = 'SendingStoppedError';
  readonly code = 'SENDING_STOPPED';

  constructor() {
    super('context canceled');
  }
}

/** A configuration that remote storage cannot follow. The message is upstream's. */
export class RemoteConfigError extends Error {
  override readonly name = 'RemoteConfigError';
  readonly code = 'REMOTE_CONFIG';
}

/** A remote store that did not answer, or not in a way that can be read. The message is upstream's. */
export class RemoteReadError extends Error {
  override readonly name = 'RemoteReadError';
  readonly code = 'REMOTE_READ';
}
