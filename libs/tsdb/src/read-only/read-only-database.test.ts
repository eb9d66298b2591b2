import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Labels, Matcher } from '@narthex/model';
import { SampleColumns } from '@narthex/storage';
import { ManualClock, silentLogger, temporaryFolder } from '@narthex/testkit';
import { readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HINTS, writeTestBlock } from '../block/block-test-data.js';
import { TsdbDatabase } from '../database.js';
import { ReadOnlyDatabase } from './read-only-database.js';

const START_MS = 1_700_006_400_000;
const ULIDS = ['01HF0000000000000000000000', '01HF0000010000000000000000'] as const;
const NAME = new Matcher('=', '__name__', 'm');

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder('read-only');
});
afterEach(() => folder.remove());

function open(): ReadOnlyDatabase {
  return ReadOnlyDatabase.open({ folder: folder.path, clock: new ManualClock(), logger: silentLogger() });
}

async function writeLog(samples: readonly (readonly [number, number])[]): Promise<void> {
  const db = await TsdbDatabase.open({ path: folder.path, clock: new ManualClock(), logger: silentLogger() });
  for (const [timestampMs, value] of samples) {
    const appender = db.appender();
    appender.float(appender.series(Labels.of({ __name__: 'm' })), timestampMs, value);
    await appender.commit();
  }
  await db.close();
}

function writeBlock(ulid: string, samples: readonly (readonly [number, number])[]): Promise<unknown> {
  return writeTestBlock({ folder: folder.path, ulid, series: [{ labels: { __name__: 'm' }, samples }] });
}

async function read(db: ReadOnlyDatabase, minTimeMs: number, maxTimeMs: number): Promise<[number, number][]> {
  const querier = await db.querier(minTimeMs, maxTimeMs);
  const set = await querier.select(true, { ...HINTS, startMs: minTimeMs, endMs: maxTimeMs }, [NAME]);
  const columns = new SampleColumns();
  if (set.length > 0) set.read(0, columns);
  querier.close();
  return Array.from({ length: columns.length }, (_, i) => [columns.timestampsMs[i]!, columns.values[i]!]);
}

/** Every file with what is in it. */
function contents(): Record<string, string> {
  const names = readdirSync(folder.path, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    names
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => [
        join(parentPath, name),
        readFileSync(join(parentPath, name), 'latin1'),
      ]),
  );
}

test('blocks and log are one, and what blocks hold counts more', async () => {
  await writeBlock(ULIDS[0], [
    [START_MS, 1],
    [START_MS + 5, 2],
  ]);
  await writeBlock(ULIDS[1], [[START_MS + 10, 3]]);
  const later = [
    [START_MS + 11, 4],
    [START_MS + 12, 5],
  ] as const;
  await writeLog(later);
  const before = contents();
  const db = open();
  expect(await read(db, -Infinity, Infinity)).toEqual([
    [START_MS, 1],
    [START_MS + 5, 2],
    [START_MS + 10, 3],
    ...later,
  ]);
  expect(await read(db, START_MS + 5, START_MS + 11)).toEqual([
    [START_MS + 5, 2],
    [START_MS + 10, 3],
    [START_MS + 11, 4],
  ]);
  db.close();
  expect(contents()).toEqual(before);
});

test('samples of the log that are older than the end of the blocks are passed over', async () => {
  await writeLog([
    [START_MS, 9],
    [START_MS + 20, 8],
  ]);
  await writeBlock(ULIDS[0], [
    [START_MS + 1, 1],
    [START_MS + 10, 2],
  ]);
  const db = open();
  expect(await read(db, -Infinity, Infinity)).toEqual([
    [START_MS + 1, 1],
    [START_MS + 10, 2],
    [START_MS + 20, 8],
  ]);
  db.close();
});

describe('a database that is open elsewhere', () => {
  test('is read as it stands', async () => {
    const writer = await TsdbDatabase.open({
      path: folder.path,
      clock: new ManualClock(),
      logger: silentLogger(),
    });
    const appender = writer.appender();
    appender.float(appender.series(Labels.of({ __name__: 'm' })), START_MS, 7);
    await appender.commit();
    const db = open();
    expect(await read(db, -Infinity, Infinity)).toEqual([[START_MS, 7]]);
    db.close();
    await writer.close();
  });
});

describe('blocks', () => {
  test('come by their times, the last is the one made last', async () => {
    await writeBlock(ULIDS[1], [[START_MS, 1]]);
    await writeBlock(ULIDS[0], [[START_MS + 5, 2]]);
    const db = open();
    expect(db.blocks().map(({ meta }) => meta.ulid)).toEqual([ULIDS[1], ULIDS[0]]);
    expect(db.lastBlockUlid()).toBe(ULIDS[1]);
    expect(db.block(ULIDS[0])?.meta.ulid).toBe(ULIDS[0]);
    expect(db.block('01HF0000020000000000000000')).toBeUndefined();
    db.close();
  });

  test('reach as far as they are asked for without the log', async () => {
    await writeBlock(ULIDS[0], [
      [START_MS, 1],
      [START_MS + 5, 2],
    ]);
    const db = open();
    expect(await read(db, -Infinity, START_MS + 4)).toEqual([[START_MS, 1]]);
    await expect(db.querier(-Infinity, Infinity)).rejects.toMatchObject({
      code: 'READ_ONLY',
      step: 'read WAL: find last checkpoint',
      cause: { code: 'ENOENT', syscall: 'scandir', path: join(folder.path, 'wal') },
    });
    db.close();
  });

  test('that are damaged are an error', async () => {
    await writeBlock(ULIDS[0], [[START_MS, 1]]);
    await writeBlock(ULIDS[1], [[START_MS, 1]]);
    const index = join(folder.path, ULIDS[1], 'index');
    truncateSync(index, 30);
    const db = open();
    expect(() => db.blocks()).toThrow(`${index}: index header: invalid size`);
    truncateSync(join(folder.path, ULIDS[0], 'index'), 30);
    expect(() => db.blocks()).toThrow('2 errors: ');
    db.close();
  });

  test('without a whole meta.json are none', async () => {
    await writeBlock(ULIDS[0], [[START_MS, 1]]);
    await writeBlock(ULIDS[1], [[START_MS, 1]]);
    writeFileSync(join(folder.path, ULIDS[1], 'meta.json'), 'x');
    const db = open();
    expect(db.blocks().map(({ meta }) => meta.ulid)).toEqual([ULIDS[0]]);
    db.close();
  });
});

test('a damaged log is an error, and stays as it is', async () => {
  await writeLog(Array.from({ length: 10 }, (_, i) => [START_MS + i, i] as const));
  truncateSync(join(folder.path, 'wal', '00000000'), 200);
  const before = contents();
  const db = open();
  await expect(db.querier(-Infinity, Infinity)).rejects.toMatchObject({
    code: 'READ_ONLY',
    step: 'read WAL: read records',
    cause: { code: 'wal_corruption' },
  });
  db.close();
  expect(contents()).toEqual(before);
});

test('a directory that is not there', () => {
  const missing = join(folder.path, 'none');
  expect(() =>
    ReadOnlyDatabase.open({ folder: missing, clock: new ManualClock(), logger: silentLogger() }),
  ).toThrow('opening the db dir: ');
});
