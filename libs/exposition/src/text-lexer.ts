import { BYTE, isDigit } from './byte-class.js';
import { Lexer } from './lexer.js';
import { STATE, TOKEN, type Token } from './token.js';

/**
 * The tokens of the text format 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format), with quoted names.
 */
export class TextLexer extends Lexer {
  override next(): Token {
    if (this.at >= this.end) return TOKEN.eof;
    this.start = this.at;
    const byte = this.byte();
    if ((byte === BYTE.space || byte === BYTE.tab) && this.state !== STATE.metaText)
      return this.#whitespace();
    switch (this.state) {
      case STATE.start:
        return this.#lineStart(byte);
      case STATE.metaName:
        if (byte === BYTE.quote) return this.quoted(TOKEN.metricName, STATE.metaText, false, true);
        return this.metricName(STATE.metaText);
      case STATE.metaText:
        return this.#text();
      case STATE.labels:
        return this.#labels(byte);
      case STATE.labelValue:
        return byte === BYTE.quote ? this.quoted(TOKEN.labelValue, STATE.labels, true, true) : TOKEN.invalid;
      case STATE.value:
        return byte === BYTE.braceOpen ? this.single(TOKEN.braceOpen, STATE.labels) : this.#value();
      case STATE.timestamp:
        return this.#timestamp(byte);
      default:
        return TOKEN.invalid;
    }
  }

  #whitespace(): Token {
    this.#skipBlanks();
    return TOKEN.whitespace;
  }

  #skipBlanks(): void {
    while (this.byte() === BYTE.space || this.byte() === BYTE.tab) this.at++;
  }

  #lineStart(byte: number): Token {
    if (byte === BYTE.nul) return TOKEN.eof;
    if (byte === BYTE.newline) return this.single(TOKEN.linebreak, STATE.start);
    if (byte === BYTE.hash) return this.#comment();
    if (byte === BYTE.braceOpen) return this.single(TOKEN.braceOpen, STATE.labels);
    return this.metricName(STATE.value);
  }

  #comment(): Token {
    this.at++;
    const afterHash = this.at;
    this.#skipBlanks();
    if (this.at === afterHash) return this.#restOfComment(false);
    const keyword = this.at;
    for (const [word, token] of [
      ['HELP', TOKEN.help],
      ['TYPE', TOKEN.type],
    ] as const) {
      this.at = keyword;
      if (!this.word(word) || (this.byte() !== BYTE.space && this.byte() !== BYTE.tab)) continue;
      this.#skipBlanks();
      this.state = STATE.metaName;
      return token;
    }
    this.at = keyword;
    return this.#restOfComment(true);
  }

  #restOfComment(nuls: boolean): Token {
    while (this.at < this.end && this.byte() !== BYTE.newline) {
      if (this.byte() === BYTE.nul && !nuls) return TOKEN.eof;
      this.at++;
    }
    if (this.at >= this.end) return TOKEN.eof;
    this.state = STATE.start;
    return TOKEN.comment;
  }

  /** A text of blanks alone counts as none. */
  #text(): Token {
    this.#skipBlanks();
    if (this.byte() === BYTE.newline) this.start = this.at;
    while (this.at < this.end && this.bytes[this.at] !== BYTE.newline) this.at++;
    this.state = STATE.start;
    return TOKEN.text;
  }

  #labels(byte: number): Token {
    switch (byte) {
      case BYTE.quote:
        return this.quoted(TOKEN.quotedString, STATE.labels, false, true);
      case BYTE.braceClose:
        return this.single(TOKEN.braceClose, STATE.value);
      case BYTE.equal:
        return this.single(TOKEN.equal, STATE.labelValue);
      case BYTE.comma:
        return this.single(TOKEN.comma, STATE.labels);
      default:
        return this.labelName();
    }
  }

  #value(): Token {
    for (;;) {
      const byte = this.byte();
      const ends = byte === BYTE.space || byte === BYTE.tab || byte === BYTE.newline;
      if (ends || byte === BYTE.nul || byte === BYTE.braceOpen) break;
      this.at++;
    }
    if (this.at === this.start) return TOKEN.invalid;
    this.state = STATE.timestamp;
    return TOKEN.value;
  }

  #timestamp(byte: number): Token {
    if (byte === BYTE.newline) return this.single(TOKEN.linebreak, STATE.start);
    while (isDigit(this.byte())) this.at++;
    return this.at === this.start ? TOKEN.invalid : TOKEN.timestamp;
  }
}
