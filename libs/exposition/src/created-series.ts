import { type Labels, METRIC_NAME, type MetricType } from '@narthex/model';
import { ExpositionError } from './errors.js';
import { ENTRY, type LineExpositionParser } from './parser.js';

const CREATED = '_created';
const TYPES: readonly MetricType[] = ['counter', 'summary', 'histogram'];
const NOT_OF_THE_METRIC = [METRIC_NAME, 'le', 'quantile'];

/** The present line of a parser, and how to look at others. */
interface CreatedReading extends LineExpositionParser {
  seek(position: number, metricType: MetricType): void;
}

/**
 * The `_created` series of OpenMetrics 1.0, which say when the series of a metric began to count
 * (https://prometheus.io/docs/specs/om/open_metrics_spec/#counter-1). They may stand anywhere behind the series, so
 * the lines up to the end of the family are looked through.
 */
export class CreatedSeries {
  readonly #makeParser: () => CreatedReading;
  #peek: CreatedReading | undefined;
  #length = 0;
  /** The metric looked for last, up to which position the answer stands, and the answer. */
  #metric = '';
  #from = 0;
  #until = 0;
  #startMs = 0;

  constructor(makeParser: () => CreatedReading) {
    this.#makeParser = makeParser;
  }

  reset(length: number): void {
    this.#length = length;
    this.#peek = undefined;
    this.#until = 0;
  }

  /** What the lines behind the present one say about its metric; 0 for nothing. */
  startTimestampMs(parser: LineExpositionParser): number {
    const { position, metricType } = parser;
    if (!TYPES.includes(metricType)) return 0;
    const metric = metricOf(parser.labels());
    if (metric === this.#metric && position > this.#from && position <= this.#until) return this.#startMs;
    const peek = this.#start(parser);
    peek.seek(position, metricType);
    this.#metric = metric;
    this.#from = position;
    this.#startMs = this.#search(peek, metric);
    this.#until = peek.position;
    return this.#startMs;
  }

  #start(parser: LineExpositionParser): CreatedReading {
    if (this.#peek === undefined) {
      this.#peek = this.#makeParser();
      this.#peek.reset(parser.bytes, this.#length);
    }
    return this.#peek;
  }

  #search(peek: CreatedReading, metric: string): number {
    try {
      while (peek.next() === ENTRY.series) {
        if (!peek.metricName().endsWith(CREATED)) continue;
        return metricOf(peek.labels()) === metric ? Math.trunc(peek.value * 1000) : 0;
      }
    } catch (error) {
      // The parser itself will come to the same place and tell.
      if (!(error instanceof ExpositionError)) throw error;
      this.#peek = undefined;
    }
    return 0;
  }
}

/** Whether the present line of a parser says when a metric began to count. */
export function isCreatedSeries(parser: LineExpositionParser): boolean {
  return TYPES.includes(parser.metricType) && parser.metricName().endsWith(CREATED);
}

function metricOf(labels: Labels): string {
  return labels.filter((name) => !NOT_OF_THE_METRIC.includes(name)).key;
}
