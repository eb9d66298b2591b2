import { isAlpha, isAlphaNumeric, scanDurationRest, scanNumber } from './lex-number.js';
import { scanQuoted, scanRaw, type StringScan } from './lex-string.js';
import { type Token, type TokenKind, wordKind } from './token.js';

const SPACE = /[ \t\n\r]/;
const DURATION_WORDS = new Set(['step', 'range', 'min_of', 'max_of']);

/** Splits a query into tokens. The last is `end` or, where the text is no PromQL, `error`. */
export function tokenize(query: string): readonly Token[] {
  return new Lexer(query).run();
}

/** Go's `%q` of one character. */
export function quoteCharacter(character: string): string {
  if (character === '') return "'\ufffd'";
  if (character === "'" || character === '\\') return `'\\${character}'`;
  const named = { '\n': '\\n', '\t': '\\t', '\r': '\\r' }[character];
  if (named !== undefined) return `'${named}'`;
  const code = character.codePointAt(0)!;
  if (code < 0x20 || code === 0x7f) return `'\\x${code.toString(16).padStart(2, '0')}'`;
  return `'${character}'`;
}

class Lexer {
  readonly #text: string;
  readonly #tokens: Token[] = [];
  #at = 0;
  #parentheses = 0;
  #inBraces = false;
  #inBrackets = false;
  /** Right behind `[` and whatever follows it but numbers: other words mean something there. */
  #inDuration = false;
  #colonSeen = false;
  /** Once seen, upstream takes it for granted in later brackets too. */
  #numberSeen = false;

  constructor(text: string) {
    this.#text = text;
  }

  run(): readonly Token[] {
    for (;;) {
      const last = this.#tokens.at(-1);
      if (last !== undefined && (last.kind === 'end' || last.kind === 'error')) return this.#tokens;
      while (SPACE.test(this.#peek())) this.#at++;
      if (this.#peek() === '#' && !this.#inDuration) this.#skipComment();
      else if (this.#inBraces) this.#insideBraces();
      else if (this.#inDuration) this.#insideDuration();
      else this.#statement();
    }
  }

  #statement(): void {
    const character = this.#peek();
    switch (character) {
      case '':
        if (this.#parentheses !== 0) this.#fail('unclosed left parenthesis');
        else if (this.#inBrackets) this.#fail('unclosed left bracket');
        else this.#emit('end', 0, '');
        return;
      case ',':
        this.#emit('punctuation', 1);
        return;
      case '*':
      case '/':
      case '%':
      case '+':
      case '-':
      case '^':
      case '@':
        this.#emit('operator', 1);
        return;
      case '=':
        if (this.#next() === '=') this.#emit('operator', 2);
        else if (this.#next() === '~') this.#fail("unexpected character after '=': '~'");
        else this.#emit('punctuation', 1);
        return;
      case '!':
        if (this.#next() === '=') this.#emit('operator', 2);
        else this.#fail(`unexpected character after '!': ${quoteCharacter(this.#characterAt(this.#at + 1))}`);
        return;
      case '<':
      case '>':
        this.#emit('operator', this.#next() === '=' || this.#next() === '/' ? 2 : 1);
        return;
      case '"':
      case "'":
        this.#string(scanQuoted(this.#text, this.#at));
        return;
      case '`':
        this.#string(scanRaw(this.#text, this.#at));
        return;
      case '(':
      case ')':
        this.#parenthesis(character);
        return;
      case '{':
        this.#emit('punctuation', 1);
        this.#inBraces = true;
        return;
      case '[':
        if (this.#inBrackets) this.#fail("unexpected left bracket '['");
        else {
          this.#emit('punctuation', 1);
          this.#inBrackets = true;
          this.#inDuration = true;
          this.#colonSeen = false;
        }
        return;
      case ']':
        this.#closeBracket();
        return;
      default:
        if (this.#startsNumber()) this.#numberOrDuration();
        else if (!isAlpha(character) && character !== ':') this.#unexpected('unexpected character');
        else if (this.#inBrackets) this.#insideBrackets(character);
        else this.#word();
    }
  }

  #insideBraces(): void {
    const character = this.#peek();
    switch (character) {
      case '':
        this.#fail('unexpected end of input inside braces');
        return;
      case ',':
        this.#emit('punctuation', 1);
        return;
      case '"':
      case "'":
        this.#string(scanQuoted(this.#text, this.#at));
        return;
      case '`':
        this.#string(scanRaw(this.#text, this.#at));
        return;
      case '=':
        if (this.#next() === '~') this.#emit('operator', 2);
        else this.#emit('punctuation', 1);
        return;
      case '!':
        if (this.#next() === '~' || this.#next() === '=') this.#emit('operator', 2);
        else {
          const after = quoteCharacter(this.#characterAt(this.#at + 1));
          this.#fail(`unexpected character after '!' inside braces: ${after}`);
        }
        return;
      case '{':
        this.#fail("unexpected left brace '{'");
        return;
      case '}':
        this.#emit('punctuation', 1);
        this.#inBraces = false;
        return;
      default:
        if (isAlpha(character)) this.#emit('identifier', this.#wordLength(isAlphaNumeric), '');
        else this.#unexpected('unexpected character inside braces');
    }
  }

  #insideDuration(): void {
    const character = this.#peek();
    switch (character) {
      case '':
        this.#fail('unexpected end of input in duration expression');
        return;
      case ']':
        this.#closeBracket();
        return;
      case ':':
        if (!this.#numberSeen) this.#fail('unexpected colon before duration in duration expression', 1);
        else if (this.#colonSeen) this.#fail('unexpected repeated colon in duration expression', 1);
        else this.#emit('punctuation', 1);
        this.#colonSeen = true;
        return;
      case '(':
      case ')':
        this.#parenthesis(character);
        return;
      case '+':
      case '-':
      case '*':
      case '/':
      case '%':
      case '^':
        this.#emit('operator', 1);
        return;
      case ',':
        this.#emit('punctuation', 1);
        return;
      default:
        if (this.#startsNumber()) {
          this.#numberSeen = true;
          this.#inDuration = false;
          this.#numberOrDuration();
        } else if (this.#durationWord()) this.#numberSeen = true;
        else this.#unexpected('unexpected character in duration expression');
    }
  }

  /** A letter or colon behind a number in brackets. */
  #insideBrackets(character: string): void {
    if (character === ':') {
      if (this.#colonSeen) this.#fail("unexpected colon ':'");
      else this.#emit('punctuation', 1);
      this.#colonSeen = true;
    } else if (!this.#durationWord()) {
      this.#fail(`unexpected character: ${quoteCharacter(character)}, expected ':'`);
    }
  }

  #durationWord(): boolean {
    const length = this.#wordLength(isAlpha);
    const word = this.#text.slice(this.#at, this.#at + length).toLowerCase();
    if (!DURATION_WORDS.has(word)) return false;
    this.#emit('preprocessor', length, word);
    return true;
  }

  #word(): void {
    const length = this.#wordLength((character) => isAlphaNumeric(character) || character === ':');
    const text = this.#text.slice(this.#at, this.#at + length);
    const kind = wordKind(text);
    if (kind !== undefined && !(text.toLowerCase().startsWith('fill') && !this.#isCalled(length))) {
      this.#emit(kind, length, text.toLowerCase());
    } else this.#emit(text.includes(':') ? 'metricIdentifier' : 'identifier', length, '');
  }

  /** `fill` and its like are words of the language only before a parenthesis. */
  #isCalled(length: number): boolean {
    let at = this.#at + length;
    while (SPACE.test(this.#text[at] ?? '')) at++;
    return this.#text[at] === '(';
  }

  #startsNumber(): boolean {
    return /^\.?[0-9]$/.test(this.#peek() === '.' ? `.${this.#next()}` : this.#peek());
  }

  #numberOrDuration(): void {
    const number = scanNumber(this.#text, this.#at);
    if (number.valid) {
      this.#emit('number', number.end - this.#at, '');
      return;
    }
    const duration = scanDurationRest(this.#text, number.end);
    if (duration.valid) this.#emit('duration', duration.end - this.#at, '');
    else this.#fail(`bad number or duration syntax: "${this.#text.slice(this.#at, duration.end)}"`);
  }

  #string(scan: StringScan): void {
    if ('error' in scan) this.#fail(scan.error);
    else this.#emit('string', scan.end - this.#at, '');
  }

  #parenthesis(sign: '(' | ')'): void {
    this.#parentheses += sign === '(' ? 1 : -1;
    if (this.#parentheses < 0) this.#fail("unexpected right parenthesis ')'", 1);
    else this.#emit('punctuation', 1);
  }

  #closeBracket(): void {
    if (!this.#inBrackets) this.#fail("unexpected right bracket ']'");
    else {
      this.#emit('punctuation', 1);
      this.#inBrackets = false;
      this.#inDuration = false;
    }
  }

  #skipComment(): void {
    while (this.#peek() !== '' && this.#peek() !== '\n' && this.#peek() !== '\r') this.#at++;
  }

  #wordLength(belongs: (character: string) => boolean): number {
    let end = this.#at;
    while (belongs(this.#text[end] ?? '')) end++;
    return end - this.#at;
  }

  #peek(): string {
    return this.#text[this.#at] ?? '';
  }

  #next(): string {
    return this.#text[this.#at + 1] ?? '';
  }

  #characterAt(at: number): string {
    const code = this.#text.codePointAt(at);
    return code === undefined ? '' : String.fromCodePoint(code);
  }

  #emit(kind: TokenKind, length: number, word?: string): void {
    const end = this.#at + length;
    const text = this.#text.slice(this.#at, end);
    this.#tokens.push({ kind, text, word: word ?? text, start: this.#at, end });
    this.#at = end;
  }

  #unexpected(what: string): void {
    this.#fail(`${what}: ${quoteCharacter(this.#characterAt(this.#at))}`);
  }

  /** `skip` places the error behind a sign, where upstream sees it. */
  #fail(message: string, skip = 0): void {
    this.#tokens.push({
      kind: 'error',
      text: message,
      word: '',
      start: this.#at + skip,
      end: this.#text.length,
    });
  }
}
