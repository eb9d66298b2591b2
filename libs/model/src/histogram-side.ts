import { type BucketSpan } from './native-histogram.js';

/** One half of a histogram, positive or negative: bucket indexes, ascending, and the count of each. */
export interface BucketSide {
  readonly indexes: readonly number[];
  readonly counts: readonly number[];
}

export const EMPTY_SIDE: BucketSide = { indexes: [], counts: [] };

/** Lists the buckets that spans describe. Counts without a span, and spans without counts, are left out. */
export function sideOf(spans: readonly BucketSpan[], counts: readonly number[]): BucketSide {
  const indexes: number[] = [];
  let index = 0;
  for (const span of spans) {
    index += span.offset;
    for (let i = 0; i < span.length && indexes.length < counts.length; i++) indexes.push(index++);
  }
  return { indexes, counts: indexes.length === counts.length ? counts : counts.slice(0, indexes.length) };
}

/** The spans of ascending indexes: one for each run without gap. */
export function spansOf(indexes: readonly number[]): readonly BucketSpan[] {
  const spans: BucketSpan[] = [];
  let end = 0;
  for (let i = 0; i < indexes.length;) {
    let length = 1;
    while (indexes[i + length] === indexes[i]! + length) length++;
    spans.push({ offset: indexes[i]! - end, length });
    end = indexes[i]! + length;
    i += length;
  }
  return spans;
}

/** Puts buckets that share an index after `move` into one; `move` must keep the order. */
export function mergeBuckets(side: BucketSide, move: (index: number) => number): BucketSide {
  const indexes: number[] = [];
  const counts: number[] = [];
  for (let i = 0; i < side.indexes.length; i++) {
    const index = move(side.indexes[i]!);
    if (indexes.at(-1) === index) counts[counts.length - 1]! += side.counts[i]!;
    else {
      indexes.push(index);
      counts.push(side.counts[i]!);
    }
  }
  return { indexes, counts };
}

/** The bucket of a lower resolution that a bucket falls into. */
export function reducedIndex(index: number, fromSchema: number, toSchema: number): number {
  return Math.ceil(index / 2 ** (fromSchema - toSchema));
}

/** The side in a lower (or the same) resolution. */
export function reduceSide(side: BucketSide, fromSchema: number, toSchema: number): BucketSide {
  return fromSchema === toSchema
    ? side
    : mergeBuckets(side, (index) => reducedIndex(index, fromSchema, toSchema));
}

/** The side with buckets put together that only `common` bounds separate. */
export function reconcileSide(
  side: BucketSide,
  bounds: readonly number[],
  common: readonly number[],
): BucketSide {
  let target = 0;
  return mergeBuckets(side, (index) => {
    const bound = bounds[index];
    if (bound === undefined) return common.length;
    while (target < common.length && common[target]! < bound) target++;
    return target;
  });
}

/** Calls `visit` for every index that either side has, in order, with the counts (0 where a side has none). */
export function visitUnion(
  a: BucketSide,
  b: BucketSide,
  visit: (index: number, aCount: number, bCount: number) => void,
): void {
  let i = 0;
  let k = 0;
  while (i < a.indexes.length || k < b.indexes.length) {
    const left = a.indexes[i] ?? Infinity;
    const right = b.indexes[k] ?? Infinity;
    visit(Math.min(left, right), left <= right ? a.counts[i++]! : 0, right <= left ? b.counts[k++]! : 0);
  }
}
