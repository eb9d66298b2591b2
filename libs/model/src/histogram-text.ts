import { type HistogramBucket, negativeBuckets, positiveBuckets, zeroBucket } from './histogram-buckets.js';
import { type NativeHistogram } from './native-histogram.js';
import { formatFloatG } from './number.js';

/**
 * Prints a histogram as upstream's `String()`: `{count:3, sum:5, [-2,-1):1, [-0.001,0.001]:1, (1,2]:1}`. Counts are
 * printed as floats are; upstream prints those of integer histograms without an exponent.
 */
export function formatHistogram(
  histogram: NativeHistogram,
  formatCount: (count: number) => string = formatFloatG,
): string {
  const populated = [
    ...negativeBuckets(histogram).reverse(),
    ...(histogram.zeroCount === 0 ? [] : [zeroBucket(histogram)]),
    ...positiveBuckets(histogram),
  ].filter(({ count }) => count !== 0);
  const head = `count:${formatCount(histogram.count)}, sum:${formatFloatG(histogram.sum)}`;
  return `{${[head, ...populated.map((bucket) => formatBucket(bucket, formatCount))].join(', ')}}`;
}

function formatBucket(
  { lower, upper, lowerInclusive, upperInclusive, count }: HistogramBucket,
  formatCount: (count: number) => string,
): string {
  const open = lowerInclusive ? '[' : '(';
  const close = upperInclusive ? ']' : ')';
  return `${open}${formatFloatG(lower)},${formatFloatG(upper)}${close}:${formatCount(count)}`;
}
