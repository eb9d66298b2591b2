import { exponentialBound } from './histogram-bounds.js';
import { type BucketSide } from './histogram-side.js';

/** The parts of a histogram that a wider zero bucket changes. */
export interface ZeroRegion {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly positive: BucketSide;
  readonly negative: BucketSide;
}

/**
 * Widens the zero bucket to `threshold` at least, further where that would cut a populated bucket, and takes the
 * counts of the buckets inside into it. The buckets themselves stay as they are.
 */
export function widenZeroBucket(region: ZeroRegion, threshold: number): { count: number; threshold: number } {
  if (threshold === region.zeroThreshold) return { count: region.zeroCount, threshold };
  for (let wanted = threshold; ;) {
    const positive = swallow(region.positive, region.schema, wanted);
    const negative = swallow(region.negative, region.schema, positive.threshold);
    // A negative bucket that reaches further makes the positive side begin again.
    if (negative.threshold === positive.threshold) {
      return { count: region.zeroCount + positive.count + negative.count, threshold: negative.threshold };
    }
    wanted = negative.threshold;
  }
}

function swallow(side: BucketSide, schema: number, threshold: number): { count: number; threshold: number } {
  let count = 0;
  for (let i = 0; i < side.indexes.length; i++) {
    const index = side.indexes[i]!;
    if (exponentialBound(schema, index - 1) >= threshold) break;
    count += side.counts[i]!;
    const upper = exponentialBound(schema, index);
    if (upper > threshold) return { count, threshold: side.counts[i] === 0 ? threshold : upper };
  }
  return { count, threshold };
}

/** The buckets outside the zero bucket. */
export function outsideZeroBucket(side: BucketSide, schema: number, zeroThreshold: number): BucketSide {
  let first = 0;
  while (first < side.indexes.length && exponentialBound(schema, side.indexes[first]!) <= zeroThreshold)
    first++;
  return first === 0 ? side : { indexes: side.indexes.slice(first), counts: side.counts.slice(first) };
}
