/** A request that got no answer. The message is Go's: `Get "http://…": dial tcp …: connect: connection refused`. */
export class HttpRequestError extends Error {
  readonly code = 'HTTP_REQUEST';
  override readonly name = 'HttpRequestError';
}

/** A client cannot be made of its configuration, or a file that it names cannot be read. */
export class HttpClientSetupError extends Error {
  readonly code = 'HTTP_CLIENT_SETUP';
  override readonly name = 'HttpClientSetupError';
}

/** Why an abort signal fired: the time allowed has passed. */
export class DeadlineError extends Error {
  readonly code = 'DEADLINE';
  override readonly name = 'DeadlineError';

  constructor() {
    super('context deadline exceeded');
  }
}
