import { type MetricType } from '@narthex/model';
import { type Appender } from '@narthex/storage';

/** How many lines are read before they are handed on, and others get their turn. */
export const SLICE_LINES = 2_000;

/**
 * Columns in which samples wait for the appender. One is enough for all targets: it is filled and emptied without
 * anything else running in between.
 */
export class SampleBatch {
  count = 0;
  readonly refs = new Float64Array(SLICE_LINES);
  readonly timestampsMs = new Float64Array(SLICE_LINES);
  readonly values = new Float64Array(SLICE_LINES);
  /** 0 where unknown. Looked at only where start timestamps are stored. */
  readonly startTimestampsMs = new Float64Array(SLICE_LINES);
  readonly outcomes = new Uint8Array(SLICE_LINES);
  /** For each sample its line in the cache. */
  readonly lines = new Int32Array(SLICE_LINES);
  /** For each sample where its series begins in the body. */
  readonly starts = new Float64Array(SLICE_LINES);
  /** For each sample what the line before it said of its family. */
  readonly types: MetricType[] = Array<MetricType>(SLICE_LINES).fill('unknown');
  /** For each sample the unit that was told last before it. */
  readonly units: string[] = Array<string>(SLICE_LINES).fill('');
  /** For each sample what {@link SAMPLE_FLAG} says of it. */
  readonly flags = new Uint8Array(SLICE_LINES);

  get isFull(): boolean {
    return this.count === SLICE_LINES;
  }

  /** Hands the samples to the appender; what became of them stands in `outcomes`. */
  append(appender: Appender, withStarts: boolean): void {
    const starts = withStarts ? this.startTimestampsMs : undefined;
    appender.floats(this.refs, this.timestampsMs, this.values, this.count, this.outcomes, starts);
  }
}

/** What has to be known of a sample after the appender has seen it. */
export const SAMPLE_FLAG = {
  /** Its series was not in the cache before. */
  isNew: 1,
  /** A stale marker has to follow when it vanishes. */
  isTracked: 2,
  /** It is new, and came before a limit was exceeded. */
  isCounted: 4,
} as const;
