import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EpochTable, isEarlier } from './epoch-table.js';
import { SharedAllocator, SharedMemoryFullError } from './shared-allocator.js';
import {
  GRANULE_BYTES,
  MissingSegmentError,
  NO_ADDRESS,
  SEGMENT_BYTES,
  SharedViews,
} from './shared-views.js';
import { classBytes, classFor, classWithin, SIZE_CLASS_COUNT } from './size-classes.js';

describe('size classes', () => {
  test.each([
    [1, 8],
    [8, 8],
    [9, 16],
    [1000, 1000],
    [1024, 1024],
    [1025, 1280],
    [1280, 1280],
    [1281, 1536],
    [2048, 2048],
    [2049, 2560],
    [SEGMENT_BYTES, SEGMENT_BYTES],
  ])('%i bytes take %i', (asked, given) => {
    expect(classBytes(classFor(asked))).toBe(given);
  });

  test('every class is the smallest for its own size, and the largest within it', () => {
    for (let sizeClass = 0; sizeClass < SIZE_CLASS_COUNT; sizeClass++) {
      const bytes = classBytes(sizeClass);
      expect(classFor(bytes)).toBe(sizeClass);
      expect(classWithin(bytes)).toBe(sizeClass);
      expect(classWithin(bytes + 7)).toBe(sizeClass);
    }
    expect(() => classFor(SEGMENT_BYTES + 1)).toThrow(RangeError);
  });
});

describe('epochs', () => {
  test('the oldest reader counts, and nobody when all are idle', () => {
    const epochs = EpochTable.create(3);
    expect(epochs.oldest()).toBeUndefined();
    const first = epochs.enter(1);
    epochs.advance();
    epochs.enter(0);
    expect(epochs.oldest()).toBe(first);
    epochs.leave(1);
    expect(epochs.oldest()).toBe(epochs.current);
    epochs.leave(0);
    expect(epochs.oldest()).toBeUndefined();
  });

  test('counters may wrap, and 0 stays the sign of idle', () => {
    expect(isEarlier(0x7fffffff, -0x80000000)).toBe(true);
    expect(isEarlier(-0x80000000, 0x7fffffff)).toBe(false);
    expect(isEarlier(5, 5)).toBe(false);
    const epochs = EpochTable.create(1);
    new Int32Array(epochs.buffer)[0] = -1;
    epochs.advance();
    expect(epochs.current).toBe(1);
  });
});

describe('allocator', () => {
  const make = (maxSegments = 64) => {
    const epochs = EpochTable.create(2);
    const segments: number[] = [];
    const allocator = new SharedAllocator({
      epochs,
      maxSegments,
      onSegment: (index) => segments.push(index),
    });
    return { epochs, allocator, segments };
  };

  test('blocks of a whole segment, and an end', () => {
    const { allocator, segments } = make(3);
    allocator.allocate(SEGMENT_BYTES);
    allocator.allocate(SEGMENT_BYTES);
    expect(segments).toEqual([0, 1, 2]);
    expect(() => allocator.allocate(SEGMENT_BYTES)).toThrow(SharedMemoryFullError);
    // Segment 0 was left aside, and still serves smaller blocks.
    expect(allocator.allocate(4096)).not.toBe(NO_ADDRESS);
  });

  test('retired blocks come back when their readers have left, not before', () => {
    const { allocator, epochs } = make();
    const address = allocator.allocate(100);
    epochs.enter(0);
    allocator.retire(address, 100);
    allocator.reclaim();
    expect(allocator.retiredCount).toBe(1);
    epochs.enter(1);
    expect(allocator.allocate(100)).not.toBe(address);
    epochs.leave(0);
    allocator.reclaim();
    expect(allocator.retiredCount).toBe(0);
    expect(allocator.allocate(100)).toBe(address);
  });

  test('another thread meets segments by adoption, or says which is missing', () => {
    const { allocator } = make();
    const address = allocator.allocate(16);
    allocator.views.doubles(address)[allocator.views.doubleIndex(address) + 1] = 2.5;
    const asked: number[] = [];
    const remote: SharedViews = new SharedViews({
      onMissing: (segment) => {
        asked.push(segment);
        const buffer = allocator.segments[segment];
        if (buffer !== undefined) remote.adopt(segment, buffer);
      },
    });
    expect(remote.doubles(address)[remote.doubleIndex(address) + 1]).toBe(2.5);
    expect(() => remote.words(2 ** 31)).toThrow(MissingSegmentError);
    expect(asked).toEqual([0, 4096]);
  });

  test('blocks in use never overlap and keep what was written', () => {
    const step = fc.record({
      sizeBytes: fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 900_000 })),
      drop: fc.integer({ min: 0, max: 30 }),
      how: fc.constantFrom('free', 'retire', 'keep'),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 80 }), (steps) => {
        const { allocator } = make();
        const live: { address: number; sizeBytes: number; mark: number }[] = [];
        steps.forEach(({ sizeBytes, drop, how }, mark) => {
          const address = allocator.allocate(sizeBytes);
          const start = allocator.views.byteIndex(address);
          allocator.views.bytes(address).fill(mark, start, start + sizeBytes);
          live.push({ address, sizeBytes, mark });
          if (how === 'keep') return;
          const [gone] = live.splice(drop % live.length, 1);
          if (how === 'free') allocator.free(gone!.address, gone!.sizeBytes);
          else allocator.retire(gone!.address, gone!.sizeBytes);
          allocator.reclaim();
        });
        for (const block of live) {
          const start = allocator.views.byteIndex(block.address);
          const bytes = allocator.views.bytes(block.address);
          expect(start + block.sizeBytes).toBeLessThanOrEqual(SEGMENT_BYTES);
          expect(bytes.subarray(start, start + block.sizeBytes).every((byte) => byte === block.mark)).toBe(
            true,
          );
        }
        const held = live.reduce((sum, block) => sum + classBytes(classFor(block.sizeBytes)), 0);
        expect(allocator.usedBytes).toBe(held);
        expect(GRANULE_BYTES).toBe(8);
      }),
      { numRuns: 40 },
    );
  });
});
