import { BYTE, isLabelPart, isLabelStart, isMetricPart, isMetricStart } from './byte-class.js';
import { type LexerState, STATE, TOKEN, type Token } from './token.js';

/** Cuts bytes into tokens. Behind the end, and instead of bytes it may not use, a lexer sees NUL. */
export abstract class Lexer {
  bytes: Uint8Array = new Uint8Array(0);
  /** The position behind the last byte. */
  end = 0;
  /** The next byte to look at; after {@link next}, the position behind the token. */
  at = 0;
  /** Where the token begins. */
  start = 0;
  state: LexerState = STATE.start;

  reset(bytes: Uint8Array, end: number): void {
    this.bytes = bytes;
    this.end = end;
    this.at = 0;
    this.start = 0;
    this.state = STATE.start;
  }

  /** The next token. After an invalid one, `at` is the byte that fits no rule. */
  abstract next(): Token;

  protected byte(): number {
    return this.at < this.end ? this.bytes[this.at]! : BYTE.nul;
  }

  /** Takes one byte as a whole token. */
  protected single(token: Token, state: LexerState): Token {
    this.at++;
    this.state = state;
    return token;
  }

  protected metricName(state: LexerState): Token {
    if (!isMetricStart(this.byte())) return TOKEN.invalid;
    do this.at++;
    while (isMetricPart(this.byte()));
    this.state = state;
    return TOKEN.metricName;
  }

  protected labelName(): Token {
    if (!isLabelStart(this.byte())) return TOKEN.invalid;
    do this.at++;
    while (isLabelPart(this.byte()));
    return TOKEN.labelName;
  }

  /** True when the bytes at the position spell the word; they are taken as far as they do. */
  protected word(word: string): boolean {
    for (let i = 0; i < word.length; i++) {
      if (this.byte() !== word.charCodeAt(i)) return false;
      this.at++;
    }
    return true;
  }

  /**
   * A string in double quotes, in which a backslash takes the character after it along. NUL stands in strings where
   * `nuls` is set, raw newlines where `newlines` is.
   */
  protected quoted(token: Token, state: LexerState, nuls: boolean, newlines: boolean): Token {
    this.at++;
    for (;;) {
      if (this.at >= this.end) return TOKEN.invalid;
      const byte = this.bytes[this.at]!;
      if (byte === BYTE.quote) return this.single(token, state);
      if ((byte === BYTE.newline && !newlines) || (byte === BYTE.nul && !nuls)) return TOKEN.invalid;
      this.at++;
      if (byte !== BYTE.backslash) continue;
      while (nuls && this.at < this.end && this.byte() === BYTE.nul) this.at++;
      if (this.byte() === BYTE.newline || this.byte() === BYTE.nul) return TOKEN.invalid;
      this.at++;
    }
  }
}
