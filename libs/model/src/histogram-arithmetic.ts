import { HistogramAccumulator, type HistogramMergeNotes } from './histogram-accumulator.js';
import { reduceSide, sideOf, spansOf } from './histogram-side.js';
import { COUNTER_RESET_HINT, type NativeHistogram } from './native-histogram.js';

/** A sum or difference, and what came up on the way. */
export interface HistogramMerge extends Readonly<HistogramMergeNotes> {
  readonly histogram: NativeHistogram;
}

/** @throws IncompatibleHistogramsError for a mix of exponential and custom buckets. */
export function addHistograms(a: NativeHistogram, b: NativeHistogram): HistogramMerge {
  return merge(a, b, 1);
}

/** @throws IncompatibleHistogramsError for a mix of exponential and custom buckets. */
export function subtractHistograms(a: NativeHistogram, b: NativeHistogram): HistogramMerge {
  return merge(a, b, -1);
}

function merge(a: NativeHistogram, b: NativeHistogram, factor: 1 | -1): HistogramMerge {
  const sum = new HistogramAccumulator(a, false);
  sum.add(b, factor);
  return { histogram: sum.histogram(), ...sum.notes };
}

/** Multiplies every count and the sum. A negative factor makes a gauge. */
export function scaleHistogram(histogram: NativeHistogram, factor: number): NativeHistogram {
  return apply(histogram, (value) => value * factor, factor < 0);
}

/** Divides every count and the sum. Dividing by zero leaves no buckets. */
export function divideHistogram(histogram: NativeHistogram, divisor: number): NativeHistogram {
  const divided = apply(histogram, (value) => value / divisor, divisor < 0);
  if (divisor !== 0) return divided;
  return { ...divided, positiveSpans: [], negativeSpans: [], positiveBuckets: [], negativeBuckets: [] };
}

function apply(
  histogram: NativeHistogram,
  change: (value: number) => number,
  becomesGauge: boolean,
): NativeHistogram {
  return {
    ...histogram,
    counterResetHint: becomesGauge ? COUNTER_RESET_HINT.gauge : histogram.counterResetHint,
    zeroCount: change(histogram.zeroCount),
    count: change(histogram.count),
    sum: change(histogram.sum),
    positiveBuckets: histogram.positiveBuckets.map(change),
    negativeBuckets: histogram.negativeBuckets.map(change),
  };
}

/** The histogram in a lower (or the same) resolution. */
export function reduceHistogram(histogram: NativeHistogram, schema: number): NativeHistogram {
  if (schema === histogram.schema) return histogram;
  const positive = reduceSide(
    sideOf(histogram.positiveSpans, histogram.positiveBuckets),
    histogram.schema,
    schema,
  );
  const negative = reduceSide(
    sideOf(histogram.negativeSpans, histogram.negativeBuckets),
    histogram.schema,
    schema,
  );
  return {
    ...histogram,
    counterResetHint: COUNTER_RESET_HINT.unknown,
    schema,
    positiveSpans: spansOf(positive.indexes),
    positiveBuckets: positive.counts,
    negativeSpans: spansOf(negative.indexes),
    negativeBuckets: negative.counts,
  };
}

export function withHint(
  histogram: NativeHistogram,
  counterResetHint: NativeHistogram['counterResetHint'],
): NativeHistogram {
  return histogram.counterResetHint === counterResetHint ? histogram : { ...histogram, counterResetHint };
}
