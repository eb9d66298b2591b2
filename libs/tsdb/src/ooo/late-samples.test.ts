import { describe, expect, test } from '@jest/globals';
import { EpochTable, SharedAllocator } from '@narthex/bytes';
import { COUNTER_RESET_HINT, Labels, type NativeHistogram } from '@narthex/model';
import { APPEND_OUTCOME } from '@narthex/storage';
import { ManualClock } from '@narthex/testkit';
import { Head } from '../head/head.js';
import { HeadReader } from '../read/head-reader.js';
import { ControlBlock } from '../shared/control-block.js';
import { dump } from './ooo-test-data.js';

const histogram = (count: number): NativeHistogram => ({
  counterResetHint: COUNTER_RESET_HINT.unknown,
  schema: 0,
  zeroThreshold: 0.001,
  zeroCount: 0,
  count,
  sum: count,
  positiveSpans: [{ offset: 0, length: 1 }],
  negativeSpans: [],
  positiveBuckets: [count],
  negativeBuckets: [],
  customValues: [],
});

class Store {
  failing = false;
  logged = 0;
  readonly allocator: SharedAllocator;
  readonly head: Head;
  readonly reader: HeadReader;

  constructor() {
    const epochs = EpochTable.create(2);
    const control = ControlBlock.create(1);
    this.allocator = new SharedAllocator({ epochs });
    const clock = new ManualClock();
    this.head = new Head({
      allocator: this.allocator,
      control,
      epochs,
      clock,
      chunkRangeMs: 7_200_000,
      maxSeries: 0,
    });
    this.head.outOfOrder.windowMs = 3_600_000;
    this.head.outOfOrder.log = {
      append: (records) => {
        if (this.failing) throw new Error('no space left on device');
        this.logged += records.length;
      },
    };
    this.reader = new HeadReader({ views: this.allocator.views, control, epochs, slot: 0 });
  }

  async write(samples: readonly (readonly [number, number])[], kind: 'float' | 'histogram'): Promise<void> {
    const appender = this.head.appender();
    for (const [timestampMs, value] of samples) {
      const ref = appender.series(Labels.of({ __name__: 'm', series: 'm' }));
      const outcome =
        kind === 'float'
          ? appender.float(ref, timestampMs, value)
          : appender.histogram(ref, timestampMs, histogram(value), true);
      expect(outcome).toBe(APPEND_OUTCOME.accepted);
    }
    await appender.commit();
  }
}

const NEWEST = 10_000_000;

describe.each(['float', 'histogram'] as const)('a %s commit that cannot be logged', (kind) => {
  // How many late samples are there before, and how many the commit brings: buffers grow and become chunks on the way.
  test.each([
    [0, 1],
    [3, 1],
    [3, 5],
    [30, 10],
    [32, 1],
    [40, 100],
    [64, 33],
  ])('behind %i samples with %i more leaves everything as it was', async (before, more) => {
    const store = new Store();
    await store.write([[NEWEST, 1]], kind);
    for (let i = 1; i <= before; i++) await store.write([[NEWEST - 100 * i, i]], kind);
    const shown = await dump(store.reader);
    const { chunkCount } = store.head.outOfOrder.store;
    store.allocator.reclaim();
    const { usedBytes } = store.allocator;

    store.failing = true;
    const late = Array.from({ length: more }, (_, i) => [NEWEST - 100 * (before + more - i), 7 + i] as const);
    await expect(store.write(late, kind)).rejects.toMatchObject({ code: 'WAL_WRITE' });
    expect(await dump(store.reader)).toEqual(shown);
    expect(store.head.outOfOrder.store.chunkCount).toBe(chunkCount);
    expect(store.head.outOfOrder.counters).toMatchObject(
      kind === 'float' ? { floatsAppended: before } : { histogramsAppended: before },
    );
    store.allocator.reclaim();
    expect(store.allocator.retiredCount).toBe(0);
    // A block without anything is all that may be left behind.
    expect(store.allocator.usedBytes - usedBytes).toBe(before === 0 ? 48 : 0);

    store.failing = false;
    await store.write(late, kind);
    const all = (await dump(store.reader)).m!.split(' ');
    expect(all.length).toBe(1 + before + more);
    expect(all.map((sample) => Number(sample.split(':')[0]))).toEqual(
      Array.from({ length: before + more + 1 }, (_, i) => NEWEST - 100 * (before + more - i)),
    );
  });
});

test('a series with late samples is not collected', async () => {
  const store = new Store();
  await store.write([[NEWEST, 1]], 'float');
  await store.write([[NEWEST - 1000, 1]], 'float');
  await store.head.truncate(NEWEST + 1);
  expect(store.head.seriesCount).toBe(1);
  expect(await dump(store.reader)).toEqual({ m: `${NEWEST - 1000}:1` });
});
