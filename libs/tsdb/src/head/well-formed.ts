import { type BucketSpan, type NativeHistogram } from '@narthex/model';

/**
 * True when a histogram can be written: as many counts as its spans say, and whole numbers where it says so. Whether
 * its numbers make sense is up to whoever received it.
 */
export function isWellFormed(histogram: NativeHistogram, integer: boolean): boolean {
  const { positiveSpans, positiveBuckets, negativeSpans, negativeBuckets, count, zeroCount } = histogram;
  return (
    fits(positiveSpans, positiveBuckets) &&
    fits(negativeSpans, negativeBuckets) &&
    (!integer ||
      [[count, zeroCount], positiveBuckets, negativeBuckets].every((numbers) => numbers.every(isCount)))
  );
}

/** True for counts that are not exact as numbers any more, and so cannot be written as whole ones. */
export function countsBeyondExact(histogram: NativeHistogram): boolean {
  const { positiveBuckets, negativeBuckets, count, zeroCount } = histogram;
  return [[count, zeroCount], positiveBuckets, negativeBuckets].some((numbers) =>
    numbers.some((number) => number > Number.MAX_SAFE_INTEGER),
  );
}

function fits(spans: readonly BucketSpan[], counts: readonly number[]): boolean {
  let length = 0;
  for (let i = 0; i < spans.length; i++) {
    const span = spans[i]!;
    if (!Number.isInteger(span.offset) || !isCount(span.length) || (i > 0 && span.offset < 0)) return false;
    length += span.length;
  }
  return length === counts.length;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
