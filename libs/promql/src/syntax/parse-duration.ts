import { type DurationExpression } from './ast.js';
import { durationSecondsOf, numberOf } from './parse-literal.js';
import { type ParserOptions } from './parser-options.js';
import { type TokenStream } from './token-stream.js';

/** The longest duration upstream can hold: int64 nanoseconds. */
const LONGEST_SECONDS = 2 ** 63 / 1e9;

interface Place {
  readonly context: string;
  readonly expected: string;
}

const OFFSET: Place = { context: 'offset', expected: 'number, duration, step(), or range()' };

/** Reads the duration in `[…]`; a literal has to be positive. */
export function parseBracketDuration(
  tokens: TokenStream,
  options: ParserOptions,
  place: Place,
): DurationExpression {
  const expression = new DurationParser(tokens, options, place).sum();
  if (tokens.current.kind === 'error') tokens.unexpected();
  const literal = literalSeconds(expression);
  if (literal !== undefined && literal <= 0) {
    tokens.fail(expression.position.start, 'duration must be greater than 0');
  }
  return expression;
}

/**
 * Reads the duration behind `offset`. Operators belong to the query unless they stand in parentheses, or behind some
 * without a sign.
 */
export function parseOffsetDuration(tokens: TokenStream, options: ParserOptions): DurationExpression {
  const parser = new DurationParser(tokens, options, OFFSET);
  if (!tokens.is('(')) return parser.operand();
  const duration = parser.sum();
  // Printed with parentheses, it is read as the same again.
  return duration.kind === 'durationBinary'
    ? { kind: 'durationParentheses', operand: duration, position: duration.position }
    : duration;
}

/** The value of a number, which may have had a sign and parentheses. */
function literalSeconds(expression: DurationExpression): number | undefined {
  return expression.kind === 'durationNumber' ? expression.seconds : undefined;
}

class DurationParser {
  readonly #tokens: TokenStream;
  readonly #options: ParserOptions;
  readonly #place: Place;
  #operators = 0;

  constructor(tokens: TokenStream, options: ParserOptions, place: Place) {
    this.#tokens = tokens;
    this.#options = options;
    this.#place = place;
  }

  sum(): DurationExpression {
    return this.#leftToRight(['+', '-'], () => this.#product());
  }

  #product(): DurationExpression {
    return this.#leftToRight(['*', '/', '%'], () => this.#signed());
  }

  #leftToRight(
    signs: readonly ('+' | '-' | '*' | '/' | '%')[],
    next: () => DurationExpression,
  ): DurationExpression {
    let left = next();
    for (;;) {
      const operator = signs.find((sign) => this.#tokens.is(sign));
      if (operator === undefined) return left;
      this.#tokens.countChained(++this.#operators);
      const { start } = this.#tokens.take();
      left = this.#binary(operator, start, left, next());
    }
  }

  /** A sign takes in a power, as everywhere in PromQL. */
  #signed(): DurationExpression {
    const token = this.#tokens.current;
    if (!this.#tokens.is('+') && !this.#tokens.is('-')) return this.#power();
    this.#tokens.take();
    return this.#sign(
      token.word as '+' | '-',
      token.start,
      this.#tokens.nested(() => this.#signed()),
    );
  }

  #power(): DurationExpression {
    const base = this.#primary();
    if (!this.#tokens.is('^')) return base;
    const { start } = this.#tokens.take();
    return this.#binary(
      '^',
      start,
      base,
      this.#tokens.nested(() => this.#signed()),
    );
  }

  /** One operand with an optional sign: all that may follow `offset` without parentheses. */
  operand(): DurationExpression {
    const token = this.#tokens.current;
    if (!this.#tokens.is('+') && !this.#tokens.is('-')) return this.#primary();
    this.#tokens.take();
    return this.#sign(token.word as '+' | '-', token.start, this.#primary());
  }

  #primary(): DurationExpression {
    const token = this.#tokens.current;
    const { start } = token;
    switch (token.kind) {
      case 'number':
      case 'duration': {
        this.#tokens.take();
        const seconds =
          token.kind === 'number' ? numberOf(this.#tokens, token) : durationSecondsOf(this.#tokens, token);
        if (!(Math.abs(seconds) <= LONGEST_SECONDS)) this.#tokens.fail(start, 'duration out of range');
        const position = { start, end: token.end };
        return { kind: 'durationNumber', seconds, duration: token.kind === 'duration', position };
      }
      case 'preprocessor':
        return this.#function();
      default:
    }
    if (!this.#tokens.is('(')) this.#tokens.unexpected(this.#place.context, this.#place.expected);
    this.#tokens.take();
    const operand = this.#tokens.nested(() => this.sum());
    this.#close();
    this.#enabled(operand.position.start);
    // Nothing is left of parentheses around a number, or around others.
    return operand.kind === 'durationNumber' || operand.kind === 'durationParentheses'
      ? operand
      : { kind: 'durationParentheses', operand, position: operand.position };
  }

  #function(): DurationExpression {
    const token = this.#tokens.current;
    const { start, word } = token;
    switch (word) {
      case 'step':
      case 'range': {
        this.#tokens.take();
        this.#open();
        this.#close();
        this.#enabled(start);
        return { kind: 'durationQuery', name: word, position: { start, end: this.#tokens.lastEnd } };
      }
      case 'min_of':
      case 'max_of': {
        this.#tokens.take();
        this.#open();
        const left = this.#tokens.nested(() => this.sum());
        if (!this.#tokens.is(',')) this.#tokens.unexpected(this.#place.context, this.#place.expected);
        this.#tokens.take();
        const right = this.#tokens.nested(() => this.sum());
        this.#close();
        this.#enabled(start);
        return {
          kind: 'durationChoice',
          name: word,
          left,
          right,
          position: { start, end: this.#tokens.lastEnd },
        };
      }
      default:
        this.#tokens.unexpected(this.#place.context, this.#place.expected);
    }
  }

  #open(): void {
    if (!this.#tokens.is('(')) this.#tokens.unexpected(this.#place.context, this.#place.expected);
    this.#tokens.take();
  }

  #close(): void {
    if (!this.#tokens.is(')')) this.#tokens.unexpected(this.#place.context, this.#place.expected);
    this.#tokens.take();
  }

  /** A sign before a literal becomes part of it; plus means nothing. */
  #sign(sign: '+' | '-', start: number, operand: DurationExpression): DurationExpression {
    const position = { start, end: operand.position.end };
    if (operand.kind === 'durationNumber') {
      return { ...operand, seconds: sign === '-' ? -operand.seconds : operand.seconds, position };
    }
    return sign === '+' ? operand : { kind: 'durationNegated', operand, position };
  }

  #binary(
    operator: '+' | '-' | '*' | '/' | '%' | '^',
    operatorStart: number,
    left: DurationExpression,
    right: DurationExpression,
  ): DurationExpression {
    const { start } = left.position;
    // How far the operand reaches is known from what follows: if that cannot be read, it comes first.
    if (this.#tokens.current.kind === 'error') this.#tokens.unexpected();
    this.#enabled(start);
    if (literalSeconds(right) === 0) {
      if (operator === '/') this.#tokens.fail(operatorStart, 'division by zero');
      if (operator === '%') this.#tokens.fail(operatorStart, 'modulo by zero');
    }
    return { kind: 'durationBinary', operator, left, right, position: { start, end: right.position.end } };
  }

  #enabled(start: number): void {
    if (this.#options.durationExpressions !== true) {
      this.#tokens.fail(start, 'experimental duration expression is not enabled');
    }
  }
}
