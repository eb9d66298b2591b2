import { expect, test } from '@jest/globals';
import { ManualClock } from '@narthex/testkit';
import { IdleCollector, threadHeap } from './idle-collector.js';

const MIB = 1024 * 1024;

function collector(): { clock: ManualClock; idle: IdleCollector; heap: { size: number; collected: number } } {
  const clock = new ManualClock();
  const heap = { size: 10 * MIB, collected: 0 };
  const idle = new IdleCollector(clock, {
    sizeBytes: () => heap.size,
    collect: () => {
      heap.collected++;
      heap.size = 20 * MIB;
    },
  });
  return { clock, idle, heap };
}

test('collects when no query has run for a second', async () => {
  const { clock, idle, heap } = collector();
  idle.begin();
  idle.begin();
  heap.size = 100 * MIB;
  idle.end();
  await clock.advance(5_000);
  expect(heap.collected).toBe(0);
  idle.end();
  await clock.advance(900);
  idle.begin();
  await clock.advance(5_000);
  expect(heap.collected).toBe(0);
  idle.end();
  await clock.advance(1_000);
  expect(heap.collected).toBe(1);
});

test('leaves little garbage alone', async () => {
  const { clock, idle, heap } = collector();
  for (const [size, collected] of [
    [15 * MIB, 0],
    [100 * MIB, 1],
    [35 * MIB, 1],
    [36 * MIB, 2],
  ] as const) {
    idle.begin();
    heap.size = size;
    idle.end();
    await clock.advance(1_000);
    expect(heap.collected).toBe(collected);
  }
});

test('the heap of a thread shrinks when it is collected', () => {
  const heap = threadHeap();
  const before = heap.sizeBytes();
  const held = Array.from({ length: 64 }, () => new ArrayBuffer(MIB));
  expect(heap.sizeBytes() - before).toBeGreaterThan(32 * MIB);
  held.length = 0;
  heap.collect();
  expect(heap.sizeBytes() - before).toBeLessThan(32 * MIB);
});
