/** Why a page could not get its data. `code` is stable; the message is for people. */
export abstract class ApiFailure extends Error {
  abstract readonly code: 'api' | 'missing' | 'unreachable' | 'malformed';
}

/** The server understood and refused: its own `errorType` and `error`. */
export class ApiError extends ApiFailure {
  readonly code = 'api';
  readonly status: number;
  readonly errorType: string;

  constructor(status: number, errorType: string, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.errorType = errorType;
  }
}

/** The server has no such endpoint (404 without an API envelope). */
export class MissingEndpointError extends ApiFailure {
  readonly code = 'missing';
  readonly path: string;

  constructor(path: string) {
    super(`This server does not offer ${path}.`);
    this.name = 'MissingEndpointError';
    this.path = path;
  }
}

/** No answer at all: the server is down, or the connection is. */
export class UnreachableError extends ApiFailure {
  readonly code = 'unreachable';

  constructor(cause: unknown) {
    super('The server does not answer.', { cause });
    this.name = 'UnreachableError';
  }
}

/** An answer that is not the API's JSON envelope, for instance of a proxy in between. */
export class MalformedAnswerError extends ApiFailure {
  readonly code = 'malformed';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'MalformedAnswerError';
    this.status = status;
  }
}
