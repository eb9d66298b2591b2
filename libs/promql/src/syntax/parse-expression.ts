import { type BinaryOperator, type Expression, type NumberLiteral, type Unary } from './ast.js';
import { parseAggregation, startsAggregation } from './parse-aggregation.js';
import { newBinary, parseBinaryModifiers } from './parse-binary.js';
import { parseCall, startsCall } from './parse-call.js';
import { durationSecondsOf, numberOf } from './parse-literal.js';
import { parsePostfix } from './parse-postfix.js';
import { parseSelector } from './parse-selector.js';
import { type ParserOptions } from './parser-options.js';
import { unquote } from './go-string.js';
import { type TokenStream } from './token-stream.js';
import { canNameMetric } from './token.js';

/** How tightly operators bind; those of one level group to the left, `^` to the right. */
const BINDING: Readonly<Record<BinaryOperator, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<=': 3,
  '<': 3,
  '>=': 3,
  '>': 3,
  '</': 3,
  '>/': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  atan2: 5,
  '^': 6,
};
/** A sign binds like `*`: its operand takes in `^` only. */
const SIGN_BINDING = 5;

/** Reads an expression up to where it ends. */
export function parseExpressionTokens(tokens: TokenStream, options: ParserOptions): Expression {
  return parseOperators(tokens, options, 0);
}

function parseOperators(tokens: TokenStream, options: ParserOptions, loosest: number): Expression {
  let left = parseOperand(tokens, options);
  let chained = 0;
  const read = (): boolean => {
    const operator = operatorAt(tokens);
    if (operator === undefined || BINDING[operator] <= loosest) return false;
    tokens.take();
    const modifiers = parseBinaryModifiers(tokens, options);
    const binding = operator === '^' ? BINDING[operator] - 1 : BINDING[operator];
    const right = tokens.nested(() => parseOperators(tokens, options, binding));
    left = newBinary(operator, left, right, modifiers);
    return true;
  };
  while (read()) tokens.countChained(++chained);
  return left;
}

function operatorAt(tokens: TokenStream): BinaryOperator | undefined {
  const { kind, word } = tokens.current;
  return kind === 'operator' && word in BINDING ? (word as BinaryOperator) : undefined;
}

function parseOperand(tokens: TokenStream, options: ParserOptions): Expression {
  if (tokens.is('+') || tokens.is('-')) return parseSign(tokens, options);
  return parsePostfix(tokens, options, parsePrimary(tokens, options));
}

/** A sign in front of a number literal becomes part of it. */
function parseSign(tokens: TokenStream, options: ParserOptions): Expression {
  const sign = tokens.take();
  const operand = tokens.nested(() => parseOperators(tokens, options, SIGN_BINDING));
  const position = { start: sign.start, end: operand.position.end };
  if (operand.kind === 'number') {
    return {
      ...operand,
      value: sign.word === '-' ? -operand.value : operand.value,
      position,
    } satisfies NumberLiteral;
  }
  return {
    kind: 'unary',
    operator: sign.word === '-' ? '-' : '+',
    expression: operand,
    position,
  } satisfies Unary;
}

function parsePrimary(tokens: TokenStream, options: ParserOptions): Expression {
  const token = tokens.current;
  const position = { start: token.start, end: token.end };
  switch (token.kind) {
    case 'number':
      tokens.take();
      return { kind: 'number', value: numberOf(tokens, token), duration: false, position };
    case 'duration':
      tokens.take();
      return { kind: 'number', value: durationSecondsOf(tokens, token), duration: true, position };
    case 'string':
      tokens.take();
      return { kind: 'string', value: unquote(token.text), position };
    default:
  }
  if (tokens.is('(')) return parseParentheses(tokens, options);
  if (startsAggregation(tokens)) return parseAggregation(tokens, options, parseExpressionTokens);
  if (startsCall(tokens)) return parseCall(tokens, options, parseExpressionTokens);
  if (tokens.is('{') || canNameMetric(token)) return parseSelector(tokens);
  tokens.unexpected();
}

function parseParentheses(tokens: TokenStream, options: ParserOptions): Expression {
  const { start } = tokens.take();
  const expression = tokens.nested(() => parseExpressionTokens(tokens, options));
  const { end } = tokens.expect(')');
  return { kind: 'parentheses', expression, position: { start, end } };
}
