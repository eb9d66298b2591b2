/** A text is no matcher; the message is upstream's. */
export class MatcherSyntaxError extends Error {
  readonly code = 'MATCHER_SYNTAX';
  override readonly name = 'MatcherSyntaxError';
}
