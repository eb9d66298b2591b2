import { type Labels, type MetricType } from '@narthex/model';
import { ExpositionError } from './errors.js';
import { FloatReader, parseFloatBytes } from './float-bytes.js';
import { type Lexer } from './lexer.js';
import { quoteGoBytes } from './quote-bytes.js';
import { type ParsedHistogram } from './parsed-histogram.js';
import { LabelPositions, labelsAt } from './series-labels.js';
import { type Token, tokenName } from './token.js';

/** What the parsers of both text formats share: the present line, its parts, and what is wrong with it. */
export abstract class LineParser {
  readonly isLineBased = true;
  seriesStart = 0;
  seriesEnd = 0;
  value = 0;
  hasTimestamp = false;
  timestampMs = 0;
  metricType: MetricType = 'unknown';
  protected readonly lexer: Lexer;
  protected readonly positions = new LabelPositions();
  protected readonly float = new FloatReader();
  protected textStart = 0;
  protected textEnd = 0;

  constructor(lexer: Lexer) {
    this.lexer = lexer;
  }

  get position(): number {
    return this.lexer.at;
  }

  get bytes(): Uint8Array {
    return this.lexer.bytes;
  }

  skipLine(lineEnd: number): void {
    this.lexer.at = lineEnd + 1;
  }

  /** Neither format has native histograms, so there never is such an entry. */
  histogram(): ParsedHistogram {
    throw new Error('the present entry is no histogram');
  }

  labels(): Labels {
    return labelsAt(this.bytes, this.positions, this.metricName(), 1, this.metricType);
  }

  metricName(): string {
    return this.positions.text(this.bytes, 0);
  }

  /** The number that the bytes spell, with upstream's words about the line when they do not. */
  protected number(start: number, end: number): number {
    if (this.float.read(this.bytes, start, end) && this.float.end === end) return this.float.value;
    try {
      return parseFloatBytes(this.bytes, start, end);
    } catch (error) {
      if (error instanceof ExpositionError) throw this.fault(error.message);
      throw error;
    }
  }

  /** The metric type that the text of a TYPE line names. */
  protected typeNamed(types: Readonly<Record<string, MetricType>>): MetricType {
    const bytes = this.bytes.subarray(this.textStart, this.textEnd);
    const type = bytes.length > 16 ? undefined : types[String.fromCharCode(...bytes)];
    if (type === undefined) throw new ExpositionError(`invalid metric type ${quoteGoBytes(bytes)}`);
    return type;
  }

  protected fault(what: string): ExpositionError {
    return new ExpositionError(`${what} while parsing: ${this.#quote(this.seriesStart, this.lexer.at)}`);
  }

  protected unexpected(expectation: string, token: Token): ExpositionError {
    const shownEnd = Math.min(this.lexer.end, this.lexer.at + 1);
    const got = `${this.#quote(this.lexer.start, shownEnd)} ("${tokenName(token)}")`;
    return new ExpositionError(
      `${expectation}, got ${got} while parsing: ${this.#quote(this.seriesStart, shownEnd)}`,
    );
  }

  #quote(start: number, end: number): string {
    return quoteGoBytes(this.bytes.subarray(start, end));
  }
}
