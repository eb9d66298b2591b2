import { usesCustomBuckets } from './histogram-bounds.js';
import { allBuckets, type HistogramBucket } from './histogram-buckets.js';
import { type NativeHistogram } from './native-histogram.js';

/** A quantile, and whether observations of NaN make it unknown or push it up. */
export interface QuantileResult {
  readonly value: number;
  readonly nan?: 'result' | 'skew';
}

/**
 * The φ-quantile, by exponential interpolation within a bucket, linear in the zero bucket and with custom bounds
 * (https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile).
 */
export function histogramQuantile(q: number, histogram: NativeHistogram): QuantileResult {
  if (q < 0) return { value: -Infinity };
  if (q > 1) return { value: Infinity };
  if (histogram.count === 0 || Number.isNaN(q)) return { value: NaN };
  // Observations of NaN are in the count, but in no bucket: then only counting from below is right.
  const hasNaN = Number.isNaN(histogram.sum);
  const fromBelow = hasNaN || q < 0.5;
  const buckets = allBuckets(histogram);
  if (!fromBelow) buckets.reverse();
  const rank = (fromBelow ? q : 1 - q) * histogram.count;

  let count = 0;
  let at = -1;
  for (let i = 0; i < buckets.length; i++) {
    at = i;
    if (buckets[i]!.count === 0) continue;
    count += buckets[i]!.count;
    if (count >= rank) break;
  }
  const bucket = bounded(buckets[at] ?? NO_BUCKET, histogram);
  if (typeof bucket === 'number') return { value: bucket };
  count = Math.min(count, histogram.count);
  if (count < rank) {
    // Without observations of NaN, only what is no real histogram, such as a negated one, has too little in its buckets.
    return hasNaN ? { value: NaN, nan: 'result' } : { value: bucket.upper };
  }

  const inBucket = fromBelow ? rank - (count - bucket.count) : count - rank;
  const later = hasNaN ? buckets.slice(at + 1) : [];
  // Looking for observations of NaN, upstream goes on to the last bucket and stays there to interpolate. So do we.
  const { lower, upper, count: share } = later.at(-1) ?? bucket;
  const value = interpolate(lower, upper, inBucket / share, usesCustomBuckets(histogram));
  const total = later.reduce((sum, one) => sum + one.count, count);
  return hasNaN && total < histogram.count ? { value, nan: 'skew' } : { value };
}

const NO_BUCKET: HistogramBucket = {
  lower: 0,
  upper: 0,
  lowerInclusive: false,
  upperInclusive: false,
  count: 0,
};

/** The bucket with finite bounds, or the value that stands for one that has none. */
function bounded(bucket: HistogramBucket, histogram: NativeHistogram): HistogramBucket | number {
  if (usesCustomBuckets(histogram)) {
    if (bucket.lower === -Infinity) return bucket.upper <= 0 ? bucket.upper : { ...bucket, lower: 0 };
    return bucket.upper === Infinity ? bucket.lower : bucket;
  }
  return oneSided(bucket, histogram);
}

/** A zero bucket ends at zero where the other side has no buckets. */
export function oneSided(bucket: HistogramBucket, histogram: NativeHistogram): HistogramBucket {
  if (!(bucket.lower < 0 && bucket.upper > 0)) return bucket;
  const hasNegative = histogram.negativeBuckets.length > 0;
  const hasPositive = histogram.positiveBuckets.length > 0;
  if (hasPositive && !hasNegative) return { ...bucket, lower: 0 };
  return hasNegative && !hasPositive ? { ...bucket, upper: 0 } : bucket;
}

function interpolate(lower: number, upper: number, fraction: number, linear: boolean): number {
  if (linear || (lower <= 0 && upper >= 0)) return lower + (upper - lower) * fraction;
  const logLower = Math.log2(Math.abs(lower));
  const logUpper = Math.log2(Math.abs(upper));
  if (lower > 0) return 2 ** (logLower + (logUpper - logLower) * fraction);
  return -(2 ** (logUpper + (logLower - logUpper) * (1 - fraction)));
}
