import { upperBound, usesCustomBuckets } from './histogram-bounds.js';
import { sideOf } from './histogram-side.js';
import { type NativeHistogram } from './native-histogram.js';

/** One bucket with its bounds. */
export interface HistogramBucket {
  readonly lower: number;
  readonly upper: number;
  readonly lowerInclusive: boolean;
  readonly upperInclusive: boolean;
  readonly count: number;
}

/** The positive buckets (all of them, for custom bounds), ascending. */
export function positiveBuckets(histogram: NativeHistogram): HistogramBucket[] {
  const { schema, customValues } = histogram;
  const custom = usesCustomBuckets(histogram);
  const side = sideOf(histogram.positiveSpans, histogram.positiveBuckets);
  return side.indexes.map((index, i) => {
    const lower = upperBound(schema, index - 1, customValues);
    const upper = upperBound(schema, index, customValues);
    const lowerInclusive = custom ? index === 0 : lower < 0;
    return { lower, upper, lowerInclusive, upperInclusive: custom || upper > 0, count: side.counts[i]! };
  });
}

/** The negative buckets, from the one next to zero downwards. */
export function negativeBuckets({
  schema,
  negativeSpans,
  negativeBuckets,
}: NativeHistogram): HistogramBucket[] {
  const side = sideOf(negativeSpans, negativeBuckets);
  return side.indexes.map((index, i) => ({
    lower: -upperBound(schema, index, []),
    upper: -upperBound(schema, index - 1, []),
    lowerInclusive: true,
    upperInclusive: false,
    count: side.counts[i]!,
  }));
}

/** The bucket around zero. */
export function zeroBucket({ zeroThreshold, zeroCount }: NativeHistogram): HistogramBucket {
  return {
    lower: -zeroThreshold,
    upper: zeroThreshold,
    lowerInclusive: true,
    upperInclusive: true,
    count: zeroCount,
  };
}

/** All buckets from the lowest to the highest; those that overlap the zero bucket are cut at its bounds. */
export function allBuckets(histogram: NativeHistogram): HistogramBucket[] {
  const { zeroThreshold } = histogram;
  const buckets = negativeBuckets(histogram).reverse();
  if (histogram.zeroCount > 0) buckets.push(zeroBucket(histogram));
  buckets.push(...positiveBuckets(histogram));
  return zeroThreshold === 0 ? buckets : buckets.map((bucket) => cut(bucket, zeroThreshold));
}

function cut(bucket: HistogramBucket, zeroThreshold: number): HistogramBucket {
  if (bucket.upper < 0 && bucket.upper > -zeroThreshold) return { ...bucket, upper: -zeroThreshold };
  if (bucket.lower > 0 && bucket.lower < zeroThreshold) return { ...bucket, lower: zeroThreshold };
  return bucket;
}
