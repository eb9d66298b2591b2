import { describe, expect, test } from '@jest/globals';
import { EpochTable, SharedAllocator } from '@narthex/bytes';
import { compileDecodeKernel } from '@narthex/chunks';
import { Labels, Matcher, matchesAll, type MatchType } from '@narthex/model';
import { SampleColumns, type SeriesRef } from '@narthex/storage';
import { ManualClock } from '@narthex/testkit';
import fc from 'fast-check';
import { HeadReader } from '../read/head-reader.js';
import { ControlBlock } from '../shared/control-block.js';
import { Head } from './head.js';

const hints = { startMs: 0, endMs: 0, stepMs: 0, rangeMs: 0, func: '', grouping: [], by: false, limit: 0 };
const all = [new Matcher('=~', '__name__', '.+')];
const kernelModule = compileDecodeKernel();

function make(chunkRangeMs = 60_000) {
  const control = ControlBlock.create(42);
  const epochs = EpochTable.create(2);
  const allocator = new SharedAllocator({ epochs });
  const clock = new ManualClock();
  const head = new Head({ allocator, control, epochs, clock, chunkRangeMs, maxSeries: 0 });
  const reader = new HeadReader({ views: allocator.views, control, epochs, slot: 0, kernelModule });
  return { control, epochs, allocator, clock, head, reader };
}

type Made = ReturnType<typeof make>;

async function add({ head }: Made, labels: Labels, ...timesMs: number[]): Promise<SeriesRef> {
  const appender = head.appender();
  const ref = appender.series(labels);
  for (const timeMs of timesMs) appender.float(ref, timeMs, timeMs);
  await appender.commit();
  return ref;
}

async function times({ reader }: Made, matchers = all): Promise<Record<string, number[]>> {
  const querier = reader.querier(-Infinity, Infinity);
  const set = await querier.select(true, hints, matchers);
  const columns = new SampleColumns();
  const found: Record<string, number[]> = {};
  for (let i = 0; i < set.length; i++) {
    columns.clear();
    set.read(i, columns);
    found[set.labels(i).toString()] = [...columns.timestampsMs.subarray(0, columns.length)];
  }
  querier.close();
  return found;
}

const named = (name: string): Labels => Labels.of({ __name__: name });

describe('truncation', () => {
  test('drops old chunks, then series without any, and their memory comes back', async () => {
    const made = make();
    const { head, allocator } = made;
    await add(made, named('kept'), 1000, 61_000, 121_000);
    const empty = allocator.usedBytes;
    for (let i = 0; i < 300; i++) {
      await add(made, Labels.of({ __name__: 'old', i: String(i), text: 'x'.repeat(i) }), 1000, 61_000);
    }
    expect(head.seriesCount).toBe(301);
    await head.truncate(100_000);
    allocator.reclaim();
    expect(await times(made)).toEqual({ '{__name__="kept"}': [121_000] });
    expect(head.seriesCount).toBe(1);
    expect(head.store.chunkCount).toBe(1);
    expect(head.index.pairCount).toBe(1);
    // What is left over: names, and a page of rows.
    expect(allocator.usedBytes - empty).toBeLessThan(40_000);
    const querier = made.reader.querier(0, 1e9);
    expect(await querier.labelValues('i', [], 0)).toEqual({ values: [], warnings: [] });
    expect(await querier.labelNames([], 0)).toEqual({ values: ['__name__'], warnings: [] });
    querier.close();
  });

  test('new views do not see what is being dropped, and nothing older can be written', async () => {
    const made = make();
    const ref = await add(made, named('a'), 1000, 61_000, 121_000);
    await made.head.truncate(70_000);
    expect(await times(made)).toEqual({ '{__name__="a"}': [121_000] });
    const appender = made.head.appender();
    expect(appender.float(appender.series(named('b')), 69_999, 1)).toBe(2);
    expect(appender.float(ref, 121_001, 1)).toBe(0);
    appender.rollback();
  });

  test('waits for the views that were open before', async () => {
    const made = make();
    await add(made, named('a'), 1000, 61_000, 121_000);
    const querier = made.reader.querier(0, 1e9);
    let done = false;
    const truncated = made.head.truncate(200_000).then(() => (done = true));
    await made.clock.advance(1000);
    expect(done).toBe(false);
    const set = await querier.select(false, hints, all);
    const columns = new SampleColumns();
    set.read(0, columns);
    expect(columns.length).toBe(3);
    querier.close();
    await made.clock.advance(1000);
    await truncated;
    expect(await times(made)).toEqual({});
  });

  test('leaves alone what an open transaction has touched', async () => {
    const made = make();
    const ref = await add(made, named('a'), 1000);
    const gone = await add(made, named('b'), 1000);
    const appender = made.head.appender();
    expect(appender.float(ref, 2000, 7)).toBe(0);
    await made.head.truncate(1500);
    expect((await appender.commit()).floatsAppended).toBe(1);
    const late = made.head.appender();
    expect(late.float(gone, 3000, 7)).toBe(5);
    const again = late.series(named('b'));
    expect(again).not.toBe(gone);
    expect(late.float(again, 3000, 7)).toBe(0);
    await late.commit();
    expect(await times(made)).toEqual({ '{__name__="a"}': [2000], '{__name__="b"}': [3000] });
  });

  test('rows of many dead series go page by page', async () => {
    const made = make();
    for (let round = 1; round <= 5; round++) {
      const appender = made.head.appender();
      for (let i = 0; i < 1000; i++) {
        appender.float(
          appender.series(Labels.of({ __name__: 'churn', id: `${round}-${i}` })),
          round * 10_000,
          1,
        );
      }
      await appender.commit();
      await made.head.truncate(round * 10_000);
      made.allocator.reclaim();
      expect(Object.keys(await times(made)).length).toBe(1000);
    }
    const used = made.allocator.usedBytes;
    await made.head.truncate(1e6);
    made.allocator.reclaim();
    expect(made.allocator.usedBytes).toBeLessThan(used / 4);
  });
});

describe('matchers', () => {
  const value = fc.constantFrom('', 'a', 'b', 'ab', 'ba', 'ü', '\u{1f600}');
  const labels = fc
    .record({ __name__: fc.constantFrom('m', 'n', 'o'), x: value, y: value })
    .map((entries) => Labels.of(entries));
  const matcher = fc
    .tuple(
      fc.constantFrom<MatchType>('=', '!=', '=~', '!~'),
      fc.constantFrom('__name__', 'x', 'y', 'z'),
      fc.constantFrom('', 'a', 'm', 'a|b', 'a|', '.*', '.+', 'a.*', '.*a', '(a|ü)b?', 'm|n'),
    )
    .map(([type, name, text]) => new Matcher(type, name, text));

  test('find the same series as putting them to every label set', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(labels, { selector: (one) => one.key, maxLength: 40 }),
        fc.array(fc.array(matcher, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 0, max: 39 }),
        async (sets, queries, dead) => {
          const made = make();
          for (const [index, one] of sets.entries()) await add(made, one, index < dead ? 1000 : 5000);
          await made.head.truncate(3000);
          const left = sets.slice(dead);
          const querier = made.reader.querier(-Infinity, Infinity);
          for (const matchers of queries) {
            const expected = left.filter((one) => matchesAll(one, matchers)).sort((a, b) => a.compare(b));
            const set = await querier.select(true, hints, matchers);
            const found = Array.from({ length: set.length }, (_, i) => set.labels(i).toString());
            expect(found).toEqual(expected.map(String));
            const limited = await querier.select(true, { ...hints, limit: 2 }, matchers);
            expect(limited.length).toBe(Math.min(2, expected.length));
            const values = new Set(expected.map((one) => one.get('x')).filter((text) => text !== ''));
            expect(new Set((await querier.labelValues('x', matchers, 0)).values)).toEqual(values);
            const names = new Set(expected.flatMap((one) => [...one].map(([name]) => name)));
            expect(new Set((await querier.labelNames(matchers, 0)).values)).toEqual(names);
          }
          querier.close();
        },
      ),
      { numRuns: 60 },
    );
  });

  test('values come in the order of their bytes, up to the limit', async () => {
    const made = make();
    for (const x of ['b', '\u{1f600}', '\ufffd', 'a', 'ab'])
      await add(made, Labels.of({ __name__: 'm', x }), 1);
    const querier = made.reader.querier(0, 10);
    expect((await querier.labelValues('x', [], 0)).values).toEqual(['a', 'ab', 'b', '\ufffd', '\u{1f600}']);
    expect((await querier.labelValues('x', [], 2)).values).toEqual(['a', 'ab']);
    querier.close();
    expect(() => querier.close()).not.toThrow();
    await expect(querier.labelNames([], 0)).rejects.toMatchObject({ code: 'CLOSED' });
  });
});

test('a view whose series two commits have passed takes a newer one, and says so', async () => {
  const made = make();
  await add(made, named('a'), 1);
  const querier = made.reader.querier(0, 1e9);
  const { commit } = querier;
  await add(made, named('a'), 2);
  await add(made, named('a'), 3);
  const set = await querier.select(false, hints, all);
  const columns = new SampleColumns();
  set.read(0, columns);
  expect(columns.length).toBe(3);
  expect(querier.commit).toBe(commit + 2);
  expect(made.reader.counters).toMatchObject({ selects: 1, restarts: 1, overtaken: 0 });
  querier.close();
});

test('a commit that the log refuses leaves no trace, and the next one logs the series as well', async () => {
  const made = make();
  const records: number[] = [];
  made.head.log = {
    append: () => {
      throw new Error('no space left on device');
    },
  };
  const failing = made.head.appender();
  failing.float(failing.series(named('a')), 1000, 1);
  await expect(failing.commit()).rejects.toMatchObject({
    code: 'WAL_WRITE',
    message: 'no space left on device',
  });
  expect(await times(made)).toEqual({});
  expect(made.head.openAppenders).toBe(0);
  made.head.log = { append: (batch) => void records.push(...batch.map((record) => record[0]!)) };
  await add(made, named('b'), 2000);
  await add(made, named('a'), 3000);
  expect(await times(made)).toEqual({ '{__name__="a"}': [3000], '{__name__="b"}': [2000] });
  // Series once, with both of them, then samples twice.
  expect(records).toEqual([1, 2, 2]);
});
