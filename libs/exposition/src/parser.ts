import { type Labels, type MetricType } from '@narthex/model';
import { type ParsedHistogram } from './parsed-histogram.js';
import { type ParsedExemplar } from './series-labels.js';

/** What {@link ExpositionParser.next} found. */
export const ENTRY = { end: 0, series: 1, help: 2, type: 3, unit: 4, comment: 5, histogram: 6 } as const;
export type Entry = (typeof ENTRY)[keyof typeof ENTRY];

/** What is the same for every format. Made once and used for body after body. */
interface EntryReading {
  /**
   * Starts over with `bytes[0, length)`. Where there is room behind them, the byte at `length` may be overwritten;
   * otherwise the bytes are copied.
   */
  reset(bytes: Uint8Array, length: number): void;
  /**
   * Moves to the next entry.
   * @throws ExpositionError with upstream's words.
   */
  next(): Entry;

  /** What `seriesStart` and `seriesEnd` point into. Another array may stand here after each call of `next`. */
  readonly bytes: Uint8Array;
  /** Of a series or histogram: the bytes from here to `seriesEnd` name it, always in the same way. */
  readonly seriesStart: number;
  readonly seriesEnd: number;
  /** Of a series. */
  readonly value: number;
  /** Whether a time was given. */
  readonly hasTimestamp: boolean;
  readonly timestampMs: number;
  /** Of a histogram entry: its sample. */
  histogram(): ParsedHistogram;
  /**
   * The labels of the present series, metric name included; `le` and `quantile` as OpenMetrics writes numbers.
   * @throws ExpositionError when a label occurs twice.
   */
  labels(): Labels;
  /** The exemplars of the present series or histogram. */
  exemplars(): readonly ParsedExemplar[];
  /** When the present counter, summary or histogram began to count; 0 where that is not said. */
  startTimestampMs(): number;

  /** Of metadata: the metric it is about. */
  metricName(): string;
  /** Of help and unit: the text, unescaped. */
  text(): string;
  /** The type that the last type entry told; `unknown` before. It decides how `le` and `quantile` are normalised. */
  metricType: MetricType;
}

/**
 * Walks through an exposition in lines. Nothing is copied: positions point into the bytes given to `reset`, and stand
 * until the next call of `next`.
 */
export interface LineExpositionParser extends EntryReading {
  readonly isLineBased: true;
  /** Where the next entry begins. */
  readonly position: number;
  /**
   * Reads value and timestamp of a line whose series part is known to end before `seriesEnd`, and moves behind the
   * line. False, having moved nowhere, when what follows is not plainly that: then `next` reads the whole line.
   */
  readSample(seriesEnd: number): boolean;
  /** Moves behind the line that ends before `lineEnd`, which the caller knows to be metadata or a comment. */
  skipLine(lineEnd: number): void;
}

/**
 * Walks through messages, or through lines of which it makes something else. The bytes from `seriesStart` to
 * `seriesEnd` name metadata entries, too: kind, metric and text.
 */
export interface MessageExpositionParser extends EntryReading {
  readonly isLineBased: false;
}

export type ExpositionParser = LineExpositionParser | MessageExpositionParser;

/** What parsers may do with histograms and start times; all of it is off where nothing is said. */
export interface ParserOptions {
  /** Read native histograms. Without it their classic buckets are read in their stead. */
  readonly nativeHistograms?: boolean;
  /** Read the classic buckets of histograms that are also read as native ones. */
  readonly keepClassicHistograms?: boolean;
  /** Make native histograms with custom buckets of classic ones. */
  readonly convertClassicHistograms?: boolean;
  /** Read start times. The `_created` series of OpenMetrics, which tell them, are no series then. */
  readonly startTimestamps?: boolean;
}
