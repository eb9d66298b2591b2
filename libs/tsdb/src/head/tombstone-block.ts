import { NO_ADDRESS, type SharedAddress, type SharedAllocator } from '@narthex/bytes';
import { TOMBSTONES, WORD_BYTES } from '../shared/layout.js';

/** A block of deleted times with one interval more than `old`, which is given back. Both ends are included. */
export function withInterval(
  allocator: SharedAllocator,
  old: SharedAddress,
  minTimeMs: number,
  maxTimeMs: number,
): SharedAddress {
  const { views } = allocator;
  const length = old === NO_ADDRESS ? 0 : views.words(old)[views.wordIndex(old) + TOMBSTONES.length]!;
  const block = allocator.allocate(sizeBytes(length + 1));
  views.words(block)[views.wordIndex(block) + TOMBSTONES.length] = length + 1;
  const doubles = views.doubles(block);
  const to = views.doubleIndex(block) + (TOMBSTONES.intervals >>> 1);
  if (old !== NO_ADDRESS) {
    const from = views.doubleIndex(old) + (TOMBSTONES.intervals >>> 1);
    doubles.set(views.doubles(old).subarray(from, from + 2 * length), to);
    allocator.retire(old, sizeBytes(length));
  }
  doubles[to + 2 * length] = minTimeMs;
  doubles[to + 2 * length + 1] = maxTimeMs;
  return block;
}

/** Gives a block back. */
export function retireIntervals(allocator: SharedAllocator, block: SharedAddress): void {
  const { views } = allocator;
  allocator.retire(block, sizeBytes(views.words(block)[views.wordIndex(block) + TOMBSTONES.length]!));
}

function sizeBytes(length: number): number {
  return WORD_BYTES * (TOMBSTONES.intervals + 4 * length);
}
