import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { isStaleNaN, STALE_NAN } from '@narthex/bytes';
import { Registry } from '@narthex/client';
import { Labels, Matcher } from '@narthex/model';
import {
  APPEND_OUTCOME,
  type Querier,
  type Queryable,
  SampleColumns,
  type SeriesRef,
} from '@narthex/storage';
import { ManualClock, silentLogger, temporaryFolder } from '@narthex/testkit';
import { TsdbDatabase, type TsdbOptions } from './database.js';

const BASE = 1_700_000_000_000;
const hints = { startMs: 0, endMs: 0, stepMs: 0, rangeMs: 0, func: '', grouping: [], by: false, limit: 0 };

let folder: ReturnType<typeof temporaryFolder>;
const opened: TsdbDatabase[] = [];
const open = async (options: Partial<TsdbOptions> = {}): Promise<TsdbDatabase> => {
  const db = await TsdbDatabase.open({
    path: folder.path,
    clock: new ManualClock(BASE),
    logger: silentLogger(),
    ...options,
  });
  opened.push(db);
  return db;
};
beforeEach(() => {
  folder = temporaryFolder('tsdb');
});
afterEach(async () => {
  for (const db of opened.splice(0)) await db.close();
  folder.remove();
});

async function withQuerier<T>(
  db: Queryable,
  use: (querier: Querier) => Promise<T>,
  min = -Infinity,
  max = Infinity,
): Promise<T> {
  const querier = db.querier(min, max);
  try {
    return await use(querier);
  } finally {
    querier.close();
  }
}

/** Every matching series as text: labels, then time in s after the base and value of each sample. */
function dump(db: Queryable, matchers: Matcher[], min = -Infinity, max = Infinity): Promise<string[]> {
  return withQuerier(
    db,
    async (querier) => {
      const set = await querier.select(true, hints, matchers);
      const columns = new SampleColumns();
      return Array.from({ length: set.length }, (_, index) => {
        columns.clear();
        set.read(index, columns);
        const samples = Array.from({ length: columns.length }, (_, i) => {
          const value = columns.values[i]!;
          return `${(columns.timestampsMs[i]! - BASE) / 1000}:${isStaleNaN(value) ? 'stale' : value}`;
        });
        return `${set.labels(index).toString()} ${samples.join(' ')}`;
      });
    },
    min,
    max,
  );
}

const named = (name: string, more: Record<string, string> = {}): Labels =>
  Labels.of({ __name__: name, ...more });
const nameIs = (name: string): Matcher => new Matcher('=', '__name__', name);

/** Writes samples given as seconds after the base to value; an object keeps the payload of a NaN, an array does not. */
async function write(db: TsdbDatabase, labels: Labels, samples: Record<number, number>): Promise<void> {
  const appender = db.appender();
  const ref = appender.series(labels);
  for (const seconds in samples) {
    expect(appender.float(ref, BASE + 1000 * Number(seconds), samples[seconds]!)).toBe(
      APPEND_OUTCOME.accepted,
    );
  }
  await appender.commit();
}

describe('what is committed is read', () => {
  test('in the order of labels, cut at the range, stale markers included', async () => {
    const db = await open();
    await write(db, named('up', { job: 'b' }), { 0: 1, 15: 0, 30: STALE_NAN });
    await write(db, named('up', { job: 'a' }), { 0: 1, 15: NaN });
    await write(db, named('other'), { 1: 7 });
    expect(await dump(db, [nameIs('up')])).toEqual([
      '{__name__="up", job="a"} 0:1 15:NaN',
      '{__name__="up", job="b"} 0:1 15:0 30:stale',
    ]);
    expect(await dump(db, [nameIs('up')], BASE + 1000, BASE + 15_000)).toEqual([
      '{__name__="up", job="a"} 15:NaN',
      '{__name__="up", job="b"} 15:0',
    ]);
    expect(await dump(db, [nameIs('up')], BASE + 16_000)).toEqual(['{__name__="up", job="b"} 30:stale']);
    expect(await dump(db, [nameIs('nothing')])).toEqual([]);
    expect(db.timeRange()).toEqual({ minTimeMs: BASE, maxTimeMs: BASE + 30_000 });
  });

  test('nothing shows before the commit, nor after a rollback', async () => {
    const db = await open();
    const appender = db.appender();
    const ref = appender.series(named('m'));
    appender.float(ref, BASE, 1);
    expect(await dump(db, [nameIs('m')])).toEqual([]);
    appender.rollback();
    expect(await dump(db, [nameIs('m')])).toEqual([]);
    expect(() => appender.float(ref, BASE, 1)).toThrow('committed or rolled back');
    expect(db.timeRange()).toBeUndefined();
  });

  test('a view stays what it was', async () => {
    const db = await open();
    await write(db, named('m', { i: '1' }), { 0: 1 });
    await withQuerier(db, async (querier) => {
      await write(db, named('m', { i: '1' }), { 1: 2 });
      await write(db, named('m', { i: '2' }), { 1: 2 });
      const set = await querier.select(true, hints, [nameIs('m')]);
      expect(set.length).toBe(1);
      const columns = new SampleColumns();
      set.read(0, columns);
      await write(db, named('m', { i: '1' }), { 2: 3 });
      set.read(0, columns);
      expect([...columns.values.subarray(0, columns.length)]).toEqual([1, 1]);
    });
    expect((await dump(db, [nameIs('m')])).length).toBe(2);
  });

  test('many chunks, over several commits', async () => {
    const db = await open();
    const expected: string[] = [];
    for (let commit = 0; commit < 20; commit++) {
      const appender = db.appender();
      const ref = appender.series(named('long'));
      for (let i = 0; i < 50; i++) {
        const seconds = 15 * (50 * commit + i);
        appender.float(ref, BASE + 1000 * seconds, seconds * 1.5);
        expected.push(`${seconds}:${seconds * 1.5}`);
      }
      expect(await appender.commit()).toEqual({
        floatsAppended: 50,
        histogramsAppended: 0,
        exemplarsAppended: 0,
        seriesCreated: commit === 0 ? 1 : 0,
      });
    }
    expect(await dump(db, [nameIs('long')])).toEqual([`{__name__="long"} ${expected.join(' ')}`]);
  });
});

describe('outcomes are those of upstream', () => {
  test('of single samples', async () => {
    const db = await open();
    await write(db, named('m'), { 0: 1, 7200: 5 });
    const appender = db.appender();
    const ref = appender.series(named('m'));
    const at = (seconds: number, value: number) => appender.float(ref, BASE + 1000 * seconds, value);
    expect(at(7199, 5)).toBe(APPEND_OUTCOME.outOfOrder);
    expect(at(3599, 5)).toBe(APPEND_OUTCOME.outOfBounds);
    expect(at(3600, 5)).toBe(APPEND_OUTCOME.outOfOrder);
    expect(at(7200, 5)).toBe(APPEND_OUTCOME.accepted);
    expect(at(7200, 6)).toBe(APPEND_OUTCOME.duplicate);
    expect(at(7201, 6)).toBe(APPEND_OUTCOME.accepted);
    expect(appender.float(99 as SeriesRef, BASE, 1)).toBe(APPEND_OUTCOME.unknownSeries);
    expect((await appender.commit()).floatsAppended).toBe(1);
  });

  test('of columns', async () => {
    const db = await open();
    const appender = db.appender();
    const ref = appender.series(named('m'));
    const refs = Float64Array.of(ref, 77, ref, ref);
    const times = Float64Array.of(BASE, BASE, BASE - 3_600_001, BASE + 1);
    const values = Float64Array.of(0, 1, 2, 3);
    values[0] = STALE_NAN;
    const outcomes = new Uint8Array(4);
    appender.floats(refs, times, values, 4, outcomes);
    expect([...outcomes]).toEqual([0, 5, 2, 0]);
    await appender.commit();
    expect(await dump(db, [nameIs('m')])).toEqual(['{__name__="m"} 0:stale 0.001:3']);
  });

  test('within a transaction: what contradicts itself is dropped at commit', async () => {
    const db = await open();
    const appender = db.appender();
    const ref = appender.series(named('m'));
    for (const [seconds, value] of [
      [5, 1],
      [5, 1],
      [5, 2],
      [4, 1],
      [6, 1],
    ] as const) {
      expect(appender.float(ref, BASE + 1000 * seconds, value)).toBe(APPEND_OUTCOME.accepted);
    }
    expect((await appender.commit()).floatsAppended).toBe(2);
    expect(await dump(db, [nameIs('m')])).toEqual(['{__name__="m"} 5:1 6:1']);
  });

  test('labels and limits', async () => {
    const db = await open({ maxSeries: 1 });
    const appender = db.appender();
    expect(() => appender.series(Labels.EMPTY)).toThrow('empty labelset');
    expect(() => appender.series(named('\ud800'))).toThrow('not valid UTF-8');
    const ref = appender.series(named('a'));
    expect(appender.series(named('a'))).toBe(ref);
    expect(() => appender.series(named('b'))).toThrow('limit of 1 series');
  });
});

describe('the log', () => {
  test('brings everything back', async () => {
    const first = await open();
    await write(first, named('a', { x: 'ü' }), { 0: 1, 1: STALE_NAN });
    await write(first, named('b'), { 0: 0.1, 3: -0 });
    await first.delete(BASE, BASE, [nameIs('b')]);
    const before = await dump(first, [new Matcher('=~', '__name__', '.+')]);
    await first.close();
    const second = await open();
    expect(await dump(second, [new Matcher('=~', '__name__', '.+')])).toEqual(before);
    expect(before).toEqual(['{__name__="a", x="ü"} 0:1 1:stale', '{__name__="b"} 3:0']);
    await write(second, named('a', { x: 'ü' }), { 2: 2 });
    await write(second, named('c'), { 2: 2 });
    await second.close();
    const third = await open();
    expect(await dump(third, [new Matcher('=~', '__name__', '.+')])).toEqual([
      '{__name__="a", x="ü"} 0:1 1:stale 2:2',
      '{__name__="b"} 3:0',
      '{__name__="c"} 2:2',
    ]);
    expect(third.replay).toMatchObject({ series: 3, samples: 6, tombstones: 1, unknownRefs: 0 });
  });

  test('the directory is for one', async () => {
    await open();
    await expect(open()).rejects.toMatchObject({ code: 'LOCKED' });
  });
});

test('metrics', async () => {
  const registry = new Registry();
  const db = await open({ registry });
  await write(db, named('a'), { 0: 1, 1: 2 });
  const text = await registry.metrics();
  expect(text).toContain('prometheus_tsdb_head_series 1\n');
  expect(text).toContain('prometheus_tsdb_head_samples_appended_total{type="float"} 2\n');
  expect(text).toContain('prometheus_tsdb_head_chunks 1\n');
  expect(text).toContain('prometheus_tsdb_clean_start 1\n');
  expect(text).toContain(`prometheus_tsdb_head_max_time ${BASE + 1000}\n`);
});
