import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { crc32c } from '@narthex/bytes';
import { temporaryFolder } from '@narthex/testkit';
import fc from 'fast-check';
import { createCipheriv, createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadWalCodecs, type WalCodecs, WAL_COMPRESSIONS } from './compression.js';
import { SegmentGapError, WalClosedError, WalWriteError } from './errors.js';
import { FRAGMENT_HEADER_BYTES, PAGE_SIZE_BYTES } from './format.js';
import { type CreateSegmentFile, createSegmentFile } from './segment-file.js';
import { listSegments, segmentsOf } from './segments.js';
import { WalReader } from './wal-reader.js';
import { WalWriter, type WalWriterOptions } from './wal-writer.js';

let codecs: WalCodecs;
let folder: ReturnType<typeof temporaryFolder>;
let directory: string;

beforeAll(async () => {
  codecs = await loadWalCodecs();
});
beforeEach(() => {
  folder = temporaryFolder('wal');
  directory = join(folder.path, 'wal');
});
afterEach(() => folder.remove());

function open(options: Partial<WalWriterOptions> = {}): WalWriter {
  return WalWriter.open({ directory, codecs, compression: 'none', ...options });
}

/** Length and hash of each record: comparing, and printing, megabytes takes too long. */
function digests(records: readonly Uint8Array[]): string[] {
  return records.map((record) => `${record.length}:${createHash('sha1').update(record).digest('hex')}`);
}

function readAll(): string[] {
  const reader = new WalReader({ segments: segmentsOf([{ directory }]), codecs });
  const records: string[] = [];
  while (reader.next()) records.push(...digests([reader.record]));
  reader.close();
  return records;
}

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const segment = (number: number): Buffer => readFileSync(join(directory, String(number).padStart(8, '0')));

/** Bytes that do not compress, the same each time. */
function noise(length: number, seed = 1): Uint8Array {
  const stream = createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16));
  return stream.update(Buffer.alloc(length));
}

/** The fragments of a segment: offset, type byte and length of each. */
function fragments(bytes: Buffer): [offset: number, header: number, length: number][] {
  const found: [number, number, number][] = [];
  for (let at = 0; at < bytes.length;) {
    if (bytes[at] === 0) {
      at += PAGE_SIZE_BYTES - (at % PAGE_SIZE_BYTES);
      continue;
    }
    const length = bytes.readUInt16BE(at + 1);
    const data = bytes.subarray(at + FRAGMENT_HEADER_BYTES, at + FRAGMENT_HEADER_BYTES + length);
    expect(bytes.readUInt32BE(at + 3)).toBe(crc32c(data));
    found.push([at, bytes[at]!, length]);
    at += FRAGMENT_HEADER_BYTES + length;
  }
  return found;
}

describe('layout', () => {
  test('a record is there, byte for byte, when append returns', async () => {
    const writer = open();
    writer.append([bytesOf('123456789'), new Uint8Array(0)]);
    expect(segment(0).toString('hex')).toBe('010009e3069283313233343536373839' + '01000000000000');
    await writer.close();
    expect(segment(0)).toHaveLength(PAGE_SIZE_BYTES);
    expect(readAll()).toEqual(digests([bytesOf('123456789'), new Uint8Array(0)]));
  });

  test('a long record goes on from page to page', async () => {
    const writer = open();
    writer.append([bytesOf('a'), noise(70_000), bytesOf('b')]);
    expect(fragments(segment(0))).toEqual([
      [0, 1, 1],
      [8, 2, 32_753],
      [32_768, 3, 32_761],
      [65_536, 4, 4_486],
      [70_029, 1, 1],
    ]);
    expect(writer.offsetBytes).toBe(70_037);
    await writer.close();
    expect(readAll()).toEqual(digests([bytesOf('a'), noise(70_000), bytesOf('b')]));
  });

  test.each([
    // What is left of the page behind the first record, and how the second is then laid out.
    [
      8,
      [
        [32_760, 2, 1],
        [32_768, 4, 2],
      ],
    ],
    [
      7,
      [
        [32_761, 2, 0],
        [32_768, 4, 3],
      ],
    ],
    [6, [[32_768, 1, 3]]],
    [1, [[32_768, 1, 3]]],
    [0, [[32_768, 1, 3]]],
    [10, [[32_758, 1, 3]]],
  ])('%i bytes left in the page', async (left, expected) => {
    const writer = open();
    writer.append([noise(PAGE_SIZE_BYTES - FRAGMENT_HEADER_BYTES - left)]);
    writer.append([bytesOf('abc')]);
    expect(fragments(segment(0)).slice(1)).toEqual(expected);
    await writer.close();
    expect(readAll().slice(1)).toEqual(digests([bytesOf('abc')]));
  });

  test('a new segment is begun where a record would not fit, the old one filled up', async () => {
    const writer = open({ segmentSizeBytes: 2 * PAGE_SIZE_BYTES });
    writer.append([noise(40_000), noise(40_000, 2), noise(200_000, 3), bytesOf('x')]);
    expect(writer.currentSegment).toBe(3);
    expect([0, 1, 2].map((number) => segment(number).length)).toEqual([65_536, 65_536, 229_376]);
    await writer.close();
    expect(readAll()).toEqual(digests([noise(40_000), noise(40_000, 2), noise(200_000, 3), bytesOf('x')]));
  });

  test('a batch larger than the memory for batches', async () => {
    const writer = open();
    const records = Array.from({ length: 12 }, (_, seed) => noise(1_000_000, seed + 1));
    writer.append(records);
    await writer.close();
    expect(readAll()).toEqual(digests(records));
  });

  test.each(WAL_COMPRESSIONS)('%s: whatever is written is read', async (compression) => {
    const repetitive = fc.tuple(
      fc.uint8Array({ minLength: 1, maxLength: 50 }),
      fc.integer({ min: 0, max: 3000 }),
    );
    const record = fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc.integer({ min: 0, max: 100_000 }).map((length) => noise(length)),
      fc.integer({ min: PAGE_SIZE_BYTES - 40, max: PAGE_SIZE_BYTES + 20 }).map((length) => noise(length)),
      repetitive.map(([bytes, times]) => new Uint8Array(Buffer.alloc(bytes.length * times, bytes))),
    );
    const batches = fc.array(fc.array(record, { maxLength: 6 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(batches, async (all) => {
        const writer = open({ compression, segmentSizeBytes: 4 * PAGE_SIZE_BYTES });
        for (const batch of all) writer.append(batch);
        await writer.close();
        expect(readAll()).toEqual(digests(all.flat()));
        folder.remove();
      }),
      { numRuns: 40 },
    );
  });
});

describe('compression', () => {
  test.each([
    ['snappy', 0x09],
    ['zstd', 0x11],
  ] as const)('%s marks its records and leaves alone what it cannot shrink', async (compression, header) => {
    const writer = open({ compression });
    const text = bytesOf('prometheus '.repeat(40));
    writer.append([text, bytesOf('x')]);
    expect(fragments(segment(0)).map(([, byte]) => byte)).toEqual([header, 0x01]);
    const { recordParts, recordPartBytes, recordBytesSaved } = writer.counters;
    expect(recordParts).toBe(2);
    expect(recordPartBytes).toBe(segment(0).length);
    expect(recordBytesSaved).toBe(text.length + 1 - (recordPartBytes - 2 * FRAGMENT_HEADER_BYTES));
    await writer.close();
    expect(readAll()).toEqual(digests([text, bytesOf('x')]));
  });
});

describe('segments', () => {
  test('each writer starts one behind those there are', async () => {
    await open().close();
    const writer = open();
    expect(writer.currentSegment).toBe(1);
    expect(writer.nextSegment()).toBe(2);
    await writer.close();
    expect(readdirSync(directory)).toEqual(['00000000', '00000001', '00000002']);
    expect([0, 1, 2].map((number) => segment(number).length)).toEqual([0, 0, 0]);
  });

  test('truncate removes those below a number, never the one being written', async () => {
    const writer = open();
    for (let number = 1; number < 5; number++) writer.nextSegment();
    await writer.synced();
    writer.truncate(3);
    expect(listSegments(directory).map(({ number }) => number)).toEqual([3, 4]);
    writer.truncate(99);
    expect(listSegments(directory).map(({ number }) => number)).toEqual([4]);
    expect(writer.counters.truncations).toBe(2);
    await writer.close();
  });

  test('other files are passed over and a gap is refused', async () => {
    const writer = open();
    writeFileSync(join(directory, 'checkpoint.00000003'), '');
    writeFileSync(join(directory, '000001'), '');
    expect(listSegments(directory).map(({ path }) => path)).toEqual([
      join(directory, '00000000'),
      join(directory, '000001'),
    ]);
    writeFileSync(join(directory, '00000004'), '');
    expect(() => listSegments(directory)).toThrow(SegmentGapError);
    await writer.close();
  });

  test('size, pages and turns of the observer are counted', async () => {
    let written = 0;
    const synced: number[] = [];
    let nowMs = 0;
    const writer = open({
      segmentSizeBytes: 2 * PAGE_SIZE_BYTES,
      observer: { written: () => written++, synced: (durationMs) => synced.push(durationMs) },
      monotonicMs: () => (nowMs += 5),
    });
    writer.append([bytesOf('a')]);
    writer.append([noise(40_000)]);
    writer.append([noise(40_000)]);
    expect(written).toBe(3);
    expect(writer.sizeBytes()).toBe(2 * PAGE_SIZE_BYTES + statSync(join(directory, '00000001')).size);
    expect(writer.counters).toMatchObject({
      pageFlushes: 6,
      completedPages: 3,
      recordParts: 5,
      writesFailed: 0,
    });
    await writer.close();
    expect(writer.counters).toMatchObject({ pageFlushes: 7, completedPages: 4 });
    expect(synced).toHaveLength(2);
    expect(synced.every((durationMs) => durationMs >= 5)).toBe(true);
    expect(() => writer.append([])).toThrow(WalClosedError);
    await expect(writer.close()).rejects.toThrow(WalClosedError);
  });

  test('a sync that fails is told and stops nothing', async () => {
    const failed: [number, unknown][] = [];
    const error = new Error('disk gone');
    const createFile: CreateSegmentFile = (path) => ({
      ...createSegmentFile(path),
      sync: () => Promise.reject(error),
    });
    const writer = open({ createFile, observer: { syncFailed: (...args) => failed.push(args) } });
    writer.nextSegment();
    writer.append([bytesOf('on')]);
    await writer.close();
    expect(failed).toEqual([
      [0, error],
      [1, error],
    ]);
    expect(readAll()).toEqual(digests([bytesOf('on')]));
  });

  test.each([0, 100, -PAGE_SIZE_BYTES])('a segment size of %i is refused', (segmentSizeBytes) => {
    expect(() => open({ segmentSizeBytes })).toThrow(RangeError);
  });
});

describe('failed writes leave the log as it was', () => {
  /** Files that write at most so many bytes in all, and may refuse to be truncated. */
  function disk(state: { freeBytes: number; truncates: boolean; creates: boolean }): CreateSegmentFile {
    return (path) => {
      if (!state.creates) throw new Error('EMFILE');
      const file = createSegmentFile(path);
      return {
        ...file,
        write: (bytes, position) => {
          if (state.freeBytes === 0) throw new Error('ENOSPC');
          const count = file.write(bytes.subarray(0, state.freeBytes), position);
          state.freeBytes -= count;
          return count;
        },
        truncate: (size) => {
          if (!state.truncates) throw new Error('EIO');
          file.truncate(size);
        },
      };
    };
  }

  test.each([0, 1, 6, 7, 20, 40_000, 65_535])('the disk is full after %i bytes', async (freeBytes) => {
    const state = { freeBytes: 1e9, truncates: true, creates: true };
    const writer = open({ createFile: disk(state), segmentSizeBytes: 2 * PAGE_SIZE_BYTES });
    writer.append([bytesOf('before')]);
    const before = segment(0);
    state.freeBytes = freeBytes;
    expect(() => writer.append([noise(30_000), noise(30_000, 2), noise(60_000, 3)])).toThrow(WalWriteError);
    expect(readdirSync(directory)).toEqual(['00000000']);
    expect(segment(0).equals(before)).toBe(true);
    expect(writer.currentSegment).toBe(0);
    expect(writer.counters.writesFailed).toBe(1);
    state.freeBytes = 1e9;
    writer.append([noise(60_000, 4), bytesOf('after')]);
    await writer.close();
    expect(readAll()).toEqual(digests([bytesOf('before'), noise(60_000, 4), bytesOf('after')]));
  });

  test('what could not be truncated is truncated before the next batch', async () => {
    const state = { freeBytes: 1e9, truncates: false, creates: true };
    const writer = open({ createFile: disk(state) });
    state.freeBytes = 50;
    expect(() => writer.append([noise(100)])).toThrow(WalWriteError);
    state.freeBytes = 1e9;
    expect(() => writer.append([bytesOf('still not')])).toThrow('write to WAL: EIO');
    state.truncates = true;
    writer.append([bytesOf('now')]);
    await writer.close();
    expect(readAll()).toEqual(digests([bytesOf('now')]));
  });

  test('the next segment cannot be created', async () => {
    const state = { freeBytes: 1e9, truncates: true, creates: true };
    const writer = open({ createFile: disk(state), segmentSizeBytes: PAGE_SIZE_BYTES });
    writer.append([noise(20_000)]);
    state.creates = false;
    expect(() => writer.append([noise(20_000, 2)])).toThrow('write to WAL: EMFILE');
    expect(() => writer.nextSegment()).toThrow(WalWriteError);
    expect(segment(0)).toHaveLength(20_007);
    state.creates = true;
    writer.append([noise(20_000, 3)]);
    await writer.close();
    expect(readAll()).toEqual(digests([noise(20_000), noise(20_000, 3)]));
  });
});
