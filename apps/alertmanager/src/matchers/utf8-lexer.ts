import { RESERVED } from './label-matcher';
import { MatcherSyntaxError } from './errors';

export type TokenKind = '{' | '}' | ',' | '=' | '!=' | '=~' | '!~' | 'quoted' | 'unquoted' | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Columns in characters, as error messages give them. */
  readonly start: number;
  readonly end: number;
}

/**
 * Cuts matchers into tokens by the UTF-8 rules: names and values are double-quoted, or unquoted without reserved
 * characters (https://prometheus.io/docs/alerting/latest/configuration/#utf-8-strict-mode).
 */
export class MatcherLexer {
  readonly #characters: readonly string[];
  #position = 0;
  #peeked: Token | undefined;

  constructor(input: string) {
    this.#characters = Array.from(input);
  }

  /** The next token, left where it is. @throws MatcherSyntaxError */
  peek(): Token {
    return (this.#peeked ??= this.#scan());
  }

  /** The next token, taken. @throws MatcherSyntaxError */
  next(): Token {
    const token = this.peek();
    this.#peeked = undefined;
    return token;
  }

  /** The column behind the last token that was looked at. */
  get column(): number {
    return this.#position;
  }

  #scan(): Token {
    const characters = this.#characters;
    while (this.#position < characters.length && /[\s\u0085]/u.test(characters[this.#position]!))
      this.#position++;
    const start = this.#position;
    const first = characters[start];
    if (first === undefined) return { kind: 'end', text: '', start, end: start };
    if (first === '{' || first === '}' || first === ',') return this.#take(first, start, 1);
    if (first === '=' || first === '!') return this.#operator(first, start);
    if (first === '"') return this.#quoted(start);
    return this.#unquoted(start);
  }

  #take(kind: TokenKind, start: number, length: number): Token {
    this.#position = start + length;
    return { kind, text: this.#characters.slice(start, this.#position).join(''), start, end: this.#position };
  }

  #operator(first: '=' | '!', start: number): Token {
    const second = this.#characters[start + 1];
    if (first === '=') return second === '~' ? this.#take('=~', start, 2) : this.#take('=', start, 1);
    if (second === '=') return this.#take('!=', start, 2);
    if (second === '~') return this.#take('!~', start, 2);
    const found = second === undefined ? 'unexpected end of input, ' : '!: ';
    throw new MatcherSyntaxError(`${start}:${start + 1}: ${found}expected one of '=~'`);
  }

  #quoted(start: number): Token {
    let end = start + 1;
    for (let escaped = false; end < this.#characters.length; end++) {
      const character = this.#characters[end];
      if (escaped) escaped = false;
      else if (character === '\\') escaped = true;
      else if (character === '"') return this.#take('quoted', start, end + 1 - start);
    }
    const text = this.#characters.slice(start).join('');
    throw new MatcherSyntaxError(`${start}:${end}: ${text}: missing end "`);
  }

  #unquoted(start: number): Token {
    let end = start;
    while (end < this.#characters.length && !RESERVED.test(this.#characters[end]!)) end++;
    if (end === start) {
      throw new MatcherSyntaxError(`${start}:${start + 1}: ${this.#characters[start]!}: invalid input`);
    }
    return this.#take('unquoted', start, end - start);
  }
}
