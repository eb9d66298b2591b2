import { sideOf, spansOf } from './histogram-side.js';
import { type BucketSpan, type NativeHistogram } from './native-histogram.js';

/** The histogram without empty buckets, in as few spans as possible. */
export function compactHistogram(histogram: NativeHistogram): NativeHistogram {
  const [positiveSpans, positiveBuckets] = compactSide(histogram.positiveSpans, histogram.positiveBuckets);
  const [negativeSpans, negativeBuckets] = compactSide(histogram.negativeSpans, histogram.negativeBuckets);
  return { ...histogram, positiveSpans, positiveBuckets, negativeSpans, negativeBuckets };
}

function compactSide(
  spans: readonly BucketSpan[],
  counts: readonly number[],
): readonly [readonly BucketSpan[], readonly number[]] {
  const side = sideOf(spans, counts);
  const indexes = side.indexes.filter((_, i) => side.counts[i] !== 0);
  return [
    spansOf(indexes),
    indexes.length === side.counts.length ? side.counts : side.counts.filter((count) => count !== 0),
  ];
}
