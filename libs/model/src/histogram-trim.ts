import { usesCustomBuckets } from './histogram-bounds.js';
import { type HistogramBucket, negativeBuckets, positiveBuckets, zeroBucket } from './histogram-buckets.js';
import { compactHistogram } from './histogram-compact.js';
import { type NativeHistogram } from './native-histogram.js';

/** `upper` takes away what is above the value, `lower` what is below. */
export type TrimSide = 'upper' | 'lower';

/** What stays of a bucket: how many observations, and the value each of them is taken to have. */
interface Kept {
  readonly count: number;
  readonly middle: number;
}

type Shape = 'custom' | 'positive' | 'negative';

/**
 * Takes away the observations on one side of a value. Of the bucket it falls into, the count is interpolated; the sum
 * is then estimated anew from the middles of what stays. A histogram that loses nothing keeps its count and sum
 * (https://prometheus.io/docs/prometheus/latest/querying/operators/#histogram-trim-operators).
 */
export function trimHistogram(histogram: NativeHistogram, side: TrimSide, at: number): NativeHistogram {
  const custom = usesCustomBuckets(histogram);
  let [count, sum, isTrimmed] = [0, 0, false];
  const keep = (had: number, kept: Kept): number => {
    count += kept.count;
    sum += kept.middle * kept.count;
    isTrimmed ||= kept.count !== had;
    return kept.count;
  };
  const keepAll = (buckets: readonly HistogramBucket[], shape: Shape): number[] =>
    buckets.map((bucket) => (bucket.count === 0 ? 0 : keep(bucket.count, keptOf(bucket, side, at, shape))));
  const positive = keepAll(positiveBuckets(histogram), custom ? 'custom' : 'positive');
  const negative = keepAll(negativeBuckets(histogram), custom ? 'custom' : 'negative');
  let { zeroCount } = histogram;
  if (zeroCount > 0) {
    const hasPositive = histogram.positiveBuckets.some((one) => one !== 0);
    const hasNegative = histogram.negativeBuckets.some((one) => one !== 0);
    const { lower, upper } = zeroBucket(histogram);
    // Where all other observations are on one side, so are these.
    const zero = {
      count: zeroCount,
      lower: hasPositive && !hasNegative ? 0 : lower,
      upper: hasNegative && !hasPositive ? 0 : upper,
    };
    zeroCount = keep(zeroCount, keptOfZero(zero, side, at));
  }
  if (!isTrimmed) return histogram;
  return compactHistogram({
    ...histogram,
    zeroCount,
    count,
    sum,
    positiveBuckets: positive,
    negativeBuckets: negative,
  });
}

function keptOf(bucket: HistogramBucket, side: TrimSide, at: number, shape: Shape): Kept {
  const { lower, upper, count } = bucket;
  if (side === 'upper' ? upper <= at : lower >= at) return { count, middle: middleOf(lower, upper, shape) };
  if (side === 'upper' ? lower >= at : upper <= at) return { count: 0, middle: 0 };
  if (lower === -Infinity || upper === Infinity) return keptOfOpen(bucket, side, at);
  const below = countBelow(bucket, at, shape);
  return side === 'upper'
    ? { count: below, middle: middleOf(lower, at, shape) }
    : { count: count - below, middle: middleOf(at, upper, shape) };
}

/**
 * Of a bucket without a bound nothing is known of where its observations are: it is cut only where it can be taken to
 * begin at zero, and stays whole where it ends below zero or has no upper bound and is cut from below.
 */
function keptOfOpen({ lower, upper, count }: HistogramBucket, side: TrimSide, at: number): Kept {
  if (lower !== -Infinity) return side === 'upper' ? { count: 0, middle: 0 } : { count, middle: at };
  if (side === 'upper' && upper <= 0) return { count, middle: at };
  if (upper === Infinity || at < 0) return { count: 0, middle: 0 };
  return side === 'upper'
    ? { count: (count * at) / upper, middle: at / 2 }
    : { count: count * (1 - at / upper), middle: (at + upper) / 2 };
}

function keptOfZero(
  { lower, upper, count }: Pick<HistogramBucket, 'lower' | 'upper' | 'count'>,
  side: TrimSide,
  at: number,
): Kept {
  if (side === 'upper' ? at >= upper : at <= lower) return { count, middle: (lower + upper) / 2 };
  if (side === 'upper' ? at <= lower : at >= upper) return { count: 0, middle: 0 };
  return side === 'upper'
    ? { count: (count * (at - lower)) / (upper - lower), middle: (lower + at) / 2 }
    : { count: (count * (upper - at)) / (upper - lower), middle: (at + upper) / 2 };
}

/** How many of a bucket's observations are below a value inside of it. */
function countBelow({ lower, upper, count }: HistogramBucket, value: number, shape: Shape): number {
  if (shape === 'custom') return count * ((value - lower) / (upper - lower));
  const [logLower, logUpper, logValue] = [lower, upper, value].map((one) => Math.log2(Math.abs(one)));
  if (shape === 'positive') return count * ((logValue! - logLower!) / (logUpper! - logLower!));
  return count * (1 - (logValue! - logUpper!) / (logLower! - logUpper!));
}

/** The value that observations between two bounds are taken to have. */
function middleOf(lower: number, upper: number, shape: Shape): number {
  if (lower === -Infinity) {
    if (upper === Infinity) return 0;
    return upper > 0 ? upper / 2 : upper;
  }
  if (upper === Infinity) return lower;
  if (shape === 'custom') return (lower + upper) / 2;
  const geometric = Math.sqrt(Math.abs(lower * upper));
  return shape === 'positive' ? geometric : -geometric;
}
