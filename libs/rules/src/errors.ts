/** A rule could not be evaluated; the message is shown as its last error. */
export class RuleError extends Error {
  override readonly name = 'RuleError';
  readonly code: 'DUPLICATE_LABELS' | 'LIMIT' | 'TEMPLATE';

  constructor(code: RuleError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
