import { compensatedSum } from './compensated-sum.js';
import { usesCustomBuckets } from './histogram-bounds.js';
import { allBuckets, type HistogramBucket } from './histogram-buckets.js';
import { type NativeHistogram } from './native-histogram.js';

/**
 * The variance of the observations, each taken to be in the middle of its bucket: the geometric mean of the bounds,
 * zero in the zero bucket, the arithmetic mean with custom bounds.
 */
export function histogramVariance(histogram: NativeHistogram): number {
  const mean = histogram.sum / histogram.count;
  const custom = usesCustomBuckets(histogram);
  let variance = 0;
  let rest = 0;
  for (const bucket of allBuckets(histogram)) {
    if (bucket.count === 0) continue;
    const delta = middleOf(bucket, custom) - mean;
    [variance, rest] = compensatedSum(bucket.count * delta * delta, variance, rest);
  }
  return (variance + rest) / histogram.count;
}

function middleOf({ lower, upper }: HistogramBucket, custom: boolean): number {
  if (custom) return (upper + lower) / 2;
  if (lower <= 0 && upper >= 0) return 0;
  const middle = Math.sqrt(upper * lower);
  return upper < 0 ? -middle : middle;
}
