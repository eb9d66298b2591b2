import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Registry } from '@narthex/client';
import { Labels } from '@narthex/model';
import { systemClock } from '@narthex/process';
import { SampleColumns } from '@narthex/storage';
import { RecordingLogger, silentLogger, temporaryFolder } from '@narthex/testkit';
import { cpSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TsdbDatabase } from '../database.js';
import { ALL, HINTS } from './reading.js';

/*
 * The log of a database, cut at every byte of its last two records, and with each of these bytes flipped: it opens, has
 * all transactions before the damage, and says what it lost.
 */

const BASE_MS = 1_700_000_000_000;
const COMMITS = 6;
const folder = temporaryFolder('tsdb-damaged');
const written = join(folder.path, 'written');
const SEGMENT = join('wal', '00000000');
/** How long the log was after each transaction. */
const ends: number[] = [];
let log: Buffer;

beforeAll(async () => {
  const db = await open(written);
  for (let commit = 1; commit <= COMMITS; commit++) {
    await write(db, commit);
    ends.push(statSync(join(written, SEGMENT)).size);
  }
  // As after a kill: nothing was closed.
  cpSync(written, join(folder.path, 'killed'), { recursive: true });
  log = readFileSync(join(folder.path, 'killed', SEGMENT)).subarray(0, ends.at(-1));
  await db.close();
});
afterAll(() => folder.remove());

function open(path: string, logger = silentLogger(), registry?: Registry): Promise<TsdbDatabase> {
  return TsdbDatabase.open({
    path,
    clock: systemClock,
    logger,
    noLockfile: true,
    ...(registry !== undefined && { registry }),
  });
}

async function write(db: TsdbDatabase, commit: number): Promise<void> {
  const appender = db.appender();
  for (const series of ['0', '1']) {
    const ref = appender.series(Labels.of({ __name__: 'm', series }));
    expect(appender.float(ref, BASE_MS + 1000 * commit, commit / 3)).toBe(0);
  }
  await appender.commit();
}

/** The transactions that each series has samples of. */
async function commitsIn(db: TsdbDatabase): Promise<number[][]> {
  const querier = db.querier(-Infinity, Infinity);
  try {
    const set = await querier.select(true, HINTS, ALL);
    return Array.from({ length: set.length }, (_, index) => {
      const columns = new SampleColumns();
      set.read(index, columns);
      return Array.from({ length: columns.length }, (_each, at) => {
        const commit = (columns.timestampsMs[at]! - BASE_MS) / 1000;
        expect(columns.values[at]).toBe(commit / 3);
        return commit;
      });
    });
  } finally {
    querier.close();
  }
}

interface Opened {
  readonly commits: readonly number[];
  /** The fields of the line that says what was lost. */
  readonly loss: Readonly<Record<string, unknown>> | undefined;
}

/** Opens the directory with this log, writes to it, and opens it once more. */
async function openWith(bytes: Uint8Array): Promise<Opened> {
  const path = join(folder.path, 'damaged');
  cpSync(join(folder.path, 'killed'), path, { recursive: true });
  writeFileSync(join(path, SEGMENT), bytes);
  const logger = new RecordingLogger();
  const registry = new Registry();
  const db = await open(path, logger, registry);
  const [first = [], second = []] = await commitsIn(db);
  expect(second).toEqual(first);
  const metrics = await registry.metrics();
  await write(db, 100);
  await db.close();
  const again = await open(path);
  expect(await commitsIn(again)).toEqual([
    [...first, 100],
    [...first, 100],
  ]);
  await again.close();
  rmSync(path, { recursive: true });
  const errors = logger.lines.filter(({ level }) => level === 'error');
  expect(errors.map(({ message }) => message)).toEqual(errors.length === 0 ? [] : ['Repaired damaged WAL']);
  expect(metrics).toContain(`prometheus_tsdb_wal_corruptions_total ${errors.length}\n`);
  return { commits: first, loss: errors[0]?.fields };
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1);

test('cut at every byte of its last two records', async () => {
  for (let size = ends[COMMITS - 3]!; size <= ends[COMMITS - 1]!; size++) {
    const { commits, loss } = await openWith(log.subarray(0, size));
    const whole = ends.filter((end) => end <= size).length;
    expect([size, commits]).toEqual([size, upTo(whole)]);
    const keptBytes = ends[whole - 1]!;
    if (keptBytes === size) expect([size, loss]).toEqual([size, undefined]);
    else expect(loss).toMatchObject({ segment: 0, keptBytes, lostBytes: size - keptBytes });
  }
}, 120_000);

test('with each byte of its last two records flipped', async () => {
  for (let at = ends[COMMITS - 3]!; at < ends[COMMITS - 1]!; at++) {
    const flipped = Buffer.from(log);
    flipped[at] = flipped[at]! ^ 0xff;
    const { commits, loss } = await openWith(flipped);
    const whole = ends.filter((end) => end <= at).length;
    // What follows a damaged record goes with it, since later ones may build on it.
    expect([at, commits]).toEqual([at, upTo(whole)]);
    expect(loss).toMatchObject({ segment: 0, lostBytes: log.length - ends[whole - 1]! });
    expect(String(loss!.reason)).not.toBe('');
  }
}, 120_000);
