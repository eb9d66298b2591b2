/** Whether the counts of a histogram may be compared with the one before it. */
export const COUNTER_RESET_HINT = { unknown: 0, reset: 1, notReset: 2, gauge: 3 } as const;
export type CounterResetHint = (typeof COUNTER_RESET_HINT)[keyof typeof COUNTER_RESET_HINT];

/** The schema number of histograms with explicit bucket bounds. */
export const CUSTOM_BUCKETS_SCHEMA = -53;

/**
 * A run of consecutive buckets. `offset` is the index of the first bucket for the first span, and the gap to the end
 * of the span before for the others.
 */
export interface BucketSpan {
  readonly offset: number;
  readonly length: number;
}

/**
 * A native histogram with float counts, as PromQL computes with it; integer histograms are converted when decoded
 * (https://prometheus.io/docs/specs/native_histograms/). Plain data: operations stand beside it.
 */
export interface NativeHistogram {
  readonly counterResetHint: CounterResetHint;
  /** −4 to 8 for exponential buckets (bounds are powers of 2^(2^−schema)), −53 for custom ones. */
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly count: number;
  readonly sum: number;
  readonly positiveSpans: readonly BucketSpan[];
  readonly negativeSpans: readonly BucketSpan[];
  /** Absolute counts, one a bucket of the spans. */
  readonly positiveBuckets: readonly number[];
  readonly negativeBuckets: readonly number[];
  /** Upper bounds of custom buckets, ascending, without +Inf; empty otherwise. */
  readonly customValues: readonly number[];
}

/** A histogram without observations, in the buckets of another. */
export function emptyHistogram(
  layout: Pick<NativeHistogram, 'schema' | 'zeroThreshold' | 'customValues'>,
  counterResetHint: CounterResetHint = COUNTER_RESET_HINT.unknown,
): NativeHistogram {
  return {
    counterResetHint,
    schema: layout.schema,
    zeroThreshold: layout.zeroThreshold,
    zeroCount: 0,
    count: 0,
    sum: 0,
    positiveSpans: [],
    negativeSpans: [],
    positiveBuckets: [],
    negativeBuckets: [],
    customValues: layout.customValues,
  };
}
