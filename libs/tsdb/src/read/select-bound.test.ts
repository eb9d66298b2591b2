import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Labels, Matcher } from '@narthex/model';
import { ManualClock, silentLogger, temporaryFolder } from '@narthex/testkit';
import { SampleColumns } from '@narthex/storage';
import { TsdbDatabase } from '../database.js';
import { type BoundedSelect } from './select-bound.js';

const BASE = 1_700_000_000_000;
const hints = { startMs: 0, endMs: 0, stepMs: 0, rangeMs: 0, func: '', grouping: [], by: false, limit: 0 };

let folder: ReturnType<typeof temporaryFolder>;
let db: TsdbDatabase;
beforeEach(async () => {
  folder = temporaryFolder('select-bound');
  db = await TsdbDatabase.open({ path: folder.path, clock: new ManualClock(BASE), logger: silentLogger() });
});
afterEach(async () => {
  await db.close();
  folder.remove();
});

/** Series `m` with the labels `i` and `odd`, a sample a second. */
async function write(seriesCount: number, sampleCount: number): Promise<void> {
  for (let at = 0; at < sampleCount; at++) {
    const appender = db.appender();
    for (let i = 0; i < seriesCount; i++) {
      const labels = Labels.of({ __name__: 'm', i: String(i), odd: String(i % 2 === 1) });
      appender.float(appender.series(labels), BASE + at * 1000, at);
    }
    await appender.commit();
  }
}

const is = (name: string, value: string): Matcher => new Matcher('=', name, value);
const select = (matchers: Matcher[], more: Partial<BoundedSelect> = {}): BoundedSelect => ({
  minTimeMs: BASE,
  maxTimeMs: BASE + 3_600_000,
  matchers,
  newestOnly: false,
  mostSeries: 10,
  ...more,
});

describe('the bound of a select', () => {
  test('is the shortest list of series with one of the labels', async () => {
    await write(6, 3);
    const bound = (...matchers: Matcher[]): unknown => db.selectBound(select(matchers))?.seriesCount;
    expect(bound(is('__name__', 'm'))).toBe(6);
    expect(bound(is('__name__', 'm'), is('odd', 'true'))).toBe(3);
    expect(bound(is('__name__', 'm'), is('i', '4'), new Matcher('=~', 'odd', 't.*'))).toBe(1);
    expect(bound(is('__name__', 'm'), is('i', 'none'))).toBe(0);
    expect(bound(is('none', 'x'))).toBe(0);
  });

  test('is not told where no label leads to few series', async () => {
    await write(6, 1);
    const bound = (mostSeries: number, ...matchers: Matcher[]): unknown =>
      db.selectBound(select(matchers, { mostSeries }));
    expect(bound(5, is('__name__', 'm'))).toBeUndefined();
    expect(bound(6, is('__name__', 'm'))).toBeDefined();
    expect(bound(6, new Matcher('=~', '__name__', 'm'))).toBeUndefined();
    expect(bound(6, is('none', ''))).toBeUndefined();
  });

  test('counts the samples of the chunks that overlap', async () => {
    await write(2, 300);
    const matchers = [is('__name__', 'm')];
    const samples = (fromS: number, toS: number, newestOnly = false): number | undefined => {
      const times = { minTimeMs: BASE + fromS * 1000, maxTimeMs: BASE + toS * 1000 };
      return db.selectBound(select(matchers, { ...times, newestOnly }))?.sampleCount;
    };
    const all = samples(0, 400)!;
    expect(all).toBe(600);
    const last = samples(290, 400)!;
    expect(last).toBeGreaterThanOrEqual(2 * 10);
    expect(last).toBeLessThan(all);
    expect(samples(0, 400, true)).toBe(2);
    expect(samples(0, 100, true)).toBeGreaterThanOrEqual(2);
    expect(samples(400, 500)).toBe(0);
  });

  test('is never less than what is read', async () => {
    await write(4, 260);
    for (const [fromS, toS] of [
      [0, 10],
      [100, 140],
      [119, 121],
      [250, 300],
      [0, 300],
    ] as const) {
      const times = { minTimeMs: BASE + fromS * 1000, maxTimeMs: BASE + toS * 1000 };
      const bound = db.selectBound(select([is('odd', 'true')], times))!;
      const querier = db.querier(times.minTimeMs, times.maxTimeMs);
      const set = await querier.select(false, hints, [is('odd', 'true')]);
      const columns = new SampleColumns();
      for (let i = 0; i < set.length; i++) set.read(i, columns);
      querier.close();
      expect(bound.seriesCount).toBeGreaterThanOrEqual(set.length);
      expect(bound.sampleCount).toBeGreaterThanOrEqual(columns.length);
    }
  });

  test('is not told where blocks have a part, nor where samples came late', async () => {
    await db.close();
    db = await TsdbDatabase.open({
      path: folder.path,
      clock: new ManualClock(BASE),
      logger: silentLogger(),
      minBlockDurationMs: 60_000,
      maxBlockDurationMs: 60_000,
    });
    db.applyConfig({ outOfOrderTimeWindowMs: 3_600_000 });
    await write(1, 200);
    await db.compact();
    const matchers = [is('__name__', 'm')];
    expect(db.selectBound(select(matchers))).toBeUndefined();
    const newest = { minTimeMs: BASE + 190_000 };
    expect(db.selectBound(select(matchers, newest))).toMatchObject({ seriesCount: 1 });
    const appender = db.appender();
    const labels = Labels.of({ __name__: 'm', i: '0', odd: 'false' });
    appender.float(appender.series(labels), BASE + 195_500, 1);
    await appender.commit();
    expect(db.selectBound(select(matchers, newest))).toBeUndefined();
  });
});
