import { usesCustomBuckets } from './histogram-bounds.js';
import { type HistogramBucket, negativeBuckets, positiveBuckets, zeroBucket } from './histogram-buckets.js';
import { compactHistogram } from './histogram-compact.js';
import { type NativeHistogram } from './native-histogram.js';

/** What of a bucket stays, and the value the observations that go are taken to have. */
interface Cut {
  readonly kept: number;
  readonly removedAt: number;
}

/**
 * Takes away the observations above (`upper`) or below (`lower`) a value. Counts of the bucket that is cut are
 * interpolated; the sum loses what the removed observations are estimated to be worth
 * (https://prometheus.io/docs/prometheus/latest/querying/operators/, histogram trim operators).
 */
export function trimHistogram(histogram: NativeHistogram, side: 'upper' | 'lower', at: number): NativeHistogram {
  const custom = usesCustomBuckets(histogram);
  let count = 0;
  let removedSum = 0;
  let hasPositive = false;
  let hasNegative = false;
  const trim = (bucket: HistogramBucket, positive: boolean): number => {
    if (bucket.count === 0) return 0;
    hasPositive ||= positive && (!custom || bucket.upper > 0);
    hasNegative ||= !positive || (custom && (bucket.upper <= 0 || bucket.lower < 0));
    const cut = cutBucket(bucket, side, at, custom, positive);
    count += cut.kept;
    if (cut.kept !== bucket.count) removedSum += (bucket.count - cut.kept) * cut.removedAt;
    return cut.kept;
  };
  const positive = positiveBuckets(histogram).map((bucket) => trim(bucket, true));
  const negative = negativeBuckets(histogram).map((bucket) => trim(bucket, false));
  let { zeroCount } = histogram;
  if (zeroCount > 0) {
    const below = countBelow(zeroBucket(histogram), at, true, true);
    zeroCount = side === 'upper' ? below : zeroCount - below;
    count += zeroCount;
  }
  let sum = count === 0 ? 0 : histogram.sum - removedSum;
  if (!hasNegative && sum < 0) sum = 0;
  if (!hasPositive && sum > 0) sum = 0;
  return compactHistogram({ ...histogram, zeroCount, count, sum, positiveBuckets: positive, negativeBuckets: negative });
}

function cutBucket(
  bucket: HistogramBucket,
  side: 'upper' | 'lower',
  at: number,
  custom: boolean,
  positive: boolean,
): Cut {
  const staysWhole = side === 'upper' ? bucket.upper <= at : bucket.lower >= at;
  if (staysWhole) return { kept: bucket.count, removedAt: 0 };
  const goesWhole = side === 'upper' ? bucket.lower >= at : bucket.upper <= at;
  const open = bucket.lower === -Infinity || bucket.upper === Infinity;
  if (goesWhole) {
    if (!custom) return { kept: 0, removedAt: Math.sqrt(bucket.lower * bucket.upper) };
    return { kept: 0, removedAt: open ? cutOpen(bucket, side, at).removedAt : (bucket.lower + bucket.upper) / 2 };
  }
  if (open) return cutOpen(bucket, side, at);
  const below = countBelow(bucket, at, positive, custom);
  const kept = side === 'upper' ? below : bucket.count - below;
  if (custom) return { kept, removedAt: (bucket.lower + bucket.upper) / 2 };
  const other = side === 'upper' ? bucket.lower : bucket.upper;
  const middle = Math.sqrt(Math.abs(other) * Math.abs(at));
  return { kept, removedAt: positive ? middle : -middle };
}

/** A bucket without lower or upper bound: nothing is known of where its observations are, so it goes as a whole. */
function cutOpen(bucket: HistogramBucket, side: 'upper' | 'lower', at: number): Cut {
  if (bucket.lower !== -Infinity) return { kept: 0, removedAt: bucket.lower };
  if (at >= 0 && bucket.upper > at && bucket.upper !== Infinity) {
    // With a positive upper bound the bucket is taken to begin at zero.
    const below = at / bucket.upper;
    return side === 'upper'
      ? { kept: bucket.count * below, removedAt: (at + bucket.upper) / 2 }
      : { kept: bucket.count * (1 - below), removedAt: at / 2 };
  }
  return { kept: 0, removedAt: bucket.upper };
}

/** How many of a bucket's observations are at most `value`. */
function countBelow(bucket: HistogramBucket, value: number, positive: boolean, linear: boolean): number {
  const { lower, upper, count } = bucket;
  if (value <= lower) return 0;
  if (value >= upper) return count;
  if (linear) return (count * (value - lower)) / (upper - lower);
  const logLower = Math.log2(Math.abs(lower));
  const logUpper = Math.log2(Math.abs(upper));
  const logValue = Math.log2(Math.abs(value));
  if (positive) return (count * (logValue - logLower)) / (logUpper - logLower);
  return count * (1 - (logValue - logUpper) / (logLower - logUpper));
}
