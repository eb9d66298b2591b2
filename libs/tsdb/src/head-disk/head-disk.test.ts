import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { crc32c } from '@narthex/bytes';
import { COUNTER_RESET_HINT } from '@narthex/model';
import { CHUNK_ENCODING } from '@narthex/storage';
import { ManualClock, RecordingLogger, temporaryFolder } from '@narthex/testkit';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { listChunkFiles } from './chunk-file-names.js';
import { type HeadDisk } from './head-disk.js';
import {
  addSamples,
  BASE_MS,
  expectedOf,
  expectedSamples,
  openTestHead,
  readAll,
  readChunksOf,
  readFrom,
  readSet,
  selectAll,
  STEP_MS,
  type TestHead,
  testLabels,
} from './head-test-data.js';

const SERIES = 3;
const GOLDEN = join(__dirname, '../testdata/prometheus-3.5.3-chunks-head-000001.bin');

let parent: ReturnType<typeof temporaryFolder>;
let folder = '';
const opened: HeadDisk[] = [];
interface Opened extends TestHead {
  readonly clock: ManualClock;
  readonly logger: RecordingLogger;
}
const open = async (options: { maxFileBytes?: number; minValidTimeMs?: number } = {}): Promise<Opened> => {
  const clock = new ManualClock(BASE_MS);
  const logger = new RecordingLogger();
  const made = await openTestHead({ folder, clock, logger, ...options });
  opened.push(made.disk);
  return { ...made, clock, logger };
};
/** As a start does it, with numbers in the log as {@link addSamples} gave them. */
const restoreAll = ({ head, disk }: TestHead): void => {
  for (let series = 0; series < SERIES; series++) {
    disk.restore(series + 1, head.restoreSeries(testLabels(series), series + 1));
  }
  disk.replayed();
};
const file = (number: number): Buffer => readFileSync(join(folder, String(number).padStart(6, '0')));

beforeEach(() => {
  parent = temporaryFolder('head-disk');
  folder = join(parent.path, 'chunks_head');
});
afterEach(async () => {
  for (const disk of opened.splice(0)) await disk.close();
  parent.remove();
});

/** How many samples of each series are in full chunks, of the first 300. */
const FULL_OF_300 = [238, 285, 238];
const fullCounts = async (reader: TestHead['reader']): Promise<number[]> => {
  const counts: number[] = [];
  for (let series = 0; series < SERIES; series++) {
    const chunks = (await readChunksOf(reader, series)).slice(0, -1);
    counts.push(chunks.reduce((sum, { sampleCount }) => sum + sampleCount, 0));
  }
  return counts;
};
const allOf = (from: number, to: number | readonly number[]): ReturnType<typeof expectedOf> =>
  expectedOf(SERIES, from, to);

describe('to disk', () => {
  test('the file is the one Prometheus writes of the same samples', async () => {
    const { head, disk } = await open();
    disk.replayed();
    await addSamples(head, SERIES, 0, 300);
    await disk.flush();
    const golden = readFileSync(GOLDEN);
    const ours = file(1);
    expect(golden.subarray(ours.length).every((byte) => byte === 0)).toBe(true);
    expect(ours.equals(golden.subarray(0, ours.length))).toBe(true);
  });

  test('readers see the same, memory is given back, and what is open stays in memory', async () => {
    const { head, disk, reader, epochs } = await open();
    disk.replayed();
    await addSamples(head, SERIES, 0, 300);
    const before = await readAll(reader);
    const chunksBefore = await readChunksOf(reader, 1);
    const usedBefore = head.allocator.usedBytes;
    expect(head.store.unwritten).toBe(6);
    await disk.flush();
    expect(head.store.unwritten).toBe(0);
    expect(disk.counters.chunksWritten).toBe(6);
    head.allocator.reclaim();
    expect(epochs.oldest()).toBeUndefined();
    expect(usedBefore - head.allocator.usedBytes).toBeGreaterThan(3000);
    expect(before).toEqual(allOf(0, 300));
    expect(await readAll(reader)).toEqual(before);
    expect(await readChunksOf(reader, 1)).toEqual(chunksBefore);
    await addSamples(head, SERIES, 300, 700);
    await disk.flush();
    expect(await readAll(reader)).toEqual(allOf(0, 700));
    expect(head.store.chunkCount).toBe(head.store.chunksCreated);
  });

  test('histograms, whose bytes pass as they are', async () => {
    const { head, disk, reader } = await open();
    disk.replayed();
    const appender = head.appender();
    const ref = appender.series(testLabels(0));
    for (let i = 0; i < 400; i++) {
      const buckets = [i, 3 * i + (i % 7), 5 * i * i];
      appender.histogram(
        ref,
        BASE_MS + i * STEP_MS,
        {
          counterResetHint: COUNTER_RESET_HINT.unknown,
          schema: 3,
          zeroThreshold: 1e-128,
          zeroCount: i,
          count: buckets.reduce((sum, count) => sum + count, i),
          sum: i * 1.5,
          positiveSpans: [{ offset: 1, length: 3 }],
          negativeSpans: [],
          positiveBuckets: buckets,
          negativeBuckets: [],
          customValues: [],
        },
        true,
      );
    }
    await appender.commit();
    const before = await readChunksOf(reader, 0);
    expect(before.length).toBeGreaterThan(2);
    expect(before[0]!.encoding).toBe(CHUNK_ENCODING.histogram);
    await disk.flush();
    expect(head.store.unwritten).toBe(0);
    expect(await readChunksOf(reader, 0)).toEqual(before);
    await disk.close();
    const again = await open();
    restoreAll(again);
    expect(await readChunksOf(again.reader, 0)).toEqual(before.slice(0, -1));
  });

  test('a view that is open goes on reading while its chunks move and their files go', async () => {
    const { head, disk, reader } = await open({ maxFileBytes: 3000 });
    disk.replayed();
    await addSamples(head, SERIES, 0, 500);
    const view = reader.querier(-Infinity, Infinity);
    const set = await selectAll(view);
    await disk.flush();
    await addSamples(head, SERIES, 500, 900);
    expect(readSet(set)).toEqual(allOf(0, 500));
    await disk.flush();
    const files = listChunkFiles(folder);
    expect(files.length).toBeGreaterThan(3);
    // Chunks go, though the view still points to them.
    head.publish(() => {
      for (let id = 1; id <= SERIES; id++) head.store.truncate(head.row(id), BASE_MS + 600 * STEP_MS);
    });
    head.counters.truncations++;
    await disk.flush();
    expect(listChunkFiles(folder)).toEqual(files);
    expect(readSet(set)).toEqual(allOf(0, 500));
    view.close();
    await disk.flush();
    expect(listChunkFiles(folder)[0]).toBeGreaterThan(1);
    expect(disk.counters.filesDeleted).toBeGreaterThan(0);
  });

  test('truncation deletes the files in front, and the next chunk begins a new one', async () => {
    const { head, disk, reader } = await open();
    disk.replayed();
    await addSamples(head, SERIES, 0, 300);
    await disk.flush();
    await head.truncate(BASE_MS + 130 * STEP_MS);
    await disk.flush();
    expect(listChunkFiles(folder)).toEqual([1]);
    await addSamples(head, SERIES, 300, 600);
    await disk.flush();
    expect(listChunkFiles(folder)).toEqual([1, 2]);
    await head.truncate(BASE_MS + 299 * STEP_MS);
    await disk.flush();
    expect(listChunkFiles(folder)).toEqual([2]);
    await head.truncate(BASE_MS + 2000 * STEP_MS);
    await disk.flush();
    // The newest one stays, even with nothing in it that is needed.
    expect(listChunkFiles(folder)).toEqual([2]);
    expect(await readAll(reader)).toEqual(new Map());
    expect(head.store.chunkCount).toBe(0);
  });

  test('files are closed when no view is open', async () => {
    const { head, disk, reader } = await open();
    disk.replayed();
    await addSamples(head, SERIES, 0, 300);
    await disk.flush();
    const openFiles = (): string[] =>
      readdirSync('/proc/self/fd').flatMap((name) => {
        const path = join('/proc/self/fd', name);
        return existsSync(path) ? [path] : [];
      });
    const before = openFiles().length;
    const [first, second] = [reader.querier(-Infinity, Infinity), reader.querier(-Infinity, Infinity)];
    await readFrom(first);
    await readFrom(second);
    expect(openFiles().length).toBe(before + 1);
    first.close();
    expect(openFiles().length).toBe(before + 1);
    second.close();
    expect(openFiles().length).toBe(before);
  });
});

describe('writes that fail', () => {
  test.each([
    [
      'no folder',
      (): void => rmSync(folder, { recursive: true, force: true }),
      (): void => {
        mkdirSync(folder);
      },
      'ENOENT',
    ],
    [
      'a full disk',
      (): void => symlinkSync('/dev/full', join(folder, '000001.tmp')),
      (): void => rmSync(join(folder, '000001.tmp'), { force: true }),
      'ENOSPC',
    ],
  ])('%s: chunks stay in memory until it is over', async (_name, breakIt, repairIt, code) => {
    const { head, disk, reader, logger, clock } = await open();
    disk.replayed();
    breakIt();
    await addSamples(head, SERIES, 0, 300);
    await disk.flush();
    breakIt();
    await disk.flush();
    expect(disk.counters).toMatchObject({ chunksWritten: 0, writesFailed: 2 });
    const complaints = logger.lines.filter(({ level }) => level === 'error');
    expect(complaints).toHaveLength(1);
    expect(complaints[0]!.fields).toMatchObject({ err: expect.stringContaining(code) });
    expect(head.store.unwritten).toBe(6);
    expect(await readAll(reader)).toEqual(allOf(0, 300));
    await addSamples(head, SERIES, 300, 500);
    repairIt();
    await clock.advance(60_000);
    await disk.flush();
    expect(head.store.unwritten).toBe(0);
    expect(await readAll(reader)).toEqual(allOf(0, 500));
    const full = await fullCounts(reader);
    await disk.close();
    const again = await open();
    restoreAll(again);
    expect(await readAll(again.reader)).toEqual(allOf(0, full));
  });
});

describe('from disk', () => {
  beforeEach(async () => {
    const { head, disk } = await open();
    disk.replayed();
    await addSamples(head, SERIES, 0, 300);
    await disk.flush();
    await disk.close();
  });

  test('chunks come back, and what the log has of their times is left out', async () => {
    const made = await open();
    restoreAll(made);
    const { head, disk, reader } = made;
    expect(await readAll(reader)).toEqual(allOf(0, FULL_OF_300));
    expect([head.minTimeMs, head.maxTimeMs]).toEqual([BASE_MS, BASE_MS + 284 * STEP_MS]);
    await addSamples(head, SERIES, 0, 600);
    expect(await readAll(reader)).toEqual(allOf(0, 600));
    await disk.flush();
    expect(listChunkFiles(folder)).toEqual([1, 2]);
    expect(await readAll(reader)).toEqual(allOf(0, 600));
    const full = await fullCounts(reader);
    await disk.close();
    const third = await open();
    restoreAll(third);
    expect(await readAll(third.reader)).toEqual(allOf(0, full));
  });

  test('what Prometheus wrote', async () => {
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    cpSync(GOLDEN, join(folder, '000001'));
    const made = await open();
    restoreAll(made);
    expect(await readAll(made.reader)).toEqual(allOf(0, FULL_OF_300));
  });

  test('chunks that blocks hold, and chunks of series that the log does not know, stay out', async () => {
    const made = await open({ minValidTimeMs: BASE_MS + 119 * STEP_MS });
    const { head, disk, reader, logger } = made;
    disk.restore(1, head.restoreSeries(testLabels(0), 1));
    disk.replayed();
    expect(await readAll(reader)).toEqual(new Map([[0, expectedSamples(0, 119, FULL_OF_300[0]!)]]));
    expect(disk.counters.unknownChunks).toBe(3);
    expect(logger.lines.at(-1)).toMatchObject({ level: 'warn', fields: { chunks: 3 } });
    // A new series must not inherit what is left in the files.
    await addSamples(head, 2, 240, 241);
    expect(head.store.walRef(head.row(2))).toBe(4);
  });

  test('a record cut off anywhere: the file goes, with upstream’s words', async () => {
    const whole = file(1);
    const lastRecord = whole.length - 200;
    const texts = new Set<string>();
    for (let length = whole.length - 1; length > lastRecord; length -= 1) {
      writeFileSync(join(folder, '000001'), whole.subarray(0, length));
      const { disk, logger } = await open();
      expect(listChunkFiles(folder)).toEqual([]);
      expect(disk.counters.corruptions).toBe(1);
      expect(logger.lines.map(({ message }) => message)).toEqual([
        'Replaying on-disk memory mappable chunks if any',
        'Loading on-disk chunks failed',
        'Deleting mmapped chunk files',
        'Deletion of mmap chunk files successful, reattempting m-mapping the on-disk chunks',
        'On-disk memory mappable chunks replay completed',
      ]);
      texts.add(String(logger.lines[1]!.fields.err).replace(/\d+/g, 'N'));
    }
    expect([...texts]).toEqual([
      expect.stringMatching(
        /^iterate on-disk chunks: corruption in head chunk file .*N: head chunk file doesn't include enough bytes to read the chunk header - required:N, available:N, file:N$/,
      ),
    ]);
  });

  test('a flipped bit in any record, or a tail too short for one: the file and those behind it go', async () => {
    for (const [from, to] of [[285, 600] as const, [600, 900] as const]) {
      const made = await open();
      restoreAll(made);
      await addSamples(made.head, SERIES, from, to);
      await made.disk.close();
    }
    const files = [file(1), file(2), file(3)];
    const damage = (bytes: Uint8Array): void => {
      files.forEach((each, i) => writeFileSync(join(folder, `00000${i + 1}`), each));
      writeFileSync(join(folder, '000002'), bytes);
    };
    for (const at of [8, 20, 32, 33, 34, 40, files[1]!.length - 1]) {
      const bytes = Uint8Array.from(files[1]!);
      bytes[at]! ^= 0x40;
      damage(bytes);
      const made = await open();
      expect(listChunkFiles(folder)).toEqual([1]);
      restoreAll(made);
      expect(await readAll(made.reader)).toEqual(allOf(0, FULL_OF_300));
    }
    damage(Buffer.concat([files[1]!.subarray(0, 8), Buffer.of(1, 2, 3)]));
    const { logger } = await open();
    expect(logger.lines[1]!.fields.err).toContain('has some unread data');
    expect(listChunkFiles(folder)).toEqual([1]);
  });

  test('padding of any length is no damage', async () => {
    for (const zeros of [1, 33, 34, 35, 100, 5000]) {
      writeFileSync(join(folder, '000001'), Buffer.concat([file(1), Buffer.alloc(zeros)]));
      const made = await open();
      expect(made.disk.counters.corruptions).toBe(0);
      restoreAll(made);
      expect(await readAll(made.reader)).toEqual(allOf(0, FULL_OF_300));
    }
  });

  test('chunks that do not follow each other: all files go', async () => {
    writeFileSync(join(folder, '000002'), file(1));
    const { disk, logger } = await open();
    expect(listChunkFiles(folder)).toEqual([]);
    expect(disk.counters.corruptions).toBe(1);
    expect(logger.lines.map(({ message }) => message)).toContain(
      'Deletion of corrupted mmap chunk files failed, discarding chunk files completely',
    );
  });

  test('an empty last file goes; a gap, a foreign header and a short header are refused', async () => {
    writeFileSync(join(folder, '000002'), '');
    await open();
    expect(listChunkFiles(folder)).toEqual([1]);
    writeFileSync(join(folder, '000002'), Buffer.alloc(100));
    await open();
    expect(listChunkFiles(folder)).toEqual([1]);
    writeFileSync(join(folder, '000003'), file(1));
    await expect(open()).rejects.toMatchObject({
      code: 'CORRUPT',
      message: expect.stringContaining('found unsequential head chunk files'),
    });
    rmSync(join(folder, '000003'));
    writeFileSync(join(folder, '000002'), Buffer.from('85bd40dd01000000', 'hex'));
    await expect(open()).rejects.toMatchObject({
      message: expect.stringContaining('invalid magic number 85bd40dd'),
    });
    writeFileSync(join(folder, '000002'), Buffer.from('0130bc9102000000', 'hex'));
    await expect(open()).rejects.toMatchObject({
      message: expect.stringContaining('invalid chunk format version 2'),
    });
    writeFileSync(join(folder, '000002'), Buffer.from('0130bc91', 'hex'));
    await expect(open()).rejects.toMatchObject({
      message: expect.stringContaining('invalid head chunk file header: invalid size'),
    });
  });
});

describe('a series under two numbers', () => {
  /** Writes samples of series 0 under a number, as a process of its own. */
  const writeAs = async (seriesRef: number, from: number, to: number): Promise<void> => {
    const { head, disk } = await open();
    // Others hold on to what is there, so that its file stays.
    for (const other of [5, 9]) disk.restore(other, head.restoreSeries(testLabels(10 + other), 20 + other));
    disk.replayed();
    head.restoreSeries(testLabels(0), seriesRef);
    await addSamples(head, 1, from, to);
    await disk.close();
  };

  test('chunks of both are put in order of time', async () => {
    await writeAs(5, 0, 300);
    await writeAs(9, 300, 600);
    await writeAs(5, 600, 900);
    const { head, disk, reader } = await open();
    const id = head.restoreSeries(testLabels(0), 5);
    disk.restore(5, id);
    disk.restore(9, id);
    disk.replayed();
    expect(await readChunksOf(reader, 0)).toHaveLength(7);
    const times = (await readAll(reader)).get(0)!.map(([timestampMs]) => (timestampMs - BASE_MS) / STEP_MS);
    // What was open at each end is in the log alone.
    const range = (from: number, to: number): number[] =>
      Array.from({ length: to - from }, (_, i) => from + i);
    const ends = (from: number, limit: number): number =>
      times.filter((t) => t >= from && t < limit).at(-1)! + 1;
    expect(times).toEqual([
      ...range(0, ends(0, 300)),
      ...range(300, ends(300, 600)),
      ...range(600, ends(600, 900)),
    ]);
    expect(head.store.lastTimeMs(head.row(id))).toBe(BASE_MS + times.at(-1)! * STEP_MS);
    expect(disk.counters.overlaps).toBe(0);
  });

  test('where they overlap, those under the later number stay', async () => {
    await writeAs(5, 0, 300);
    await writeAs(9, 119, 400);
    const { head, disk, reader, logger } = await open();
    const id = head.restoreSeries(testLabels(0), 5);
    disk.restore(5, id);
    await addSamples(head, 1, 239, 260);
    disk.restore(9, id);
    disk.replayed();
    const samples = (await readAll(reader)).get(0)!;
    expect(samples.slice(0, 119)).toEqual(expectedSamples(0, 0, 119));
    expect(samples.slice(119)).toEqual(expectedSamples(0, 119, samples.length));
    expect(logger.lines.map(({ message }) => message)).toContain(
      'Overlapping m-map chunks on duplicate series records',
    );
    expect(head.store.chunkCount).toBe((await readChunksOf(reader, 0)).length);
  });
});

test.each([
  ['taken', 3573],
  ['not taken', 3574],
])('a file with a chunk of out-of-order samples that is %s', async (_what, place) => {
  const outOfOrder = Uint8Array.from(readFileSync(GOLDEN));
  // The mark in the encoding of the last of six records, which is of the sixth series.
  const at = 3573;
  outOfOrder[at + 24]! |= 0x80;
  const end = at + 8 + 8 + 8 + 1 + 2 + 1009;
  new DataView(outOfOrder.buffer).setUint32(end, crc32c(outOfOrder, at, end));
  mkdirSync(folder);
  writeFileSync(join(folder, '000001'), outOfOrder);
  const made = await open();
  const { head, disk, reader } = made;
  for (let series = 0; series < SERIES; series++) {
    disk.restore(series + 1, head.restoreSeries(testLabels(series), series + 1));
  }
  disk.replayed();
  expect((await readAll(reader)).get(2)).toEqual(expectedSamples(2, 0, 119));
  expect(disk.late.size).toBe(1);
  const seriesRef = new DataView(outOfOrder.buffer).getUint32(at + 4);
  const chunk = disk.late.take(seriesRef, 2 ** 32 + place);
  expect(chunk === undefined).toBe(place !== at);
  if (chunk !== undefined) head.restoreLateChunk(seriesRef, chunk);
  const late = (await readAll(reader)).get(seriesRef - 1)!;
  expect(late).toEqual(expectedSamples(seriesRef - 1, 0, chunk === undefined ? 119 : 238));
  await head.truncate(BASE_MS + 1000 * STEP_MS);
  await addSamples(head, SERIES, 1000, 1300);
  await disk.flush();
  await disk.flush();
  expect(listChunkFiles(folder)).toEqual(chunk === undefined ? [2] : [1, 2]);
  const { store } = head.outOfOrder;
  head.publish(() => store.truncate(head.row(seriesRef), store.nextSequence));
  await disk.flush();
  await disk.flush();
  expect(listChunkFiles(folder)).toEqual([2]);
  expect(store.chunkCount).toBe(0);
});
