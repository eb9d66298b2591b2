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
  const literal = literalSeconds(expression);
  if (literal !== undefined && literal <= 0) {
    tokens.fail(expression.position.start, 'duration must be greater than 0');
  }
  return expression;
}

/** Reads the duration behind `offset`; operators belong to the query unless they stand in parentheses. */
export function parseOffsetDuration(tokens: TokenStream, options: ParserOptions): DurationExpression {
  return new DurationParser(tokens, options, OFFSET).operand();
}

/** The value of a number, with sign and in parentheses or not. */
function literalSeconds(expression: DurationExpression): number | undefined {
  switch (expression.kind) {
    case 'durationNumber':
      return expression.seconds;
    case 'durationParentheses':
      return literalSeconds(expression.operand);
    case 'durationSign': {
      const seconds = literalSeconds(expression.operand);
      return seconds === undefined || expression.sign === '+' ? seconds : -seconds;
    }
    default:
      return undefined;
  }
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
      this.#tokens.take();
      left = this.#binary(operator, left, next());
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
    this.#tokens.take();
    return this.#binary(
      '^',
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
    this.#enabled(start);
    return { kind: 'durationParentheses', operand, position: { start, end: this.#tokens.lastEnd } };
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

  /** A sign before a literal becomes part of it. */
  #sign(sign: '+' | '-', start: number, operand: DurationExpression): DurationExpression {
    const position = { start, end: operand.position.end };
    const literal = operand.kind === 'durationParentheses' ? operand.operand : operand;
    if (literal.kind === 'durationNumber') {
      return { ...literal, seconds: sign === '-' ? -literal.seconds : literal.seconds, position };
    }
    this.#enabled(start);
    return { kind: 'durationSign', sign, operand, position };
  }

  #binary(
    operator: '+' | '-' | '*' | '/' | '%' | '^',
    left: DurationExpression,
    right: DurationExpression,
  ): DurationExpression {
    const { start } = left.position;
    this.#enabled(start);
    if (operator === '/' && literalSeconds(right) === 0) this.#tokens.fail(start, 'division by zero');
    if (operator === '%' && literalSeconds(right) === 0) this.#tokens.fail(start, 'modulo by zero');
    return { kind: 'durationBinary', operator, left, right, position: { start, end: right.position.end } };
  }

  #enabled(start: number): void {
    if (this.#options.durationExpressions !== true) {
      this.#tokens.fail(start, 'experimental duration expression is not enabled');
    }
  }
}
