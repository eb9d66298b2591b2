import { BYTE } from './byte-class.js';
import { Lexer } from './lexer.js';
import { type LexerState, STATE, TOKEN, type Token } from './token.js';

/** The tokens of OpenMetrics 1.0 (https://prometheus.io/docs/specs/om/open_metrics_spec/), with quoted names. */
export class OpenMetricsLexer extends Lexer {
  override next(): Token {
    if (this.at >= this.end) return TOKEN.eof;
    this.start = this.at;
    const byte = this.byte();
    switch (this.state) {
      case STATE.start:
        return this.#lineStart(byte);
      case STATE.metaName:
        if (byte === BYTE.quote) return this.quoted(TOKEN.metricName, STATE.metaText, false, true);
        return this.metricName(STATE.metaText);
      case STATE.metaText:
        return this.#text();
      case STATE.labels:
        return this.#labels(byte, STATE.labels, STATE.value, STATE.labelValue);
      case STATE.exemplarLabels:
        return this.#labels(byte, STATE.exemplarLabels, STATE.exemplarValue, STATE.exemplarValue);
      case STATE.labelValue:
        return byte === BYTE.quote ? this.quoted(TOKEN.labelValue, STATE.labels, true, false) : TOKEN.invalid;
      case STATE.value:
        if (byte === BYTE.braceOpen) return this.single(TOKEN.braceOpen, STATE.labels);
        return this.#field(TOKEN.value, STATE.timestamp);
      case STATE.timestamp:
        return this.#timestampOrExemplar(byte);
      case STATE.exemplarValue:
        if (byte === BYTE.quote) return this.quoted(TOKEN.labelValue, STATE.exemplarLabels, false, false);
        return this.#field(TOKEN.value, STATE.exemplarTimestamp);
      case STATE.exemplarTimestamp:
        if (byte === BYTE.newline) return this.single(TOKEN.linebreak, STATE.start);
        return this.#field(TOKEN.timestamp, STATE.exemplarTimestamp);
      default:
        return TOKEN.invalid;
    }
  }

  #lineStart(byte: number): Token {
    if (byte === BYTE.hash) return this.#comment();
    if (byte === BYTE.braceOpen) return this.single(TOKEN.braceOpen, STATE.labels);
    return this.metricName(STATE.value);
  }

  #comment(): Token {
    if (!this.word('# ')) return TOKEN.invalid;
    this.state = STATE.comment;
    const keyword = this.at;
    for (const [word, token] of [
      ['HELP ', TOKEN.help],
      ['TYPE ', TOKEN.type],
      ['UNIT ', TOKEN.unit],
    ] as const) {
      this.at = keyword;
      if (!this.word(word)) continue;
      this.state = STATE.metaName;
      return token;
    }
    this.at = keyword;
    if (!this.word('EOF')) return TOKEN.invalid;
    if (this.byte() === BYTE.newline) this.at++;
    this.state = STATE.start;
    return TOKEN.eofWord;
  }

  #text(): Token {
    if (this.byte() !== BYTE.space) return TOKEN.invalid;
    while (this.at < this.end && this.bytes[this.at] !== BYTE.newline) this.at++;
    if (this.at >= this.end) return TOKEN.invalid;
    return this.single(TOKEN.text, STATE.start);
  }

  #labels(byte: number, labels: LexerState, closed: LexerState, value: LexerState): Token {
    switch (byte) {
      case BYTE.quote:
        return this.quoted(TOKEN.quotedString, labels, false, labels === STATE.labels);
      case BYTE.braceClose:
        return this.single(TOKEN.braceClose, closed);
      case BYTE.equal:
        return this.single(TOKEN.equal, value);
      case BYTE.comma:
        return this.single(TOKEN.comma, labels);
      default:
        return this.labelName();
    }
  }

  /** One space and what follows it up to the next space or newline. */
  #field(token: Token, state: LexerState): Token {
    if (this.byte() !== BYTE.space) return TOKEN.invalid;
    const from = ++this.at;
    for (;;) {
      const byte = this.byte();
      if (byte === BYTE.space || byte === BYTE.newline || byte === BYTE.nul) break;
      this.at++;
    }
    if (this.at === from) return TOKEN.invalid;
    this.state = state;
    return token;
  }

  #timestampOrExemplar(byte: number): Token {
    if (byte === BYTE.newline) return this.single(TOKEN.linebreak, STATE.start);
    const isHash = byte === BYTE.space && this.#peek(1) === BYTE.hash && this.#peek(2) === BYTE.space;
    if (!isHash) return this.#field(TOKEN.timestamp, STATE.timestamp);
    this.at += 3;
    return this.byte() === BYTE.braceOpen ? this.single(TOKEN.comment, STATE.exemplarLabels) : TOKEN.invalid;
  }

  #peek(distance: number): number {
    return this.at + distance < this.end ? this.bytes[this.at + distance]! : BYTE.nul;
  }
}
