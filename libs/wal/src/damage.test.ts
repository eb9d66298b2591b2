import { beforeAll, describe, expect, test } from '@jest/globals';
import { temporaryFolder } from '@narthex/testkit';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadWalCodecs, type WalCodecs, type WalCompression } from './compression.js';
import { WalCorruptionError } from './errors.js';
import { PAGE_SIZE_BYTES } from './format.js';
import { listSegments, segmentsOf } from './segments.js';
import { WalReader } from './wal-reader.js';
import { WalWriter } from './wal-writer.js';

let codecs: WalCodecs;

beforeAll(async () => {
  codecs = await loadWalCodecs();
});

const record = (text: string, length: number): Uint8Array => new Uint8Array(Buffer.alloc(length, text));

const text = (record: Uint8Array): string => Buffer.from(record).toString('latin1');

/** Five records; the last two are short and stand at the end of the bytes. */
const records = [
  record('first', 40),
  record('second', PAGE_SIZE_BYTES),
  record('third', 300),
  record('the last but one ', 60),
  record('the very last ', 50),
];

const texts = records.map(text);

/** The bytes of a segment with the records, and where the last two of them start and end. */
async function written(
  compression: WalCompression,
): Promise<{ bytes: Buffer; starts: [number, number]; end: number }> {
  const folder = temporaryFolder('wal');
  const writer = WalWriter.open({ directory: folder.path, codecs, compression });
  writer.append(records.slice(0, 3));
  const beforeLastButOne = writer.offsetBytes;
  writer.append(records.slice(3, 4));
  const beforeLast = writer.offsetBytes;
  writer.append(records.slice(4));
  const bytes = readFileSync(join(folder.path, '00000000'));
  await writer.close();
  folder.remove();
  return { bytes, starts: [beforeLastButOne, beforeLast], end: bytes.length };
}

interface Recovered {
  /** As text. */
  readonly records: string[];
  readonly loss: ReturnType<typeof WalWriter.recover>['loss'];
}

/** Recovers a log with this one segment, appends to it, and reads it all once more. */
async function recover(bytes: Uint8Array): Promise<Recovered> {
  const folder = temporaryFolder('wal');
  const directory = folder.path;
  writeFileSync(join(directory, '00000000'), bytes);
  const found: string[] = [];
  const { writer, loss } = WalWriter.recover({ directory, codecs }, (read) => found.push(text(read)));
  writer.append([record('afterwards', 10)]);
  await writer.close();
  const reader = new WalReader({ segments: segmentsOf([{ directory }]), codecs });
  for (const expected of [...found, 'afterwards']) {
    expect(reader.next()).toBe(true);
    expect(text(reader.record) === expected).toBe(true);
  }
  expect(reader.next()).toBe(false);
  folder.remove();
  return { records: found, loss };
}

describe.each(['none', 'snappy', 'zstd'] as const)('a log with %s compression', (compression) => {
  test('whole', async () => {
    const { bytes } = await written(compression);
    expect(await recover(bytes)).toEqual({ records: texts, loss: undefined });
  });

  test('cut at every byte of its last two records', async () => {
    const { bytes, starts, end } = await written(compression);
    for (let cut = starts[0]; cut < end; cut++) {
      const whole = cut < starts[1] ? 3 : 4;
      const { records: found, loss } = await recover(bytes.subarray(0, cut));
      expect(found).toEqual(texts.slice(0, whole));
      const keptBytes = starts[whole - 3]!;
      const lostBytes = cut - keptBytes;
      if (lostBytes === 0) expect(loss).toBeUndefined();
      else expect(loss).toMatchObject({ segment: 0, keptBytes, lostBytes, droppedSegments: [] });
    }
  });

  test('each byte of its last two records flipped', async () => {
    const { bytes, starts, end } = await written(compression);
    for (let at = starts[0]; at < end; at++) {
      const damaged = Buffer.from(bytes);
      damaged[at]! ^= 0xff;
      const { records: found, loss } = await recover(damaged);
      const whole = at < starts[1] ? 3 : 4;
      expect(found).toEqual(texts.slice(0, whole));
      expect(loss).toMatchObject({
        segment: 0,
        keptBytes: starts[whole - 3],
        lostBytes: end - starts[whole - 3]!,
      });
      expect(loss?.reason).toContain('corruption in segment');
    }
  });
});

test('each bit of the headers flipped: nothing wrong is read and nothing is lost unsaid', async () => {
  const { bytes, starts } = await written('none');
  for (const start of starts) {
    for (let bit = 0; bit < 8 * 7; bit++) {
      const damaged = Buffer.from(bytes);
      damaged[start + (bit >> 3)]! ^= 1 << (bit & 7);
      const { records: found, loss } = await recover(damaged);
      expect(found).toEqual(texts.slice(0, found.length));
      expect(loss === undefined).toBe(found.length === records.length);
    }
  }
});

test('a page cut short in its padding is whole', async () => {
  const { bytes } = await written('none');
  const padded = Buffer.concat([bytes, Buffer.alloc(100)]);
  expect(await recover(padded)).toEqual({ records: texts, loss: undefined });
});

test('something in the padding is damage', async () => {
  const { bytes, end } = await written('none');
  const padded = Buffer.alloc(2 * PAGE_SIZE_BYTES);
  bytes.copy(padded);
  padded[end + 500] = 1;
  const { records: found, loss } = await recover(padded);
  expect(found).toEqual(texts);
  expect(loss).toMatchObject({ keptBytes: end, lostBytes: 2 * PAGE_SIZE_BYTES - end });
});

describe('damage before the last segment', () => {
  async function threeSegments(directory: string): Promise<void> {
    const writer = WalWriter.open({ directory, codecs, compression: 'none' });
    for (const text of ['a', 'b', 'c']) {
      writer.append([record(text, 100), record(text, 200)]);
      if (text !== 'c') writer.nextSegment();
    }
    await writer.close();
  }

  test('drops the later segments', async () => {
    const folder = temporaryFolder('wal');
    const directory = folder.path;
    await threeSegments(directory);
    const path = join(directory, '00000001');
    const bytes = readFileSync(path);
    bytes[120]! ^= 1;
    writeFileSync(path, bytes);
    const found: [number, number][] = [];
    const { writer, loss } = WalWriter.recover({ directory, codecs }, (read, segment) =>
      found.push([segment, read.length]),
    );
    expect(found).toEqual([
      [0, 100],
      [0, 200],
      [1, 100],
    ]);
    expect(loss).toMatchObject({
      segment: 1,
      keptBytes: 107,
      lostBytes: 2 * PAGE_SIZE_BYTES - 107,
      droppedSegments: [2],
    });
    expect(loss?.reason).toMatch(
      /^corruption in segment .*00000001 at 314: unexpected checksum [0-9a-f]+, expected/,
    );
    expect(writer.currentSegment).toBe(2);
    await writer.close();
    expect(readFileSync(path)).toHaveLength(PAGE_SIZE_BYTES);
    folder.remove();
  });

  test('an open writer repairs itself and goes on', async () => {
    const folder = temporaryFolder('wal');
    const directory = folder.path;
    await threeSegments(directory);
    const path = join(directory, '00000000');
    writeFileSync(path, readFileSync(path).subarray(0, 150));
    const writer = WalWriter.open({ directory, codecs });
    expect(writer.currentSegment).toBe(3);
    const reader = new WalReader({ segments: segmentsOf([{ directory }]), codecs });
    const damage = firstDamage(reader);
    expect(damage).toMatchObject({ segment: 0, validBytes: 107, directory });
    expect(writer.repair(damage)).toMatchObject({ droppedSegments: [1, 2, 3], keptBytes: 107 });
    writer.append([record('d', 5)]);
    await writer.close();
    expect(listSegments(directory).map(({ number }) => number)).toEqual([0, 1]);
    folder.remove();
  });

  test('a repair of another directory is refused', async () => {
    const folder = temporaryFolder('wal');
    const directory = join(folder.path, 'wal');
    const other = join(folder.path, 'other');
    mkdirSync(directory);
    await threeSegments(directory);
    cpSync(directory, other, { recursive: true });
    writeFileSync(join(other, '00000001'), Buffer.from([5]));
    const damage = firstDamage(new WalReader({ segments: segmentsOf([{ directory: other }]), codecs }));
    const writer = WalWriter.open({ directory, codecs });
    expect(() => writer.repair(damage)).toThrow(RangeError);
    writer.append([record('e', 5)]);
    await writer.close();
    folder.remove();
  });
});

function firstDamage(reader: WalReader): WalCorruptionError {
  try {
    while (reader.next());
  } catch (error) {
    if (error instanceof WalCorruptionError) return error;
    throw error;
  } finally {
    reader.close();
  }
  throw new Error('the log is whole');
}
