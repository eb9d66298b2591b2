/** A text is no duration. */
export class DurationError extends Error {
  readonly code = 'DURATION';
  override readonly name = 'DurationError';
}

/** A text is no number as Go reads them. */
export class NumberError extends Error {
  readonly code = 'NUMBER';
  override readonly name = 'NumberError';
}

/** The fields of a relabelling rule do not go together. */
export class RelabelError extends Error {
  readonly code = 'RELABEL';
  override readonly name = 'RelabelError';
}
