import { afterAll, describe, expect, test } from '@jest/globals';
import { Labels, Matcher } from '@narthex/model';
import { type Querier, SampleColumns, type SeriesSet, type SharedRoom } from '@narthex/storage';
import { systemClock } from '@narthex/process';
import { ManualClock, silentLogger, temporaryFolder } from '@narthex/testkit';
import fc from 'fast-check';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { HINTS, samplesOf, type TestSeries } from '../block/block-test-data.js';
import { TsdbDatabase } from '../database.js';
import { openSharedReader, type SharedReader } from '../threads/shared-head.js';
import { addBlock, TestStore, write } from './joined-test-data.js';

const folder = temporaryFolder('take-over');
afterAll(() => folder.remove());

const ALL = [new Matcher('=~', '__name__', '.+')];

/** Each column has a buffer of its own. */
const room: SharedRoom = {
  copy<T extends Uint16Array | Uint32Array | Float64Array>(column: T): T {
    const Column = column.constructor as new (buffer: SharedArrayBuffer) => T;
    const copy = new Column(new SharedArrayBuffer(column.byteLength));
    copy.set(column);
    return copy;
  },
};

function shown(set: SeriesSet): unknown[] {
  const columns = new SampleColumns(1);
  return Array.from({ length: set.length }, (_, index) => {
    columns.clear();
    set.read(index, columns);
    return [set.labels(index).toString(), samplesOf(columns)];
  });
}

/** What another reader has of a set; undefined where it cannot have it. */
function takenBy(reader: SharedReader, set: SeriesSet): unknown[] | undefined {
  const given = set.handOver?.(room);
  if (given === undefined) throw new Error('the series are not given away');
  // As it goes through a message.
  const taken = reader.takeOver(structuredClone(given));
  if (taken === undefined) return undefined;
  try {
    return shown(taken.set);
  } finally {
    taken.close();
  }
}

async function selected<T>(
  reader: { querier(minTimeMs: number, maxTimeMs: number): Querier },
  [startMs, endMs]: readonly [number, number],
  use: (set: SeriesSet) => T | Promise<T>,
  hints = HINTS,
): Promise<T> {
  const querier = reader.querier(startMs, endMs);
  try {
    return await use(await querier.select(false, hints, ALL));
  } finally {
    querier.close();
  }
}

const series = (name: string, from: number, count: number, step = 3): TestSeries => ({
  labels: { __name__: name, from: String(from % 2) },
  samples: Array.from({ length: count }, (_, at) => [from + at * step, at / 7]),
});

describe('series that another reader has selected', () => {
  test('are the same there, from the head, from blocks, and from both', async () => {
    const seriesFrom = (least: number, most: number) =>
      fc.uniqueArray(
        fc.record({
          name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
          from: fc.integer({ min: least, max: most }),
          count: fc.integer({ min: 1, max: 40 }),
        }),
        { selector: ({ name, from }) => `${name}${from % 2}`, minLength: 1, maxLength: 8 },
      );
    const range = fc
      .tuple(fc.integer({ min: -10, max: 700 }), fc.integer({ min: 0, max: 700 }))
      .map(([from, length]) => [from, from + length] as const);
    await fc.assert(
      fc.asyncProperty(
        fc.array(seriesFrom(0, 350), { maxLength: 3 }),
        seriesFrom(300, 400),
        fc.option(range, { nil: undefined }),
        fc.array(range, { minLength: 1, maxLength: 4 }),
        async (blocks, head, deleted, ranges) => {
          const store = new TestStore(folder.path, new ManualClock());
          await write(
            store,
            head.map(({ name, from, count }) => series(name, from, count)),
          );
          const [one, other] = [store.sharing.share(), store.sharing.share()].map(({ handles }) =>
            openSharedReader(handles),
          );
          for (const block of blocks) {
            const ulid = await addBlock(
              store,
              block.map(({ name, from, count }) => series(name, from, count)),
            );
            if (deleted === undefined) continue;
            store.blocks.blocks.find(({ meta }) => meta.ulid === ulid)!.delete(...deleted, ALL.slice(1));
            store.blocks.tombstonesChanged(ulid);
          }
          for (const times of ranges) {
            for (const newestOnly of [false, true]) {
              const hints = { ...HINTS, newestOnly };
              await selected(one!, times, (set) => expect(takenBy(other!, set)).toEqual(shown(set)), hints);
            }
          }
          expect(store.epochs.oldest()).toBeUndefined();
          one!.close();
          other!.close();
          store.blocks.close();
        },
      ),
      { numRuns: 60 },
    );
  }, 120_000);

  test('stay as they were when they were selected, whatever is written', async () => {
    const store = new TestStore(folder.path, new ManualClock());
    const [one, other] = [store.sharing.share(), store.sharing.share()].map(({ handles }) =>
      openSharedReader(handles),
    );
    await write(store, [series('a', 0, 10), series('b', 0, 10)]);
    await selected(one!, [0, 1_000_000], async (set) => {
      const before = shown(set);
      for (let from = 100; from < 2_000; from += 100) await write(store, [series('a', from, 10)]);
      expect(takenBy(other!, set)).toEqual(before);
    });
    one!.close();
    other!.close();
  });

  test('are held in place there too', async () => {
    const store = new TestStore(folder.path, new ManualClock());
    const shares = [store.sharing.share(), store.sharing.share()];
    const [one, other] = shares.map(({ handles }) => openSharedReader(handles));
    await write(store, [series('a', 0, 10)]);
    const querier = one!.querier(0, 1000);
    const set = await querier.select(false, HINTS, ALL);
    const { epochs } = store;
    const held = epochs.heldBy(shares[0]!.handles.slot);
    epochs.advance();
    // It reads something newer of its own already.
    const own = other!.querier(0, 1000);
    expect(epochs.heldBy(shares[1]!.handles.slot)).toBe(epochs.current);
    const taken = other!.takeOver(set.handOver!(room)!)!;
    expect(epochs.heldBy(shares[1]!.handles.slot)).toBe(held);
    taken.close();
    expect(epochs.heldBy(shares[1]!.handles.slot)).toBe(epochs.current);
    own.close();
    querier.close();
    expect(epochs.oldest()).toBeUndefined();
    one!.close();
    other!.close();
  });

  test('cannot be had when their block is gone from the list', async () => {
    const store = new TestStore(folder.path, systemClock);
    const [one, other] = [store.sharing.share(), store.sharing.share()].map(({ handles }) =>
      openSharedReader(handles),
    );
    const ulid = await addBlock(store, [series('a', 0, 10)]);
    await write(store, [series('a', 300, 10)]);
    let replaced: Promise<void> | undefined;
    await selected(one!, [0, 1000], (set) => {
      replaced = store.blocks.replace({ add: [], remove: [ulid] });
      expect(takenBy(other!, set)).toBeUndefined();
      expect(shown(set)).toHaveLength(1);
    });
    await replaced;
    expect(other!.openQueriers).toBe(0);
    expect(store.epochs.oldest()).toBeUndefined();
    one!.close();
    other!.close();
    store.blocks.close();
  });

  test('have their late samples', async () => {
    const db = await TsdbDatabase.open({
      path: mkdtempSync(join(folder.path, 'late-')),
      clock: systemClock,
      logger: silentLogger(),
      outOfOrderTimeWindowMs: 1_800_000,
    });
    for (const minute of [100, 80, 90, 85, 101, 82]) {
      const appender = db.appender();
      const ref = appender.series(Labels.of({ __name__: 'a' }));
      appender.float(ref, 1_700_000_000_000 + minute * 60_000, minute);
      await appender.commit();
    }
    const [one, other] = [db.share(), db.share()].map(({ handles }) => openSharedReader(handles));
    await selected(one!, [0, 1e15], (set) => {
      const found = shown(set);
      expect((found as [string, unknown[]][]).map(([labels, samples]) => [labels, samples.length])).toEqual([
        ['{__name__="a"}', 6],
      ]);
      expect(takenBy(other!, set)).toEqual(found);
    });
    one!.close();
    other!.close();
    await db.close();
  });
});
