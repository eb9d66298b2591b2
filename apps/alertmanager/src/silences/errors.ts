/** A silence cannot be taken as it is; the message is upstream's. */
export class InvalidSilenceError extends Error {
  readonly code = 'SILENCE_INVALID';
  override readonly name = 'InvalidSilenceError';
}

/** There is no silence of this id. */
export class SilenceNotFoundError extends Error {
  readonly code = 'SILENCE_NOT_FOUND';
  override readonly name = 'SilenceNotFoundError';

  constructor() {
    super('silence not found');
  }
}
