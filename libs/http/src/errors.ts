/** A listen address cannot be used. The message names it, in the words of Go's net package. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly code: 'LISTEN_ADDRESS' | 'LISTEN_IN_USE' | 'LISTEN_FAILED';
  /** The address as it was given, such as `127.0.0.1:9090`. */
  readonly address: string;
  /** The message without what stands before it in Go's. */
  readonly reason: string;

  constructor(code: ListenError['code'], address: string, reason: string, options?: ErrorOptions) {
    super(`listen tcp ${address}: ${reason}`, options);
    this.code = code;
    this.address = address;
    this.reason = reason;
  }
}

/** A web configuration file that cannot be used. The message is upstream's. */
export class WebConfigError extends Error {
  override readonly name = 'WebConfigError';
  readonly code = 'WEB_CONFIG';
}
