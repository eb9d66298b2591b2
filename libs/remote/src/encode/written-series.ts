import { type MetricMetadata, type NativeHistogram } from '@narthex/model';

/** Names and values, in the order in which they go over the wire. `Labels` are such. */
export type WrittenLabels = Iterable<readonly [string, string]>;

export interface WrittenSamples {
  readonly timestampsMs: ArrayLike<number>;
  /** NaNs are sent bit for bit, so stale markers stay what they are. */
  readonly values: Float64Array;
}

export interface WrittenHistogram {
  readonly timestampMs: number;
  /** When counting began; 0 for unknown. Remote write 2.0 only. */
  readonly startTimestampMs?: number;
  readonly histogram: NativeHistogram;
  /** Sends counts as integers, buckets as differences. All of them must be whole then. */
  readonly integer: boolean;
}

export interface WrittenExemplar {
  readonly labels: WrittenLabels;
  readonly value: number;
  /** 0 for none. */
  readonly timestampMs: number;
}

/** One series of a request. */
export interface WrittenSeries {
  readonly labels: WrittenLabels;
  readonly samples?: WrittenSamples;
  readonly histograms?: readonly WrittenHistogram[];
  readonly exemplars?: readonly WrittenExemplar[];
  /** Remote write 2.0 only. */
  readonly metadata?: MetricMetadata;
  /** Remote write 2.0 only. */
  readonly createdTimestampMs?: number;
}
