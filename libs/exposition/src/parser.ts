import { type Labels, type MetricType } from '@narthex/model';
import { type ParsedExemplar } from './series-labels.js';

/** What {@link ExpositionParser.next} found. */
export const ENTRY = { end: 0, series: 1, help: 2, type: 3, unit: 4, comment: 5 } as const;
export type Entry = (typeof ENTRY)[keyof typeof ENTRY];

/**
 * Walks through one exposition. Nothing is copied: positions point into the bytes given to {@link reset}, and stand
 * until the next call of {@link next}. Made once and used for body after body.
 */
export interface ExpositionParser {
  /**
   * Starts over with `bytes[0, length)`. Where there is room behind them, the byte at `length` may be overwritten;
   * otherwise the bytes are copied.
   */
  reset(bytes: Uint8Array, length: number): void;
  /** Where the next entry begins. */
  readonly position: number;
  /** The bytes as they are read. */
  readonly bytes: Uint8Array;

  /**
   * Moves to the next entry.
   * @throws ExpositionError with upstream's words.
   */
  next(): Entry;
  /**
   * Reads value and timestamp of a line whose series part is known to end before `seriesEnd`, and moves behind the
   * line. False, having moved nowhere, when what follows is not plainly that: then {@link next} reads the whole line.
   */
  readSample(seriesEnd: number): boolean;
  /** Moves behind the line that ends before `lineEnd`, which the caller knows to be metadata or a comment. */
  skipLine(lineEnd: number): void;

  /** Of a series: where its name and labels begin and end, as written. */
  readonly seriesStart: number;
  readonly seriesEnd: number;
  readonly value: number;
  /** Whether the line gave a time. */
  readonly hasTimestamp: boolean;
  readonly timestampMs: number;
  /**
   * The labels of the present series, metric name included; `le` and `quantile` as OpenMetrics writes numbers.
   * @throws ExpositionError when a label occurs twice.
   */
  labels(): Labels;
  /** The exemplar of the present series. */
  exemplar(): ParsedExemplar | undefined;

  /** Of metadata: the metric it is about. */
  metricName(): string;
  /** Of help and unit: the text, unescaped. */
  text(): string;
  /** The type that the last type entry told; `unknown` before. It decides how `le` and `quantile` are normalised. */
  metricType: MetricType;
}
