/** Bytes that are no exposition. The message is the one upstream shows as a target's last error. */
export class ExpositionError extends Error {
  readonly code = 'EXPOSITION';
  override readonly name = 'ExpositionError';
}
