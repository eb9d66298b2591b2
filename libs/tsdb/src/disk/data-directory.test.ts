import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Labels, Matcher } from '@narthex/model';
import { SampleColumns } from '@narthex/storage';
import { ManualClock, RecordingLogger, temporaryFolder } from '@narthex/testkit';
import { spawnSync } from 'node:child_process';
import { existsSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TsdbDatabase } from '../database.js';
import { lockDirectory } from './directory-lock.js';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder('tsdb-disk');
});
afterEach(() => folder.remove());

const logger = new RecordingLogger();
const open = (log = logger): Promise<TsdbDatabase> =>
  TsdbDatabase.open({ path: folder.path, clock: new ManualClock(), logger: log });

async function count(db: TsdbDatabase): Promise<number> {
  const querier = db.querier(-Infinity, Infinity);
  const hints = { startMs: 0, endMs: 0, stepMs: 0, rangeMs: 0, func: '', grouping: [], by: false, limit: 0 };
  const set = await querier.select(false, hints, [new Matcher('=', '__name__', 'm')]);
  const columns = new SampleColumns();
  if (set.length > 0) set.read(0, columns);
  querier.close();
  return columns.length;
}

async function write(db: TsdbDatabase, timestampMs: number): Promise<void> {
  const appender = db.appender();
  appender.float(appender.series(Labels.of({ __name__: 'm' })), timestampMs, timestampMs);
  await appender.commit();
}

describe('lock', () => {
  test('is flock(2) on the file named lock', () => {
    const lock = lockDirectory(folder.path, logger);
    const path = join(folder.path, 'lock');
    expect(spawnSync('flock', ['--nonblock', path, 'true']).status).toBe(1);
    expect(() => lockDirectory(folder.path, logger)).toThrow(
      'lock DB directory: resource temporarily unavailable',
    );
    expect(lock.leftBehind).toBe(false);
    lock.release();
    expect(existsSync(path)).toBe(false);
  });

  test('a file that a dead process left does not keep anyone out', () => {
    writeFileSync(join(folder.path, 'lock'), '');
    const lock = lockDirectory(folder.path, logger);
    expect(lock.leftBehind).toBe(true);
    lock.release();
  });
});

test('a torn tail is cut off and reported, and writing goes on', async () => {
  const db = await open();
  for (let i = 1; i <= 10; i++) await write(db, i);
  // As after a crash: the file is there, nothing was closed.
  const segment = join(folder.path, 'wal', '00000000');
  await db.close();
  truncateSync(segment, 200);
  const log = new RecordingLogger();
  const again = await open(log);
  const left = await count(again);
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThan(10);
  expect(log.lines.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual([
    'Repaired damaged WAL',
  ]);
  await write(again, 11);
  await again.close();
  const third = await open();
  expect(await count(third)).toBe(left + 1);
  await third.close();
});

test('a series whose transaction was rolled back is logged with the next commit', async () => {
  const db = await open();
  await write(db, 1);
  const refs = db.appender();
  const ref = refs.series(Labels.of({ __name__: 'fresh' }));
  refs.float(ref, 5, 5);
  refs.rollback();
  await write(db, 2);
  await db.close();
  await expect(Promise.resolve().then(() => db.appender())).rejects.toMatchObject({ code: 'CLOSED' });
  const again = await open();
  expect(again.replay).toMatchObject({ series: 2, samples: 2, unknownRefs: 0 });
  await again.close();
});
