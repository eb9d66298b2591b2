import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Registry } from '@narthex/client';
import { Labels } from '@narthex/model';
import { APPEND_OUTCOME, type AppendOptions } from '@narthex/storage';
import { systemClock } from '@narthex/process';
import { silentLogger, temporaryFolder } from '@narthex/testkit';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { listBlockFolders } from '../block/block-folders.js';
import { readBlockMeta } from '../block/block-meta.js';
import { TsdbDatabase, type TsdbOptions } from '../database.js';
import { dump, dumpChunks, EVERYTHING, HINTS, readSet } from './ooo-test-data.js';

const BASE = 1_700_000_000_000;
const MINUTE_MS = 60_000;

let folder: ReturnType<typeof temporaryFolder>;
const opened: TsdbDatabase[] = [];
const open = async (options: Partial<TsdbOptions> = {}): Promise<TsdbDatabase> => {
  const db = await TsdbDatabase.open({
    path: folder.path,
    clock: systemClock,
    logger: silentLogger(),
    outOfOrderTimeWindowMs: 30 * MINUTE_MS,
    ...options,
  });
  opened.push(db);
  return db;
};
beforeEach(() => {
  folder = temporaryFolder('tsdb-ooo');
});
afterEach(async () => {
  for (const db of opened.splice(0)) await db.close();
  folder.remove();
});

/** Appends samples of one series, each a transaction of its own, and returns the outcomes. */
async function append(
  db: TsdbDatabase,
  samples: readonly (readonly [number, number])[],
  options?: AppendOptions,
): Promise<number[]> {
  const outcomes: number[] = [];
  for (const [minutes, value] of samples) {
    const appender = db.appender(options);
    const ref = appender.series(Labels.of({ __name__: 'm', series: 'm' }));
    outcomes.push(appender.float(ref, BASE + minutes * MINUTE_MS, value));
    await appender.commit();
  }
  return outcomes;
}

const minutes = (text: string): string =>
  text
    .split(' ')
    .map((sample) => sample.replace(/^\d+/, (time) => String((Number(time) - BASE) / MINUTE_MS)))
    .join(' ');

const { accepted, outOfOrder, outOfBounds, tooOld, duplicate } = APPEND_OUTCOME;

describe('outcomes', () => {
  test.each([
    ['within the window', 30, {}, [100, 90, 70, 69.9], [accepted, accepted, accepted, tooOld]],
    ['no window', 0, {}, [100, 90, 39], [accepted, outOfOrder, outOfBounds]],
    ['by a rule', 30, { rejectOutOfOrder: true }, [100, 90, 69], [accepted, outOfOrder, tooOld]],
    [
      'further back than the head takes',
      120,
      {},
      [100, 30, -20, -21],
      [accepted, accepted, accepted, tooOld],
    ],
    ['the same time with another value', 30, {}, [100, 100], [accepted, duplicate]],
  ] as const)('%s', async (_name, windowMinutes, options, times, expected) => {
    const db = await open({ outOfOrderTimeWindowMs: windowMinutes * MINUTE_MS });
    const samples = times.map((time, at) => [time, at] as const);
    expect(await append(db, samples, options)).toEqual(expected);
  });
});

describe('compaction', () => {
  /** In order over four ranges, late ones in three of them, and one that comes while blocks are written. */
  async function filled(): Promise<TsdbDatabase> {
    const db = await open({ minBlockDurationMs: 60 * MINUTE_MS, outOfOrderTimeWindowMs: 200 * MINUTE_MS });
    for (let at = 0; at <= 200; at += 10) await append(db, [[at, at]]);
    await append(
      db,
      [199, 195, 130, 131, 65, 12, 5].map((at) => [at, at] as const),
    );
    return db;
  }

  test('makes blocks of late samples, and the log shorter', async () => {
    const db = await filled();
    const before = await dump(db);
    await db.compact();
    expect(await dump(db)).toEqual(before);
    expect(await dumpChunks(db)).toEqual(before);
    const blocks = listBlockFolders(folder.path).map((path) => readBlockMeta(path));
    const late = blocks.filter(({ compaction }) => compaction.hints.includes('from-out-of-order'));
    expect(late.reduce((sum, { stats }) => sum + stats.numSamples, 0)).toBeGreaterThan(0);
    expect(readdirSync(join(folder.path, 'wbl'))).toEqual(['00000001']);
    await append(db, [[198, 198]]);
    const after = await dump(db);
    expect(after.m!.split(' ').length).toBe(before.m!.split(' ').length + 1);
    await db.close();
    const again = await open();
    expect(await dump(again)).toEqual(after);
  });

  test('leaves open views what they have', async () => {
    const db = await filled();
    const before = await dump(db);
    const querier = db.querier(-Infinity, Infinity);
    const set = await querier.select(true, HINTS, EVERYTHING);
    const compacted = db.compact();
    await append(db, [[197, 197]]);
    expect(readSet(set)).toEqual(before);
    querier.close();
    await compacted;
    expect((await dump(db)).m!.split(' ').length).toBe(before.m!.split(' ').length + 1);
  });
});

test('the window can change while the database is open', async () => {
  const db = await open({ outOfOrderTimeWindowMs: 0 });
  const registry = new Registry();
  await append(db, [[100, 1]]);
  expect(await append(db, [[99, 1]])).toEqual([outOfOrder]);
  expect(existsSync(join(folder.path, 'wbl'))).toBe(false);
  db.applyConfig({ outOfOrderTimeWindowMs: 10 * MINUTE_MS });
  expect(
    await append(db, [
      [99, 1],
      [89, 1],
    ]),
  ).toEqual([accepted, tooOld]);
  db.applyConfig({ outOfOrderTimeWindowMs: 0 });
  expect(await append(db, [[98, 1]])).toEqual([outOfOrder]);
  await db.close();
  const again = await open({ outOfOrderTimeWindowMs: 0, registry });
  expect(minutes((await dump(again)).m!)).toBe('99:1 100:1');
  expect(await registry.metrics()).toContain('prometheus_tsdb_out_of_order_wbl_segment_current 1\n');
});

test('metrics', async () => {
  const registry = new Registry();
  const db = await open({ registry });
  await append(db, [
    [100, 1],
    [90, 1],
    [90, 2],
    [10, 1],
  ]);
  const text = await registry.metrics();
  expect(text).toContain('prometheus_tsdb_head_out_of_order_samples_appended_total{type="float"} 1\n');
  expect(text).toContain('prometheus_tsdb_head_out_of_order_samples_appended_total{type="histogram"} 0\n');
  expect(text).toContain('prometheus_tsdb_head_samples_appended_total{type="float"} 2\n');
  expect(text).toContain('prometheus_tsdb_too_old_samples_total{type="float"} 1\n');
  expect(text).not.toContain('prometheus_tsdb_too_old_samples_total{type="histogram"}');
  expect(text).toContain('prometheus_tsdb_head_chunks 2\n');
  expect(text).toContain('prometheus_tsdb_out_of_order_wbl_record_part_writes_total 1\n');
});

test('samples are read in order of time, and again after a restart', async () => {
  const db = await open();
  await append(db, [
    [100, 1],
    [95, 2],
    [97, 3],
    [101, 4],
    [96, 5],
    [97, 6],
  ]);
  const expected = '95:2 96:5 97:3 100:1 101:4';
  expect(minutes((await dump(db)).m!)).toBe(expected);
  expect(minutes((await dumpChunks(db)).m!)).toBe(expected);
  expect(minutes((await dump(db, BASE + 96 * MINUTE_MS, BASE + 100 * MINUTE_MS)).m!)).toBe('96:5 97:3 100:1');
  await db.close();
  const again = await open({ outOfOrderTimeWindowMs: 0 });
  expect(minutes((await dump(again)).m!)).toBe(expected);
});
