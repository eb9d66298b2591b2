import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { STALE_NAN } from '@narthex/bytes';
import { Registry } from '@narthex/client';
import { COUNTER_RESET_HINT, Labels, type NativeHistogram } from '@narthex/model';
import { eventually, temporaryFolder } from '@narthex/testkit';
import { type TsdbDatabase } from '../database.js';
import { fill, MaintenanceRig, minuteMs, show } from '../testing/maintenance-rig.js';

let folder: ReturnType<typeof temporaryFolder>;
let rig: MaintenanceRig;
beforeEach(() => {
  folder = temporaryFolder('tsdb-stale');
  rig = new MaintenanceRig(folder.path);
});
afterEach(async () => {
  await rig.close();
  folder.remove();
});

const HISTOGRAM: NativeHistogram = {
  counterResetHint: COUNTER_RESET_HINT.unknown,
  schema: 0,
  zeroThreshold: 0,
  zeroCount: 0,
  count: 1,
  sum: 1,
  positiveSpans: [{ offset: 0, length: 1 }],
  negativeSpans: [],
  positiveBuckets: [1],
  negativeBuckets: [],
  customValues: [],
};

async function end(db: TsdbDatabase, minute: number, names: readonly string[]): Promise<void> {
  const appender = db.appender();
  for (const name of names)
    appender.float(appender.series(Labels.of({ __name__: name })), minuteMs(minute), STALE_NAN);
  await appender.commit();
}

async function metric(registry: Registry, name: string): Promise<number> {
  const line = (await registry.metrics()).split('\n').find((each) => each.startsWith(`${name} `));
  return Number(line?.split(' ')[1]);
}

test('series that have ended go into blocks before their time, and stay away from the head over a restart', async () => {
  const registry = new Registry();
  const db = await rig.open({ registry, staleSeriesCompactionThreshold: 0.5 });
  await fill(db, 0, 5, ['a', 'b', 'c', 'd']);
  const appender = db.appender();
  appender.histogram(appender.series(Labels.of({ __name__: 'h' })), minuteMs(4), HISTOGRAM, true);
  await appender.commit();
  await end(db, 5, ['c']);
  await rig.clock.advance(61_000);
  expect(await metric(registry, 'prometheus_tsdb_head_stale_series')).toBe(1);
  expect(db.headSeriesCount).toBe(5);
  await end(db, 6, ['d', 'h']);
  await fill(db, 5, 12, ['a', 'b']);
  expect(await metric(registry, 'prometheus_tsdb_head_stale_series')).toBe(3);
  const before = await show(db);
  expect(before).toHaveLength(5);
  await rig.clock.advance(61_000);
  await eventually('the end of the compaction', async () => {
    await rig.clock.advance(100);
    return rig.logged('info').includes('Ending stale series compaction');
  });
  expect(db.headSeriesCount).toBe(2);
  expect(await show(db)).toEqual(before);
  expect(rig.metas().map(({ compaction: { hints }, stats }) => [hints, stats.numSeries])).toEqual([
    [['from-stale-series'], 3],
  ]);
  expect(await metric(registry, 'prometheus_tsdb_head_stale_series')).toBe(0);
  expect(await metric(registry, 'prometheus_tsdb_stale_series_compactions_triggered_total')).toBe(1);
  expect(await metric(registry, 'prometheus_tsdb_stale_series_compactions_failed_total')).toBe(0);

  await rig.close();
  const again = await rig.open();
  expect(again.headSeriesCount).toBe(2);
  expect(await show(again)).toEqual(before);
  // One comes back.
  await fill(again, 12, 14, ['c']);
  const withMore = before.map((line) => (line.startsWith('c ') ? 'c 0..13 (8)' : line));
  expect(await show(again)).toEqual(withMore);
  await rig.close();
  const last = await rig.open();
  expect(last.headSeriesCount).toBe(3);
  expect(await show(last)).toEqual(withMore);
  expect(rig.logged('error')).toEqual([]);
});

test('series that came back, or have something out of order, stay; so do all where too few have ended', async () => {
  const db = await rig.open({ outOfOrderTimeWindowMs: 3_600_000 });
  await fill(db, 0, 5, ['a', 'b', 'c']);
  await end(db, 5, ['a', 'b', 'c']);
  await fill(db, 3, 4, ['c']);
  const late = db.appender();
  expect(late.float(late.series(Labels.of({ __name__: 'c' })), minuteMs(3) + 1, 3)).toBe(0);
  await late.commit();
  await rig.clock.advance(61_000);
  await rig.clock.advance(61_000);
  expect(db.headSeriesCount).toBe(3);
  db.applyConfig({ outOfOrderTimeWindowMs: 3_600_000, staleSeriesCompactionThreshold: 0.9 });
  await fill(db, 6, 7, ['a']);
  await rig.clock.advance(61_000);
  expect(db.headSeriesCount).toBe(3);
  db.applyConfig({ outOfOrderTimeWindowMs: 3_600_000, staleSeriesCompactionThreshold: 0.6 });
  await rig.clock.advance(61_000);
  await eventually('the end of the compaction', async () => {
    await rig.clock.advance(100);
    return rig.logged('info').includes('Ending stale series compaction');
  });
  expect(db.headSeriesCount).toBe(2);
  expect(await show(db)).toEqual(['a 0..6 (7)', 'b 0..NaN (6)', 'c 0..NaN (7)']);
});
