import { usesCustomBuckets } from './histogram-bounds.js';
import { allBuckets, type HistogramBucket } from './histogram-buckets.js';
import { oneSided } from './histogram-quantile.js';
import { type NativeHistogram } from './native-histogram.js';

/** A fraction, and whether observations of NaN are left out of it. */
export interface FractionResult {
  readonly value: number;
  readonly excludesNaN: boolean;
}

/**
 * The share of observations between two values
 * (https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_fraction).
 */
export function histogramFraction(lower: number, upper: number, histogram: NativeHistogram): FractionResult {
  if (histogram.count === 0 || Number.isNaN(lower) || Number.isNaN(upper))
    return { value: NaN, excludesNaN: false };
  if (lower >= upper) return { value: 0, excludesNaN: false };
  const buckets = allBuckets(histogram);
  const inBuckets = buckets.reduce((sum, bucket) => sum + bucket.count, 0);
  const excludesNaN = Number.isNaN(histogram.sum) && inBuckets < histogram.count;
  const total = excludesNaN ? inBuckets : histogram.count;
  const below = (value: number): number => Math.min(rankOf(value, buckets, histogram) ?? total, total);
  return { value: (below(upper) - below(lower)) / histogram.count, excludesNaN };
}

/** How many observations are below a value; undefined when it is above all buckets. */
function rankOf(
  value: number,
  buckets: readonly HistogramBucket[],
  histogram: NativeHistogram,
): number | undefined {
  const custom = usesCustomBuckets(histogram);
  let rank = 0;
  for (const original of buckets) {
    const bucket = custom ? naturalLower(original) : oneSided(original, histogram);
    if (bucket.lower >= value) return rank;
    if (bucket.upper > value) {
      const linear = custom || (bucket.lower <= 0 && bucket.upper >= 0);
      return rank + bucket.count * (linear ? linearShare(value, bucket) : exponentialShare(value, bucket));
    }
    rank += bucket.count;
  }
  return undefined;
}

/** A lowest bucket with a positive upper bound begins at zero. */
function naturalLower(bucket: HistogramBucket): HistogramBucket {
  return bucket.lower === -Infinity && bucket.upper > 0 ? { ...bucket, lower: 0 } : bucket;
}

function linearShare(value: number, { lower, upper }: HistogramBucket): number {
  if (lower === -Infinity) return 1;
  return upper === Infinity ? 0 : (value - lower) / (upper - lower);
}

function exponentialShare(value: number, { lower, upper }: HistogramBucket): number {
  const logLower = Math.log2(Math.abs(lower));
  const logUpper = Math.log2(Math.abs(upper));
  const logValue = Math.log2(Math.abs(value));
  if (value > 0) return (logValue - logLower) / (logUpper - logLower);
  return 1 - (logValue - logUpper) / (logLower - logUpper);
}
