/** Histograms with exponential and with custom buckets cannot be put together. */
export class IncompatibleHistogramsError extends Error {
  readonly code = 'INCOMPATIBLE_HISTOGRAMS';
  override readonly name = 'IncompatibleHistogramsError';

  constructor() {
    super('cannot apply this operation on histograms with a mix of exponential and custom bucket schemas');
  }
}
