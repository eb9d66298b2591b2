/** A template that does not parse. The message is Go's: `template: name:1: unexpected "}" in operand`. */
export class TemplateParseError extends Error {
  override readonly name = 'TemplateParseError';
  readonly code = 'template_parse';
}

/**
 * A template that failed while it ran. The message is Go's:
 * `template: name:1:5: executing "name" at <.x>: …`; `cause` is what a function threw, where one did.
 */
export class TemplateExecutionError extends Error {
  override readonly name = 'TemplateExecutionError';
  readonly code = 'template_execution';
}

/** A template whose actions cannot be escaped for HTML. The message is Go's: `html/template:name:1:5: …`. */
export class TemplateEscapeError extends Error {
  override readonly name = 'TemplateEscapeError';
  readonly code = 'template_escape';
}

/** A template that ran beyond one of its limits. */
export class TemplateLimitError extends Error {
  override readonly name = 'TemplateLimitError';
  readonly code = 'template_limit';
}

/** `execute` met a function that answers later; `executeAsync` waits for it. */
export class AsynchronousFunctionError extends Error {
  override readonly name = 'AsynchronousFunctionError';
  readonly code = 'template_asynchronous_function';
}

/** What functions throw to be reported as `error calling name: message`. */
export class TemplateFunctionError extends Error {
  override readonly name = 'TemplateFunctionError';
  readonly code = 'template_function';
}
