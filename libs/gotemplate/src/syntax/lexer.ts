import { describeRune, isPrintable, quoteGo } from '../format/quote.js';
import { isKeyword, type Token, type TokenKind } from './token.js';

const leftDelimiter = '{{';
const rightDelimiter = '}}';
const leftComment = '/*';
const rightComment = '*/';
const spaces = ' \t\r\n';

/** Splits a template's text into tokens. An `error` token ends the stream. */
export class Lexer {
  readonly #text: string;
  readonly #tokens: Token[] = [];
  #start = 0;
  #position = 0;
  #line = 1;
  #startLine = 1;
  #parentheses = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** All tokens; the last is `eof` or `error`. */
  tokens(): readonly Token[] {
    for (let found = this.#outside(); found !== 'end'; found = this.#outside()) {
      let more = found === 'action';
      while (more) more = this.#inside();
      if (this.#tokens.at(-1)?.kind === 'error') break;
    }
    return this.#tokens;
  }

  /** Text up to the next action or behind the next comment. */
  #outside(): 'action' | 'comment' | 'end' {
    const found = this.#text.indexOf(leftDelimiter, this.#position);
    const end = found < 0 ? this.#text.length : found;
    const trim = found >= 0 && this.#hasLeftTrim(found + leftDelimiter.length);
    const textEnd = trim ? trimmedEnd(this.#text, this.#position, end) : end;
    if (textEnd > this.#position) {
      this.#advanceTo(textEnd);
      this.#emit('text');
    }
    this.#advanceTo(end);
    this.#ignore();
    if (found < 0) {
      this.#emit('eof');
      return 'end';
    }
    const afterMarker = found + leftDelimiter.length + (trim ? 2 : 0);
    if (this.#text.startsWith(leftComment, afterMarker)) {
      this.#advanceTo(afterMarker);
      this.#ignore();
      this.#comment();
      return 'comment';
    }
    this.#advanceTo(found + leftDelimiter.length);
    this.#emit('leftDelimiter');
    this.#advanceTo(afterMarker);
    this.#ignore();
    this.#parentheses = 0;
    return 'action';
  }

  #comment(): boolean {
    const close = this.#text.indexOf(rightComment, this.#position + leftComment.length);
    if (close < 0) return this.#error('unclosed comment');
    this.#advanceTo(close + rightComment.length);
    const delimiter = this.#atRightDelimiter();
    if (delimiter === undefined) return this.#error('comment ends before closing delimiter');
    this.#rightDelimiter(delimiter.trim, false);
    return true;
  }

  #hasLeftTrim(position: number): boolean {
    return this.#text.charAt(position) === '-' && isSpace(this.#text.charAt(position + 1));
  }

  #atRightDelimiter(): { readonly trim: boolean } | undefined {
    const trimmed = isSpace(this.#peek()) && this.#text.startsWith(`-${rightDelimiter}`, this.#position + 1);
    if (trimmed) return { trim: true };
    return this.#text.startsWith(rightDelimiter, this.#position) ? { trim: false } : undefined;
  }

  #rightDelimiter(trim: boolean, emit: boolean): void {
    if (trim) {
      this.#advanceTo(this.#position + 2);
      this.#ignore();
    }
    this.#advanceTo(this.#position + rightDelimiter.length);
    if (emit) this.#emit('rightDelimiter');
    if (trim) {
      let end = this.#position;
      while (isSpace(this.#text.charAt(end))) end++;
      this.#advanceTo(end);
    }
    this.#ignore();
  }

  /** One token of an action; false behind its end or an error. */
  #inside(): boolean {
    const delimiter = this.#atRightDelimiter();
    if (delimiter !== undefined) {
      if (this.#parentheses > 0) return this.#error('unclosed left paren');
      this.#rightDelimiter(delimiter.trim, true);
      return false;
    }
    const character = this.#next();
    if (character === '') return this.#error('unclosed action');
    if (isSpace(character)) return this.#spaces();
    switch (character) {
      case '=':
        return this.#emit('assign');
      case ':':
        return this.#next() === '=' ? this.#emit('declare') : this.#error('expected :=');
      case '|':
        return this.#emit('pipe');
      case '"':
        return this.#quoted('"', 'string', 'unterminated quoted string');
      case "'":
        return this.#quoted("'", 'characterConstant', 'unterminated character constant');
      case '`':
        return this.#rawString();
      case '$':
        return this.#fieldOrVariable('variable');
      case '(':
        this.#parentheses++;
        return this.#emit('leftParenthesis');
      case ')':
        if (--this.#parentheses < 0) return this.#error('unexpected right paren');
        return this.#emit('rightParenthesis');
    }
    if (character === '.' && !isDigit(this.#peek())) {
      // At the very end of the text a dot reads as the start of a number.
      if (this.#position < this.#text.length) return this.#fieldOrVariable('field');
    }
    if (character === '.' || character === '+' || character === '-' || isDigit(character))
      return this.#number();
    if (isAlphanumeric(character)) return this.#identifier();
    const point = character.codePointAt(0) ?? 0;
    if (point < 0x80 && isPrintable(point)) return this.#emit('char');
    return this.#error(`unrecognized character in action: ${describeRune(point)}`);
  }

  #spaces(): boolean {
    // The space in front of a trim marker belongs to the marker.
    while (isSpace(this.#peek()) && this.#atRightDelimiter() === undefined) this.#next();
    return this.#emit('space');
  }

  #identifier(): boolean {
    while (isAlphanumeric(this.#peek())) this.#next();
    if (!this.#atTerminator()) return this.#badCharacter();
    const word = this.#text.slice(this.#start, this.#position);
    if (isKeyword(word)) return this.#emit(word);
    if (word === 'nil') return this.#emit('nil');
    return this.#emit(word === 'true' || word === 'false' ? 'bool' : 'identifier');
  }

  #fieldOrVariable(kind: 'field' | 'variable'): boolean {
    if (this.#atTerminator()) return this.#emit(kind === 'field' ? 'dot' : 'variable');
    while (isAlphanumeric(this.#peek())) this.#next();
    return this.#atTerminator() ? this.#emit(kind) : this.#badCharacter();
  }

  #badCharacter(): boolean {
    return this.#error(`bad character ${describeRune(this.#peek().codePointAt(0) ?? 0)}`);
  }

  #atTerminator(): boolean {
    const character = this.#peek();
    if (character === '' || isSpace(character) || '.,|:)('.includes(character)) return true;
    return this.#text.startsWith(rightDelimiter, this.#position);
  }

  #quoted(quote: string, kind: TokenKind, unterminated: string): boolean {
    for (;;) {
      const character = this.#next();
      if (character === quote) return this.#emit(kind);
      const escaped = character === '\\' ? this.#next() : character;
      if (escaped === '' || escaped === '\n') return this.#error(unterminated);
    }
  }

  #rawString(): boolean {
    const close = this.#text.indexOf('`', this.#position);
    if (close < 0) return this.#error('unterminated raw quoted string');
    this.#advanceTo(close + 1);
    return this.#emit('rawString');
  }

  #number(): boolean {
    this.#position = this.#start;
    let wellFormed = this.#scanNumber();
    let kind: TokenKind = 'number';
    if (wellFormed && '+-'.includes(this.#peek() || ' ')) {
      kind = 'complex';
      wellFormed = this.#scanNumber() && this.#text.charAt(this.#position - 1) === 'i';
    }
    if (wellFormed) return this.#emit(kind);
    return this.#error(`bad number syntax: ${quoteGo(this.#text.slice(this.#start, this.#position))}`);
  }

  #scanNumber(): boolean {
    this.#accept('+-');
    let digits = '0123456789_';
    if (this.#accept('0')) {
      if (this.#accept('xX')) digits = '0123456789abcdefABCDEF_';
      else if (this.#accept('oO')) digits = '01234567_';
      else if (this.#accept('bB')) digits = '01_';
    }
    this.#acceptRun(digits);
    if (this.#accept('.')) this.#acceptRun(digits);
    const exponent = digits.length === 11 ? 'eE' : digits.length === 23 ? 'pP' : '';
    if (exponent !== '' && this.#accept(exponent)) {
      this.#accept('+-');
      this.#acceptRun('0123456789_');
    }
    this.#accept('i');
    if (!isAlphanumeric(this.#peek())) return true;
    this.#next();
    return false;
  }

  #accept(valid: string): boolean {
    const character = this.#peek();
    if (character === '' || !valid.includes(character)) return false;
    this.#next();
    return true;
  }

  #acceptRun(valid: string): void {
    while (this.#accept(valid));
  }

  /** The next code point, '' at the end. */
  #peek(): string {
    const point = this.#text.codePointAt(this.#position);
    return point === undefined ? '' : String.fromCodePoint(point);
  }

  #next(): string {
    const character = this.#peek();
    this.#advanceTo(this.#position + character.length);
    return character;
  }

  #advanceTo(position: number): void {
    for (let index = this.#position; index < position; index++) {
      if (this.#text.charCodeAt(index) === 10) this.#line++;
    }
    this.#position = position;
  }

  #ignore(): void {
    this.#start = this.#position;
    this.#startLine = this.#line;
  }

  #emit(kind: TokenKind): true {
    const text = this.#text.slice(this.#start, this.#position);
    this.#tokens.push({ kind, text, position: this.#start, line: this.#startLine });
    this.#ignore();
    return true;
  }

  #error(message: string): false {
    this.#tokens.push({ kind: 'error', text: message, position: this.#start, line: this.#startLine });
    return false;
  }
}

function isSpace(character: string): boolean {
  return character !== '' && spaces.includes(character);
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9';
}

function isAlphanumeric(character: string): boolean {
  if (character < '\x80') return /^\w$/.test(character);
  return /^[\p{L}\p{Nd}_]$/u.test(character);
}

function trimmedEnd(text: string, start: number, end: number): number {
  let position = end;
  while (position > start && isSpace(text.charAt(position - 1))) position--;
  return position;
}
