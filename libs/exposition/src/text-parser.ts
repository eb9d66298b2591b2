import { type MetricType } from '@narthex/model';
import { BYTE } from './byte-class.js';
import { ExpositionError } from './errors.js';
import { LineParser } from './line-parser.js';
import { ENTRY, type Entry, type LineExpositionParser } from './parser.js';
import { isUtf8, quoteGoBytes } from './quote-bytes.js';
import { type ParsedExemplar, unescapedHelp } from './series-labels.js';
import { TextLexer } from './text-lexer.js';
import { TOKEN, type Token, tokenName } from './token.js';

const METRIC_TYPES: Readonly<Record<string, MetricType>> = {
  counter: 'counter',
  gauge: 'gauge',
  histogram: 'histogram',
  summary: 'summary',
  untyped: 'unknown',
};

/** Parses the text format 0.0.4, as Prometheus 3 reads it: quoted names included. */
export class TextParser extends LineParser implements LineExpositionParser {
  constructor() {
    super(new TextLexer());
  }

  reset(bytes: Uint8Array, length: number): void {
    let terminated = bytes;
    if (length === bytes.length) {
      terminated = new Uint8Array(length + 1);
      terminated.set(bytes);
    }
    terminated[length] = BYTE.newline;
    this.lexer.reset(terminated, length + 1);
    this.metricType = 'unknown';
  }

  next(): Entry {
    const lexer = this.lexer;
    for (;;) {
      this.seriesStart = lexer.at;
      this.positions.clear();
      const token = this.#token();
      switch (token) {
        case TOKEN.eof:
          return ENTRY.end;
        case TOKEN.linebreak:
          continue;
        case TOKEN.help:
        case TOKEN.type:
          return this.#metadata(token);
        case TOKEN.comment:
          this.textStart = lexer.start;
          this.textEnd = lexer.at;
          this.#expectLinebreak('linebreak expected after comment');
          return ENTRY.comment;
        case TOKEN.braceOpen:
          this.positions.push(-1, -1);
          this.#labelList();
          this.seriesEnd = lexer.at;
          return this.#valueAndTime(this.#token());
        case TOKEN.metricName: {
          this.positions.push(this.seriesStart, lexer.at);
          this.seriesEnd = lexer.at;
          let after = this.#token();
          if (after === TOKEN.braceOpen) {
            this.#labelList();
            this.seriesEnd = lexer.at;
            after = this.#token();
          }
          return this.#valueAndTime(after);
        }
        default:
          throw this.unexpected('expected a valid start token', token);
      }
    }
  }

  readSample(seriesEnd: number): boolean {
    const lexer = this.lexer;
    const { bytes, end } = lexer;
    let at = seriesEnd;
    if (bytes[at] !== BYTE.space || !this.float.read(bytes, at + 1, end)) return false;
    this.value = this.float.value;
    at = this.float.end;
    this.hasTimestamp = false;
    if (bytes[at] === BYTE.space) {
      let time = 0;
      const digitsFrom = ++at;
      while (at < end && bytes[at]! >= 0x30 && bytes[at]! <= 0x39) time = time * 10 + bytes[at++]! - 0x30;
      if (at === digitsFrom || at - digitsFrom > 15) return false;
      this.timestampMs = time;
      this.hasTimestamp = true;
    }
    if (bytes[at] !== BYTE.newline) return false;
    this.seriesStart = lexer.at;
    this.seriesEnd = seriesEnd;
    lexer.at = at + 1;
    return true;
  }

  exemplars(): readonly ParsedExemplar[] {
    return [];
  }

  startTimestampMs(): number {
    return 0;
  }

  text(): string {
    return unescapedHelp(this.bytes, this.textStart, this.textEnd);
  }

  #token(): Token {
    let token: Token;
    do token = this.lexer.next();
    while (token === TOKEN.whitespace);
    return token;
  }

  #metadata(kind: typeof TOKEN.help | typeof TOKEN.type): Entry {
    const lexer = this.lexer;
    const name = this.#token();
    if (name !== TOKEN.metricName)
      throw this.unexpected(`expected metric name after ${tokenName(kind)}`, name);
    const quoted = lexer.bytes[lexer.start] === BYTE.quote ? 1 : 0;
    this.positions.push(lexer.start + quoted, lexer.at - quoted);
    const text = this.#token();
    if (text !== TOKEN.text) {
      throw new ExpositionError(`expected text in ${tokenName(kind)}, got ${tokenName(text)}`);
    }
    this.textStart = Math.min(lexer.start + 1, lexer.at);
    this.textEnd = lexer.at;
    if (kind === TOKEN.type) this.metricType = this.typeNamed(METRIC_TYPES);
    else if (!isUtf8(lexer.bytes, this.textStart, this.textEnd)) {
      const help = quoteGoBytes(lexer.bytes.subarray(this.textStart, this.textEnd));
      throw new ExpositionError(`help text ${help} is not a valid utf8 string`);
    }
    this.#expectLinebreak('linebreak expected after metadata');
    return kind === TOKEN.type ? ENTRY.type : ENTRY.help;
  }

  #expectLinebreak(otherwise: string): void {
    const token = this.#token();
    if (token !== TOKEN.linebreak) throw this.unexpected(otherwise, token);
  }

  #labelList(): void {
    const lexer = this.lexer;
    let token = this.#token();
    for (;;) {
      let start = lexer.start;
      let end = lexer.at;
      if (token === TOKEN.braceClose) return;
      const isQuoted = token === TOKEN.quotedString;
      if (!isQuoted && token !== TOKEN.labelName) throw this.unexpected('expected label name', token);
      token = this.#token();
      if (isQuoted) {
        start++;
        end--;
        if (token === TOKEN.comma || token === TOKEN.braceClose) {
          // A quoted string alone is the metric's name.
          if (this.positions.hasName) throw this.fault('metric name already set');
          this.positions.setName(start, end);
          if (token === TOKEN.braceClose) return;
          token = this.#token();
          continue;
        }
      }
      this.positions.push(start, end);
      if (token !== TOKEN.equal) throw this.unexpected('expected equal', token);
      token = this.#token();
      if (token !== TOKEN.labelValue) throw this.unexpected('expected label value', token);
      if (!isUtf8(lexer.bytes, lexer.start, lexer.at)) {
        const value = quoteGoBytes(lexer.bytes.subarray(lexer.start, lexer.at));
        throw new ExpositionError(`invalid UTF-8 label value: ${value}`);
      }
      this.positions.push(lexer.start + 1, lexer.at - 1);
      token = this.#token();
      if (token === TOKEN.comma) token = this.#token();
    }
  }

  #valueAndTime(token: Token): Entry {
    const lexer = this.lexer;
    if (!this.positions.hasName) throw this.fault('metric name not set');
    if (token !== TOKEN.value) throw this.unexpected('expected value after metric', token);
    this.value = this.number(lexer.start, lexer.at);
    this.hasTimestamp = false;
    const after = this.#token();
    if (after === TOKEN.linebreak) return ENTRY.series;
    if (after !== TOKEN.timestamp) throw this.unexpected('expected timestamp or new record', after);
    const digits = String.fromCharCode(...lexer.bytes.subarray(lexer.start, lexer.at));
    if (digits.length > 18 && BigInt(digits) >= 2n ** 63n) {
      throw this.fault(`strconv.ParseInt: parsing "${digits}": value out of range`);
    }
    this.timestampMs = Number(digits);
    this.hasTimestamp = true;
    this.#expectLinebreak('expected next entry after timestamp');
    return ENTRY.series;
  }
}
