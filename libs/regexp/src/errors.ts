/** A pattern that RE2 does not accept. `message` reads as Go's `regexp/syntax` prints it. */
export class RegexpError extends Error {
  override readonly name = 'RegexpError';
  readonly code = 'regexp_syntax';

  constructor(
    message: string,
    /** The whole expression that was given to the parser. */
    readonly expression: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
