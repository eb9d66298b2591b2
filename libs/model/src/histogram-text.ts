import { type HistogramBucket, negativeBuckets, positiveBuckets, zeroBucket } from './histogram-buckets.js';
import { type NativeHistogram } from './native-histogram.js';
import { formatFloatG } from './number.js';

/** Prints a histogram as upstream's `String()`: `{count:3, sum:5, [-2,-1):1, [-0.001,0.001]:1, (1,2]:1}`. */
export function formatHistogram(histogram: NativeHistogram): string {
  const populated = [
    ...negativeBuckets(histogram).reverse(),
    ...(histogram.zeroCount === 0 ? [] : [zeroBucket(histogram)]),
    ...positiveBuckets(histogram),
  ].filter(({ count }) => count !== 0);
  const head = `count:${formatFloatG(histogram.count)}, sum:${formatFloatG(histogram.sum)}`;
  return `{${[head, ...populated.map(formatBucket)].join(', ')}}`;
}

function formatBucket({ lower, upper, lowerInclusive, upperInclusive, count }: HistogramBucket): string {
  const open = lowerInclusive ? '[' : '(';
  const close = upperInclusive ? ']' : ')';
  return `${open}${formatFloatG(lower)},${formatFloatG(upper)}${close}:${formatFloatG(count)}`;
}
