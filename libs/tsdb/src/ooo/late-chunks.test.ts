import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Registry } from '@narthex/client';
import { Labels } from '@narthex/model';
import { eventually, ManualClock, RecordingLogger, temporaryFolder } from '@narthex/testkit';
import {
  decodeMmapMarkers,
  decodeSamples,
  loadWalCodecs,
  RECORD_TYPE,
  recordType,
  SampleBatch,
  segmentsOf,
  WalReader,
} from '@narthex/wal';
import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { TsdbDatabase, type TsdbOptions } from '../database.js';
import { scanChunkFile } from '../head-disk/chunk-file-scan.js';
import { openTestHead } from '../head-disk/head-test-data.js';
import { dump, dumpChunks } from './ooo-test-data.js';

/* Full chunks of late samples in files, and the markers in their log that say so. */

const BASE = 10_000_000;
const MINUTE_MS = 60_000;

let folder: ReturnType<typeof temporaryFolder>;
let clock: ManualClock;
let logger: RecordingLogger;
beforeEach(() => {
  folder = temporaryFolder('tsdb-late-chunks');
  clock = new ManualClock(BASE);
  logger = new RecordingLogger();
});
afterEach(() => folder.remove());

function open(path: string, options: Partial<TsdbOptions> = {}): Promise<TsdbDatabase> {
  const outOfOrderTimeWindowMs = 3_600_000;
  return TsdbDatabase.open({ path, clock, logger, outOfOrderTimeWindowMs, noLockfile: true, ...options });
}

/** One transaction with samples of a series, so far before {@link BASE}. */
async function write(db: TsdbDatabase, behindMs: readonly number[], series = 'm'): Promise<void> {
  const appender = db.appender();
  const ref = appender.series(Labels.of({ __name__: 'm', series }));
  for (const behind of behindMs) expect(appender.float(ref, BASE - behind, behind)).toBe(0);
  await appender.commit();
}

const from = (first: number, count: number): number[] => Array.from({ length: count }, (_, i) => first + i);

/** What the log says, in order: `m<place>` of a marker, the number of samples of a record. */
async function logOf(path: string): Promise<string[]> {
  const reader = new WalReader({
    segments: segmentsOf([{ directory: join(path, 'wbl') }]),
    codecs: await loadWalCodecs(),
  });
  const found: string[] = [];
  const batch = new SampleBatch();
  while (reader.next()) {
    const { record } = reader;
    if (recordType(record) === RECORD_TYPE.samples) {
      decodeSamples(record, batch);
      found.push(`${batch.length}`);
    } else {
      for (const { chunkRef } of decodeMmapMarkers(record))
        found.push(`m${Math.floor(chunkRef / 2 ** 32)}:${chunkRef % 2 ** 32}`);
    }
  }
  reader.close();
  return found;
}

/** The out-of-order chunks on disk, as markers name them, each with its number of samples. */
async function chunksOf(path: string): Promise<string[]> {
  const found: string[] = [];
  const chunks = join(path, 'chunks_head');
  for (const name of readdirSync(chunks).sort()) {
    await scanChunkFile({
      folder: chunks,
      file: Number(name),
      clock,
      visit: ({ outOfOrder, file, dataOffset, sizeBytes, sampleCount }) => {
        const headBytes = 25 + (sizeBytes < 128 ? 1 : 2);
        if (outOfOrder) found.push(`m${file}:${dataOffset - headBytes} ${sampleCount}`);
      },
    });
  }
  return found;
}

const chunksReplayed = (): unknown[] =>
  logger.lines.filter(({ message }) => message === 'WBL replay completed').map(({ fields }) => fields.chunks);

describe('late samples, 32 and more of a series', () => {
  test('one by one: a marker in front of the sample that found the chunk full', async () => {
    const path = join(folder.path, 'data');
    const db = await open(path);
    await write(db, [0]);
    for (const behind of from(1, 70)) await write(db, [behind]);
    const here = await dump(db);
    await clock.advance(MINUTE_MS);
    await eventually('two chunks', async () => (await chunksOf(path)).length === 2);
    expect(await dump(db)).toEqual(here);
    expect(await dumpChunks(db)).toEqual(here);
    const log = await logOf(path);
    expect(log.map((each) => each.replace(/:.*/, ''))).toEqual([
      ...from(1, 32).map(() => '1'),
      'm1',
      ...from(1, 32).map(() => '1'),
      'm1',
      ...from(1, 6).map(() => '1'),
    ]);
    const markers = log.filter((each) => each.startsWith('m'));
    expect(await chunksOf(path)).toEqual(markers.map((marker) => `${marker} 32`));
    await db.close();
    const again = await open(path);
    expect(chunksReplayed()).toEqual([2]);
    expect(await dump(again)).toEqual(here);
    await again.close();
  });

  test('in one transaction: what is in the chunk stands in front of its marker', async () => {
    const path = join(folder.path, 'data');
    const db = await open(path);
    await write(db, [0]);
    await write(db, from(1, 70));
    const here = await dump(db);
    await db.close();
    expect((await logOf(path)).map((each) => each.replace(/:.*/, ''))).toEqual(['32', 'm1', '32', 'm1', '6']);
    const again = await open(path);
    expect(chunksReplayed()).toEqual([2]);
    expect(await dump(again)).toEqual(here);
    await again.close();
  });

  test('chunks that did not come to the disk before a crash: their samples are there, also after the next', async () => {
    const paths = [0, 1, 2].map((run) => join(folder.path, `data-${run}`));
    let db = await open(paths[0]!);
    await write(db, [0]);
    await write(db, from(1, 40));
    for (const run of [1, 2]) {
      const here = await dump(db);
      // As after a kill: the chunks of this run wait to be written.
      cpSync(paths[run - 1]!, paths[run]!, { recursive: true });
      await db.close();
      db = await open(paths[run]!);
      expect(await dump(db)).toEqual(here);
      // What is written now goes to files, none of which the lost markers can mean.
      await write(db, from(100 * run, 40));
      const [path, file] = [paths[run]!, `m${run === 1 ? 2 : 3}:`];
      await clock.advance(MINUTE_MS);
      await eventually('a chunk', async () => (await chunksOf(path)).some((each) => each.startsWith(file)));
    }
    const here = await dump(db);
    await db.close();
    db = await open(paths[2]!);
    expect(await dump(db)).toEqual(here);
    expect(here.m!.split(' ')).toHaveLength(121);
    await db.close();
  });

  test('nothing of a transaction that could not be logged goes to the disk', async () => {
    const { head, disk, reader } = await openTestHead({
      folder: join(folder.path, 'chunks_head'),
      clock,
      logger,
    });
    disk.replayed();
    await disk.takeLate(0);
    head.outOfOrder.windowMs = 3_600_000;
    let failing = false;
    head.outOfOrder.log = {
      append: () => {
        if (failing) throw new Error('no space left on device');
      },
    };
    const commit = async (behindMs: readonly number[]): Promise<void> => {
      const appender = head.appender();
      const ref = appender.series(Labels.of({ __name__: 'm', series: 'm' }));
      for (const behind of behindMs) appender.float(ref, BASE - behind, behind);
      await appender.commit();
    };
    await commit([0]);
    await commit(from(1, 30));
    const before = await dump(reader);
    failing = true;
    await expect(commit(from(31, 40))).rejects.toThrow('no space left on device');
    expect(await dump(reader)).toEqual(before);
    await disk.flush();
    expect(await chunksOf(folder.path)).toEqual([]);
    failing = false;
    await commit(from(101, 40));
    await disk.flush();
    expect(await chunksOf(folder.path)).toEqual(['m1:8 32', expect.stringMatching(/^m1:.* 32$/)]);
    expect((await dump(reader)).m!.split(' ')).toHaveLength(71);
    await disk.close();
  });

  test('blocks are made of them, and then neither files nor log are needed', async () => {
    const path = join(folder.path, 'data');
    const db = await open(path);
    await write(db, [0]);
    await write(db, from(1, 100));
    await write(db, from(1, 100), 'other');
    await clock.advance(MINUTE_MS);
    await eventually('six chunks', async () => (await chunksOf(path)).length === 6);
    const here = await dump(db);
    await write(db, [-4 * 3_600_000]);
    await db.compact();
    await clock.advance(3 * MINUTE_MS);
    expect((await dump(db)).other).toEqual(here.other);
    expect(await logOf(path)).toEqual([]);
    await db.close();
    const again = await open(path);
    expect((await dump(again)).other).toEqual(here.other);
    await again.close();
  });

  test('ranges without any are passed over; blocks of the others count as compactions', async () => {
    const path = join(folder.path, 'data');
    const registry = new Registry();
    const db = await open(path, { registry, minBlockDurationMs: 600_000 });
    await write(db, [0]);
    await write(db, [...from(1, 40), ...from(3_000_000, 40)]);
    await write(db, [-1_000_000]);
    await db.compact();
    const written = logger.lines.filter(({ message }) => message.startsWith('write block'));
    expect(written.map(({ message, fields: { mint, maxt, ooo } }) => ({ message, mint, maxt, ooo }))).toEqual(
      [
        { message: 'write block', mint: BASE, maxt: 10_200_000, ooo: false },
        { message: 'write block', mint: 6_600_000, maxt: 7_200_000, ooo: true },
        { message: 'write block', mint: 9_600_000, maxt: 10_200_000, ooo: true },
      ],
    );
    await db.close();
    const counts = (await registry.metrics()).match(
      /^prometheus_tsdb_(compactions_total|compaction_chunk_samples_count) .*/gm,
    );
    // The two blocks of one range were merged.
    expect(counts).toEqual([
      'prometheus_tsdb_compactions_total 4',
      'prometheus_tsdb_compaction_chunk_samples_count 5',
    ]);
  });
});
