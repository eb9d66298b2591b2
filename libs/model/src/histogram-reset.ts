import { commonBounds, customBoundsMatch, usesCustomBuckets } from './histogram-bounds.js';
import { type BucketSide, reconcileSide, reduceSide, sideOf, visitUnion } from './histogram-side.js';
import { outsideZeroBucket, widenZeroBucket } from './histogram-zero.js';
import { COUNTER_RESET_HINT, type NativeHistogram } from './native-histogram.js';

/**
 * True when a counter histogram has begun anew since `previous`: its hint says so, or, where the hint says nothing, a
 * count has gone down, a populated bucket is gone, or the layout has changed in a way that only a reset explains.
 */
export function detectsReset(current: NativeHistogram, previous: NativeHistogram): boolean {
  if (current.counterResetHint === COUNTER_RESET_HINT.reset) return true;
  if (current.counterResetHint === COUNTER_RESET_HINT.notReset) return false;
  if (current.count < previous.count) return true;
  return usesCustomBuckets(current) ? customReset(current, previous) : exponentialReset(current, previous);
}

function customReset(current: NativeHistogram, previous: NativeHistogram): boolean {
  if (!usesCustomBuckets(previous)) return true;
  const now = sideOf(current.positiveSpans, current.positiveBuckets);
  const before = sideOf(previous.positiveSpans, previous.positiveBuckets);
  if (customBoundsMatch(current.customValues, previous.customValues)) return anyFallen(now, before);
  const common = commonBounds(current.customValues, previous.customValues);
  let decreased = false;
  visitUnion(
    reconcileSide(now, current.customValues, common),
    reconcileSide(before, previous.customValues, common),
    (_, count, countBefore) => (decreased ||= count < countBefore),
  );
  return decreased;
}

function exponentialReset(current: NativeHistogram, previous: NativeHistogram): boolean {
  if (usesCustomBuckets(previous) || current.schema > previous.schema) return true;
  if (current.zeroThreshold < previous.zeroThreshold) return true;
  const positive = sideOf(previous.positiveSpans, previous.positiveBuckets);
  const negative = sideOf(previous.negativeSpans, previous.negativeBuckets);
  const zero = widenZeroBucket({ ...previous, positive, negative }, current.zeroThreshold);
  // A populated bucket lies across the new threshold.
  if (zero.threshold !== current.zeroThreshold || current.zeroCount < zero.count) return true;
  const comparable = (side: BucketSide, schema: number): BucketSide =>
    outsideZeroBucket(reduceSide(side, schema, current.schema), current.schema, current.zeroThreshold);
  return (
    anyFallen(
      comparable(sideOf(current.positiveSpans, current.positiveBuckets), current.schema),
      comparable(positive, previous.schema),
    ) ||
    anyFallen(
      comparable(sideOf(current.negativeSpans, current.negativeBuckets), current.schema),
      comparable(negative, previous.schema),
    )
  );
}

/**
 * True when a bucket counts less than before, or is gone that was not empty: where histograms were multiplied or
 * subtracted, it may have counted less than nothing.
 */
function anyFallen(now: BucketSide, before: BucketSide): boolean {
  let i = 0;
  for (let k = 0; k < before.indexes.length; k++) {
    const index = before.indexes[k]!;
    while (i < now.indexes.length && now.indexes[i]! < index) i++;
    const countBefore = before.counts[k]!;
    if (now.indexes[i] === index ? now.counts[i]! < countBefore : countBefore !== 0) return true;
  }
  return false;
}
