/** A read went past the end of the bytes. */
export class ShortBufferError extends Error {
  readonly code = 'short_buffer';
  override readonly name = 'ShortBufferError';

  constructor(wantedBytes: number, remainingBytes: number) {
    super(`invalid size: wanted ${wantedBytes} bytes, ${remainingBytes} remain`);
  }
}

/** A variable-length integer does not end within 64 bits. */
export class VarintOverflowError extends Error {
  readonly code = 'varint_overflow';
  override readonly name = 'VarintOverflowError';

  constructor() {
    super('varint overflows a 64-bit integer');
  }
}

/** An integer does not fit a JavaScript number exactly; the `…Big` reading of it would have taken it. */
export class UnsafeIntegerError extends Error {
  readonly code = 'unsafe_integer';
  override readonly name = 'UnsafeIntegerError';

  constructor(value: bigint | number) {
    super(`integer ${value.toString()} is beyond the exact range of a number`);
  }
}

/** Bytes that are not the protobuf message they should be. The message is upstream's: clients see it. */
export class MalformedMessageError extends Error {
  readonly code = 'MALFORMED_MESSAGE';
  override readonly name = 'MalformedMessageError';
}
