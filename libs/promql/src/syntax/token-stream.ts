import { PromqlParseError } from '../errors.js';
import { formatPosition } from './position.js';
import { canNameMetric, describeToken, type Token } from './token.js';

/** What a query may have of levels, so that none can exhaust the stack. */
export interface QueryLimits {
  readonly nesting: number;
  readonly depth: number;
}

/** The tokens of one query, read one ahead, and the errors about them. */
export class TokenStream {
  readonly query: string;
  readonly #tokens: readonly Token[];
  #index = 0;
  #depth = 0;
  readonly #limits: QueryLimits;
  /** What is being read, innermost last; a syntax error names it. */
  readonly #contexts: string[] = [];

  constructor(query: string, tokens: readonly Token[], limits: QueryLimits) {
    this.query = query;
    this.#tokens = tokens;
    this.#limits = limits;
  }

  get current(): Token {
    return this.#tokens[this.#index]!;
  }

  get following(): Token {
    return this.#tokens[Math.min(this.#index + 1, this.#tokens.length - 1)]!;
  }

  /** The token taken last. */
  get last(): Token | undefined {
    return this.#tokens[this.#index - 1];
  }

  /** The end of the token taken last. */
  get lastEnd(): number {
    return this.last?.end ?? 0;
  }

  take(): Token {
    const token = this.current;
    if (this.#index < this.#tokens.length - 1) this.#index++;
    return token;
  }

  /** True when the next token is this sign or word. */
  is(word: string): boolean {
    return this.current.word === word && this.current.kind !== 'error';
  }

  /** Takes the next token if it is this sign or word. */
  accept(word: string): boolean {
    const found = this.is(word);
    if (found) this.take();
    return found;
  }

  expect(word: string): Token {
    if (!this.is(word)) this.unexpected();
    return this.take();
  }

  /** Reads something nested; syntax errors inside name `context`, if one is given. */
  nested<T>(read: () => T, context?: string): T {
    this.#depth++;
    const { nesting } = this.#limits;
    if (this.#depth > nesting) {
      this.fail(this.current.start, `expression is nested too deeply, at most ${nesting} levels are allowed`);
    }
    if (context !== undefined) this.#contexts.push(context);
    const result = read();
    if (context !== undefined) this.#contexts.pop();
    this.#depth--;
    return result;
  }

  /** Refuses a chain of operators that is too long: it makes a tree as deep. */
  countChained(operators: number): void {
    const { depth } = this.#limits;
    if (operators > depth) {
      this.fail(
        this.current.start,
        `expression is too long, at most ${depth} operators may follow each other`,
      );
    }
  }

  /** Complains about the next token, in the innermost context if none is given. */
  unexpected(context: string | undefined = this.#contexts.at(-1), expected = ''): never {
    const token = this.current;
    if (token.kind === 'error') this.fail(token.start, token.text);
    const where = context === undefined ? '' : ` in ${context}`;
    const wanted = expected === '' ? '' : `, expected ${expected}`;
    this.fail(token.start, `unexpected ${describeToken(token)}${where}${wanted}`);
  }

  fail(offset: number, reason: string): never {
    throw new PromqlParseError(formatPosition(this.query, offset), reason, offset);
  }
}

/** True before a token that an expression may begin with, or that is wrong by itself. */
export function startsExpression(tokens: TokenStream): boolean {
  const { kind } = tokens.current;
  if (['number', 'duration', 'string', 'error'].includes(kind)) return true;
  return ['(', '{', '+', '-'].some((sign) => tokens.is(sign)) || canNameMetric(tokens.current);
}
