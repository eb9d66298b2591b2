import { TemplateParseError } from '../errors.js';
import { tokenText, type Token, type TokenKind } from './token.js';

const endOfText: Token = { kind: 'eof', text: '', position: 0, line: 1 };

/** Walks over the tokens of one text, with any look-ahead; knows where errors are reported. */
export class TokenReader {
  readonly #name: string;
  readonly #tokens: readonly Token[];
  #index = 0;
  /** Errors name the line of the last token looked at, as upstream's. */
  #furthest = 0;
  #actionLine = 0;

  constructor(name: string, tokens: readonly Token[]) {
    this.#name = name;
    this.#tokens = tokens;
  }

  /** Remembers where the current action began, 0 outside of actions. */
  set actionLine(line: number) {
    this.#actionLine = line;
  }

  next(): Token {
    const token = this.peek();
    this.#index++;
    return token;
  }

  peek(): Token {
    this.#furthest = Math.max(this.#furthest, this.#index);
    return this.#tokens[this.#index] ?? this.#tokens.at(-1) ?? endOfText;
  }

  nextNonSpace(): Token {
    this.#skipSpace();
    return this.next();
  }

  peekNonSpace(): Token {
    this.#skipSpace();
    return this.peek();
  }

  #skipSpace(): void {
    while (this.peek().kind === 'space') this.#index++;
  }

  /** A place to come back to with {@link rewind}. */
  mark(): number {
    return this.#index;
  }

  rewind(mark: number): void {
    this.#index = mark;
  }

  expect(kinds: readonly TokenKind[], context: string): Token {
    const token = this.nextNonSpace();
    if (!kinds.includes(token.kind)) this.unexpected(token, context);
    return token;
  }

  unexpected(token: Token, context: string): never {
    if (token.kind !== 'error') this.fail(`unexpected ${tokenText(token)} in ${context}`);
    let extra = '';
    if (this.#actionLine !== 0 && this.#actionLine !== token.line) {
      extra = ` in action started at ${this.#name}:${this.#actionLine}`;
      if (token.text.endsWith(' action')) extra = extra.slice(' in action'.length);
    }
    this.fail(token.text + extra);
  }

  fail(message: string): never {
    const line = (this.#tokens[this.#furthest] ?? this.#tokens.at(-1) ?? endOfText).line;
    throw new TemplateParseError(`template: ${this.#name}:${line}: ${message}`);
  }
}
