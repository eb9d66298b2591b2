import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { temporaryFolder } from '@narthex/testkit';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadWalCodecs, type WalCodecs } from './compression.js';
import { CodecUnavailableError, WalCorruptionError } from './errors.js';
import { LiveReader } from './live-reader.js';
import { WalReader } from './wal-reader.js';
import { WalWriter } from './wal-writer.js';

let codecs: WalCodecs;
let folder: ReturnType<typeof temporaryFolder>;

beforeAll(async () => {
  codecs = await loadWalCodecs();
});
beforeEach(() => {
  folder = temporaryFolder('wal');
});
afterEach(() => folder.remove());

const segmentAt = (directory: string): { directory: string; path: string; number: number } => ({
  directory,
  path: join(directory, '00000000'),
  number: 0,
});

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

test('records show as they are written', async () => {
  const directory = folder.path;
  const writer = WalWriter.open({ directory, codecs });
  const reader = new LiveReader({ segment: segmentAt(directory), codecs });
  expect(reader.next()).toBe(false);
  writer.append([Buffer.from('one'), Buffer.from('two')]);
  expect([reader.next(), text(reader.record)]).toEqual([true, 'one']);
  expect([reader.next(), text(reader.record)]).toEqual([true, 'two']);
  expect(reader.next()).toBe(false);
  writer.append([Buffer.from('three '.repeat(20_000))]);
  expect([reader.next(), text(reader.record)]).toEqual([true, 'three '.repeat(20_000)]);
  expect(reader.next()).toBe(false);
  await writer.close();
  expect(reader.next()).toBe(false);
  expect(reader.tornTail()).toBeUndefined();
  expect(reader.segment).toBe(0);
  reader.close();
});

test('a log that grows a byte at a time is read record by record', async () => {
  const source = temporaryFolder('wal');
  const writer = WalWriter.open({ directory: source.path, codecs, compression: 'none' });
  const records = ['a'.repeat(32_700), 'bc'.repeat(100), '', 'd'.repeat(33_000)];
  writer.append(records.map((record) => Buffer.from(record)));
  await writer.close();
  const bytes = readFileSync(join(source.path, '00000000'));
  source.remove();

  const segment = segmentAt(folder.path);
  writeFileSync(segment.path, '');
  const reader = new LiveReader({ segment, codecs });
  const found: string[] = [];
  const steps = [32_700, ...Array.from({ length: 400 }, () => 1), 32_400, 1, 1];
  let at = 0;
  for (const step of [...steps, bytes.length]) {
    appendFileSync(segment.path, bytes.subarray(at, (at += step)));
    while (reader.next()) found.push(text(reader.record));
  }
  expect(found).toEqual(records);
  expect(reader.tornTail()).toBeUndefined();
  reader.close();
});

test('damage is thrown, naming the place', async () => {
  const directory = folder.path;
  const writer = WalWriter.open({ directory, codecs, compression: 'none' });
  writer.append([Buffer.from('fine'), Buffer.from('damaged')]);
  await writer.close();
  const segment = segmentAt(directory);
  const bytes = readFileSync(segment.path);
  bytes[20] = 0xff;
  writeFileSync(segment.path, bytes);
  const reader = new LiveReader({ segment, codecs });
  expect(reader.next()).toBe(true);
  expect(() => reader.next()).toThrow(WalCorruptionError);
  reader.close();
});

test('a reader that stands at no record says so', () => {
  const reader = new WalReader({ segments: [], codecs });
  expect(reader.next()).toBe(false);
  expect(() => reader.record).toThrow(RangeError);
});

test('a compression that is not to be had is no damage', async () => {
  const directory = folder.path;
  const writer = WalWriter.open({ directory, codecs, compression: 'zstd' });
  writer.append([Buffer.from('zstd '.repeat(50))]);
  await writer.close();
  const refuse = (): never => {
    throw new CodecUnavailableError('zstd');
  };
  const without = { ...codecs, zstd: { compress: refuse, decompress: refuse } };
  const options = { directory, codecs: without };
  expect(() => WalWriter.recover(options, () => undefined)).toThrow(CodecUnavailableError);
  expect(() => WalWriter.open({ ...options, compression: 'zstd' })).toThrow(CodecUnavailableError);
  const reader = new LiveReader({ segment: segmentAt(directory), codecs });
  expect([reader.next(), text(reader.record)]).toEqual([true, 'zstd '.repeat(50)]);
  reader.close();
});
