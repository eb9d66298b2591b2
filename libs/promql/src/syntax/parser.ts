import { type Matcher } from '@narthex/model';
import { PromqlParseError } from '../errors.js';
import { childrenOf, type Expression } from './ast.js';
import { checkTypes } from './check-types.js';
import { tokenize } from './lexer.js';
import { parseExpressionTokens } from './parse-expression.js';
import { parseSelector } from './parse-selector.js';
import { type ParserOptions } from './parser-options.js';
import { formatPosition } from './position.js';
import { TokenStream } from './token-stream.js';

/** Longer queries are refused, in UTF-16 units. */
export const MAX_QUERY_LENGTH = 500_000;
/** More brackets, calls and signs within each other are refused. */
export const MAX_QUERY_NESTING = 250;
/** Deeper trees are refused: a chain of operators makes a tree as deep as it has operators. */
export const MAX_QUERY_DEPTH = 1000;

/**
 * Parses and type-checks a PromQL expression, in time linear in its length.
 * @throws PromqlParseError with upstream's words and position.
 */
export function parseExpression(query: string, options: ParserOptions = {}): Expression {
  const tokens = open(query);
  if (tokens.current.kind === 'end') tokens.fail(0, 'no expression found in input');
  const expression = parseExpressionTokens(tokens, options);
  if (tokens.current.kind !== 'end') tokens.unexpected();
  if (isDeeper(expression, MAX_QUERY_DEPTH)) {
    tokens.fail(0, `expression is too deep, at most ${MAX_QUERY_DEPTH} levels are allowed`);
  }
  return checkTypes(expression, query);
}

/**
 * Parses a series selector such as `up{job="node"}`, as `match[]` takes it.
 * @throws PromqlParseError
 */
export function parseMetricSelector(text: string): readonly Matcher[] {
  const tokens = open(text);
  const selector = parseSelector(tokens);
  if (tokens.current.kind !== 'end') tokens.unexpected();
  return selector.matchers;
}

function open(query: string): TokenStream {
  if (query.length > MAX_QUERY_LENGTH) {
    const reason = `query is too long: ${query.length} characters, at most ${MAX_QUERY_LENGTH} are allowed`;
    throw new PromqlParseError(formatPosition(query, 0), reason, 0);
  }
  return new TokenStream(query, tokenize(query), { nesting: MAX_QUERY_NESTING, depth: MAX_QUERY_DEPTH });
}

/** Looks at a tree level by level, so that no depth is too much for it. */
function isDeeper(expression: Expression, depth: number): boolean {
  let level: readonly Expression[] = [expression];
  for (let above = 0; level.length > 0; above++) {
    if (above >= depth) return true;
    level = level.flatMap(childrenOf);
  }
  return false;
}
