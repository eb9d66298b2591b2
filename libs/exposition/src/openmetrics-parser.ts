import { type MetricType } from '@narthex/model';
import { BYTE } from './byte-class.js';
import { CreatedSeries, isCreatedSeries } from './created-series.js';
import { ExpositionError } from './errors.js';
import { LineParser } from './line-parser.js';
import { OpenMetricsLexer } from './openmetrics-lexer.js';
import { ENTRY, type Entry, type LineExpositionParser, type ParserOptions } from './parser.js';
import { isUtf8, quoteGoBytes } from './quote-bytes.js';
import { LabelPositions, labelsAt, type ParsedExemplar, unescaped } from './series-labels.js';
import { STATE, TOKEN, type Token, tokenName } from './token.js';

const METRIC_TYPES: Readonly<Record<string, MetricType>> = {
  counter: 'counter',
  gauge: 'gauge',
  histogram: 'histogram',
  gaugehistogram: 'gaugehistogram',
  summary: 'summary',
  info: 'info',
  stateset: 'stateset',
  unknown: 'unknown',
};

const NO_END = 'data does not end with # EOF';

/** Parses OpenMetrics 1.0, with quoted names. `_created` series come as any other where start times are not asked for. */
export class OpenMetricsParser extends LineParser implements LineExpositionParser {
  readonly #exemplarPositions = new LabelPositions();
  /** Whether `_created` series are passed over; {@link reset} makes it so where start times are read. */
  skipsCreated = false;
  readonly #created: CreatedSeries | undefined;
  #hasExemplar = false;
  #exemplarValue = 0;
  #exemplarTimestampMs = 0;
  #exemplarHasTimestamp = false;

  constructor({ startTimestamps = false }: ParserOptions = {}) {
    super(new OpenMetricsLexer());
    if (startTimestamps) this.#created = new CreatedSeries(() => new OpenMetricsParser());
  }

  reset(bytes: Uint8Array, length: number): void {
    this.lexer.reset(bytes, length);
    this.metricType = 'unknown';
    this.#created?.reset(length);
    this.skipsCreated = this.#created !== undefined;
  }

  next(): Entry {
    let entry: Entry;
    do entry = this.#nextEntry();
    while (entry === ENTRY.series && this.skipsCreated && isCreatedSeries(this));
    return entry;
  }

  /** Goes to the beginning of a line. */
  seek(position: number, metricType: MetricType): void {
    this.lexer.at = this.lexer.start = position;
    this.lexer.state = STATE.start;
    this.metricType = metricType;
  }

  #nextEntry(): Entry {
    const { lexer } = this;
    this.seriesStart = lexer.at;
    this.positions.clear();
    this.#hasExemplar = false;
    const token = lexer.next();
    switch (token) {
      case TOKEN.eofWord:
        if (lexer.next() !== TOKEN.eof) throw new ExpositionError('unexpected data after # EOF');
        return ENTRY.end;
      case TOKEN.eof:
        throw new ExpositionError(NO_END);
      case TOKEN.help:
      case TOKEN.type:
      case TOKEN.unit:
        return this.#metadata(token);
      case TOKEN.braceOpen:
        this.positions.push(-1, -1);
        this.#labelList(this.positions, false);
        this.seriesEnd = lexer.at;
        return this.#valueAndTime(lexer.next());
      case TOKEN.metricName: {
        this.positions.push(this.seriesStart, lexer.at);
        this.seriesEnd = lexer.at;
        let after = lexer.next();
        if (after === TOKEN.braceOpen) {
          this.#labelList(this.positions, false);
          this.seriesEnd = lexer.at;
          after = lexer.next();
        }
        return this.#valueAndTime(after);
      }
      default:
        throw this.unexpected('expected a valid start token', token);
    }
  }

  readSample(seriesEnd: number): boolean {
    const { lexer, float } = this;
    const { bytes, end } = lexer;
    if (seriesEnd >= end || bytes[seriesEnd] !== BYTE.space || !float.read(bytes, seriesEnd + 1, end))
      return false;
    const at = float.end;
    if (at >= end || bytes[at] !== BYTE.newline) return false;
    this.value = float.value;
    this.hasTimestamp = false;
    this.#hasExemplar = false;
    this.seriesStart = lexer.at;
    this.seriesEnd = seriesEnd;
    lexer.at = at + 1;
    return true;
  }

  exemplars(): readonly ParsedExemplar[] {
    if (!this.#hasExemplar) return [];
    const exemplar = {
      labels: labelsAt(this.bytes, this.#exemplarPositions, undefined, 0, 'unknown'),
      value: this.#exemplarValue,
      timestampMs: this.#exemplarTimestampMs,
      hasTimestamp: this.#exemplarHasTimestamp,
    };
    return [exemplar];
  }

  startTimestampMs(): number {
    return this.#created?.startTimestampMs(this) ?? 0;
  }

  text(): string {
    return unescaped(this.bytes, this.textStart, this.textEnd);
  }

  #metadata(kind: typeof TOKEN.help | typeof TOKEN.type | typeof TOKEN.unit): Entry {
    const { lexer } = this;
    const name = lexer.next();
    if (name !== TOKEN.metricName)
      throw this.unexpected(`expected metric name after ${tokenName(kind)}`, name);
    const quoted = lexer.bytes[lexer.start] === BYTE.quote ? 1 : 0;
    this.positions.push(lexer.start + quoted, lexer.at - quoted);
    if (lexer.next() !== TOKEN.text) throw new ExpositionError(`expected text in ${tokenName(kind)}`);
    this.textStart = lexer.start + 1;
    this.textEnd = lexer.at - 1;
    switch (kind) {
      case TOKEN.type:
        this.metricType = this.typeNamed(METRIC_TYPES);
        return ENTRY.type;
      case TOKEN.help:
        if (!isUtf8(lexer.bytes, this.textStart, this.textEnd)) {
          const help = quoteGoBytes(lexer.bytes.subarray(this.textStart, this.textEnd));
          throw new ExpositionError(`help text ${help} is not a valid utf8 string`);
        }
        return ENTRY.help;
      case TOKEN.unit:
        this.#checkUnit();
        return ENTRY.unit;
    }
  }

  #checkUnit(): void {
    const metric = this.metricName();
    const unit = this.text();
    if (unit === '' || metric.endsWith(`_${unit}`)) return;
    const quotedUnit = quoteGoBytes(this.bytes.subarray(this.textStart, this.textEnd));
    const quotedName = quoteGoBytes(new TextEncoder().encode(metric));
    throw new ExpositionError(`unit ${quotedUnit} not a suffix of metric ${quotedName}`);
  }

  #labelList(into: LabelPositions, isExemplar: boolean): void {
    const { lexer } = this;
    let token = lexer.next();
    for (;;) {
      let start = lexer.start;
      let end = lexer.at;
      if (token === TOKEN.braceClose) return;
      if (token !== TOKEN.quotedString && token !== TOKEN.labelName)
        throw this.unexpected('expected label name', token);
      const isQuoted = token === TOKEN.quotedString;
      token = lexer.next();
      const isAlone = token === TOKEN.comma || token === TOKEN.braceClose;
      if (isAlone && isExemplar) throw this.unexpected('expected label name', token);
      if (isQuoted) {
        start++;
        end--;
      }
      if (isAlone && into.hasName) throw this.fault('metric name already set');
      if (isQuoted && isAlone) {
        into.setName(start, end);
        if (token === TOKEN.braceClose) return;
        token = lexer.next();
        continue;
      }
      into.push(start, end);
      if (token !== TOKEN.equal) throw this.unexpected('expected equal', token);
      token = lexer.next();
      if (token !== TOKEN.labelValue) throw this.unexpected('expected label value', token);
      if (!isUtf8(lexer.bytes, lexer.start, lexer.at)) {
        const value = quoteGoBytes(lexer.bytes.subarray(lexer.start, lexer.at));
        throw new ExpositionError(`invalid UTF-8 label value: ${value}`);
      }
      into.push(lexer.start + 1, lexer.at - 1);
      token = lexer.next();
      if (token === TOKEN.comma) token = lexer.next();
      else if (token !== TOKEN.braceClose) throw this.unexpected('expected comma or brace close', token);
    }
  }

  #valueAndTime(token: Token): Entry {
    if (!this.positions.hasName) throw this.fault('metric name not set');
    this.value = this.#floatField(token, 'metric');
    this.hasTimestamp = false;
    let after = this.lexer.next();
    if (after === TOKEN.timestamp) {
      this.timestampMs = this.#timestamp('timestamp');
      this.hasTimestamp = true;
      after = this.lexer.next();
      if (after !== TOKEN.linebreak && after !== TOKEN.comment) {
        throw this.unexpected('expected next entry after timestamp', after);
      }
    }
    if (after === TOKEN.comment) this.#readExemplar();
    else if (after === TOKEN.eof) throw new ExpositionError(NO_END);
    // Anything else but a line break is what upstream complains of when it looks for the next line.
    return ENTRY.series;
  }

  #readExemplar(): void {
    this.#exemplarPositions.clear();
    this.#labelList(this.#exemplarPositions, true);
    this.#exemplarValue = this.#floatField(this.lexer.next(), 'exemplar labels');
    this.#exemplarHasTimestamp = false;
    this.#exemplarTimestampMs = 0;
    let after = this.lexer.next();
    if (after === TOKEN.eof) throw new ExpositionError(NO_END);
    if (after === TOKEN.timestamp) {
      this.#exemplarTimestampMs = this.#timestamp('exemplar timestamp');
      this.#exemplarHasTimestamp = true;
      after = this.lexer.next();
      if (after !== TOKEN.linebreak)
        throw this.unexpected('expected next entry after exemplar timestamp', after);
    } else if (after !== TOKEN.linebreak) {
      throw this.unexpected('expected timestamp or comment', after);
    }
    this.#hasExemplar = true;
  }

  #floatField(token: Token, after: string): number {
    if (token !== TOKEN.value) throw this.unexpected(`expected value after ${after}`, token);
    return this.number(this.lexer.start + 1, this.lexer.at);
  }

  /** Milliseconds of a time in seconds. */
  #timestamp(what: string): number {
    const seconds = this.number(this.lexer.start + 1, this.lexer.at);
    if (Number.isFinite(seconds)) return Math.trunc(seconds * 1000);
    const text = Number.isNaN(seconds) ? 'NaN' : seconds > 0 ? '+Inf' : '-Inf';
    throw new ExpositionError(`invalid ${what} ${text}`);
  }
}
