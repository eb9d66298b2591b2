/** A request that cannot be read: not OTLP, or not as its headers say. The message is upstream's. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
  readonly code = 'DECODE';
}

/** Something of a request that cannot be made into series. The message is upstream's. */
export class TranslationError extends Error {
  override readonly name = 'TranslationError';
  readonly code = 'TRANSLATION';
}
