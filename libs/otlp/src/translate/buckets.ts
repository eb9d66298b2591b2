import { type BucketSpan } from '@narthex/model';

/** A gap of more empty buckets begins a new span. */
const MOST_EMPTY = 2;

export interface SparseBuckets {
  readonly spans: readonly BucketSpan[];
  readonly counts: readonly number[];
}

/**
 * Buckets that lie one behind the other, as the spans of a native histogram: long gaps of empty ones are left out.
 * @param firstIndex the index of the first bucket.
 */
export function sparse(counts: readonly number[], firstIndex: number): SparseBuckets {
  const spans: { offset: number; length: number }[] = [];
  const kept: number[] = [];
  // Behind the last bucket that is kept.
  let next = 0;
  for (const [i, count] of counts.entries()) {
    if (count === 0) continue;
    const index = firstIndex + i;
    const last = spans.at(-1);
    const gap = index - next;
    if (last !== undefined && gap <= MOST_EMPTY) {
      kept.push(...new Array<number>(gap).fill(0), count);
      last.length += gap + 1;
    } else {
      spans.push({ offset: last === undefined ? index : gap, length: 1 });
      kept.push(count);
    }
    next = index + 1;
  }
  return { spans, counts: kept };
}

export interface DenseBuckets {
  readonly offset: number;
  readonly counts: readonly number[];
}

/** Merges 2^scaleDown exponential buckets into one, which lowers the scale by as much. */
export function merged({ offset, counts }: DenseBuckets, scaleDown: number): DenseBuckets {
  if (scaleDown === 0 || counts.length === 0) return { offset, counts };
  const first = shifted(offset, scaleDown);
  const last = shifted(offset + counts.length - 1, scaleDown);
  const sums = new Array<number>(last - first + 1).fill(0);
  for (const [i, count] of counts.entries()) sums[shifted(offset + i, scaleDown) - first]! += count;
  return { offset: first, counts: sums };
}

/** Indexes have 32 bits: a division shifts as far as that, and further makes no difference. */
function shifted(index: number, bits: number): number {
  return Math.floor(index / 2 ** Math.min(bits, 33));
}
