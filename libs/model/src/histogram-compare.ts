import { customBoundsMatch, usesCustomBuckets } from './histogram-bounds.js';
import { type BucketSide, sideOf } from './histogram-side.js';
import { type NativeHistogram } from './native-histogram.js';

/** True when two histograms hold the same data: all numbers bit for bit, NaN equal to NaN. Hints do not count. */
export function histogramsEqual(a: NativeHistogram, b: NativeHistogram): boolean {
  return (
    a.schema === b.schema &&
    Object.is(a.count, b.count) &&
    Object.is(a.sum, b.sum) &&
    a.zeroThreshold === b.zeroThreshold &&
    Object.is(a.zeroCount, b.zeroCount) &&
    (!usesCustomBuckets(a) || customBoundsMatch(a.customValues, b.customValues)) &&
    sidesEqual(sideOf(a.negativeSpans, a.negativeBuckets), sideOf(b.negativeSpans, b.negativeBuckets)) &&
    sidesEqual(sideOf(a.positiveSpans, a.positiveBuckets), sideOf(b.positiveSpans, b.positiveBuckets))
  );
}

function sidesEqual(a: BucketSide, b: BucketSide): boolean {
  return (
    a.indexes.length === b.indexes.length &&
    a.indexes.every((index, i) => index === b.indexes[i] && Object.is(a.counts[i], b.counts[i]))
  );
}
