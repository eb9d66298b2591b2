import { isPlainMetricName } from '@narthex/model';
import { unquote } from './go-string.js';
import { type TokenStream } from './token-stream.js';
import { canNameLabel } from './token.js';

const CONTEXT = 'grouping opts';

/** Reads a list of label names in parentheses; a comma may follow the last. */
export function parseGrouping(tokens: TokenStream): readonly string[] {
  if (!tokens.is('(')) tokens.unexpected(CONTEXT, '"("');
  tokens.take();
  const labels: string[] = [];
  while (!tokens.is(')')) {
    labels.push(parseLabel(tokens));
    if (tokens.is(',')) tokens.take();
    else if (!tokens.is(')')) tokens.unexpected(CONTEXT, '"," or ")"');
  }
  tokens.take();
  return labels;
}

function parseLabel(tokens: TokenStream): string {
  const token = tokens.current;
  if (token.kind === 'string') {
    const name = unquote(tokens.take().text);
    if (name === '') tokens.fail(token.start, `invalid label name for grouping: ${JSON.stringify(name)}`);
    return name;
  }
  if (!canNameLabel(token) || !isPlainMetricName(token.text)) tokens.unexpected(CONTEXT, 'label');
  return tokens.take().text;
}
