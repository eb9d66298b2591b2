/** A flag's value cannot be used; the message is what upstream prints. */
export class FlagValueError extends Error {
  readonly code = 'FLAG_VALUE';
  override readonly name = 'FlagValueError';
}
