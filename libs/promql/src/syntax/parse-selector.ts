import { Matcher, type MatchType, METRIC_NAME } from '@narthex/model';
import { RegexpError } from '@narthex/regexp';
import { type VectorSelector } from './ast.js';
import { unquote } from './go-string.js';
import { type TokenStream } from './token-stream.js';
import { canNameMetric, type Token } from './token.js';

const CONTEXT = 'label matching';

/** Reads `name`, `name{…}` or `{…}`. */
export function parseSelector(tokens: TokenStream): VectorSelector {
  const { start } = tokens.current;
  let metricName = '';
  if (canNameMetric(tokens.current)) metricName = tokens.take().text;
  else if (!tokens.is('{')) tokens.unexpected();
  const matchers = tokens.is('{') ? parseMatchers(tokens) : [];
  if (metricName !== '') matchers.push(new Matcher('=', METRIC_NAME, metricName));
  return {
    kind: 'vectorSelector',
    metricName,
    matchers,
    offsetMs: 0,
    offsetExpression: undefined,
    timestampMs: undefined,
    startOrEnd: undefined,
    anchored: false,
    smoothed: false,
    position: { start, end: tokens.lastEnd },
  };
}

function parseMatchers(tokens: TokenStream): Matcher[] {
  tokens.take();
  const matchers: Matcher[] = [];
  while (!tokens.is('}')) {
    matchers.push(parseMatcher(tokens));
    if (tokens.is(',')) tokens.take();
    else if (!tokens.is('}')) tokens.unexpected(CONTEXT, '"," or "}"');
  }
  tokens.take();
  return matchers;
}

function parseMatcher(tokens: TokenStream): Matcher {
  const label = tokens.current;
  if (label.kind !== 'identifier' && label.kind !== 'string') tokens.unexpected(CONTEXT, 'identifier or "}"');
  tokens.take();
  const name = label.kind === 'string' ? unquote(label.text) : label.text;
  const isName = label.kind === 'string' && (tokens.is(',') || tokens.is('}'));
  if (isName) return new Matcher('=', METRIC_NAME, name);
  if (!isMatchOperator(tokens.current)) {
    if (label.kind === 'string') tokens.unexpected(CONTEXT, '"," or "}"');
    tokens.unexpected(CONTEXT, 'label matching operator');
  }
  const type = tokens.take().word as MatchType;
  if (tokens.current.kind !== 'string') tokens.unexpected(CONTEXT, 'string');
  const value = unquote(tokens.take().text);
  try {
    return new Matcher(type, name, value);
  } catch (error) {
    if (error instanceof RegexpError) tokens.fail(label.start, error.message);
    throw error;
  }
}

function isMatchOperator(token: Token): boolean {
  return token.word === '=' || token.word === '!=' || token.word === '=~' || token.word === '!~';
}
