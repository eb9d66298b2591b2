import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Labels } from '@narthex/model';
import { CHUNK_ENCODING, type ChunkRead, SampleColumns } from '@narthex/storage';
import { temporaryFolder } from '@narthex/testkit';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { listBlockFolders, removeBlock, removeUnfinishedBlocks } from './block-folders.js';
import {
  chunksOf,
  dumpBlock,
  dumpOf,
  HINTS,
  openBlock,
  type TestSeries,
  writeTestBlock,
} from './block-test-data.js';
import { BlockWriter } from './block-writer.js';
import { mergeBlocks } from './merge-blocks.js';

const ULID = '01HF0000000000000000000000';
const OTHER = '01HF0000000000000000000001';
const SERIES: TestSeries[] = [{ labels: { a: 'x' }, samples: [[1, 2]] }];

function histogramChunk(minTimeMs: number): ChunkRead {
  const bytes = Uint8Array.of(0, 3, 1, 2, 3, minTimeMs);
  return { minTimeMs, maxTimeMs: minTimeMs + 5, encoding: CHUNK_ENCODING.histogram, sampleCount: 3, bytes };
}

describe('a block', () => {
  const work = temporaryFolder('lifetime');
  beforeEach(() => {
    rmSync(work.path, { recursive: true, force: true });
    mkdirSync(work.path);
  });
  afterAll(work.remove);

  function writer(ulid = ULID, symbols = ['a', 'b', 'x', 'y']): BlockWriter {
    return new BlockWriter({ folder: work.path, ulid, minTimeMs: 0, maxTimeMs: 100, symbols });
  }

  test('is beside its place until it is whole', async () => {
    const block = writer();
    expect(readdirSync(work.path)).toEqual([`${ULID}.tmp-for-creation`]);
    expect(listBlockFolders(work.path)).toEqual([]);
    block.addSeries(Labels.of({ a: 'x' }), [histogramChunk(1)]);
    await block.finish();
    expect(readdirSync(work.path)).toEqual([ULID]);
    expect(readdirSync(join(work.path, ULID)).sort()).toEqual(['chunks', 'index', 'meta.json', 'tombstones']);
  });

  test('without samples does not come to be', async () => {
    const block = writer();
    block.addSeries(Labels.of({ a: 'x' }), []);
    expect(await block.finish()).toBeUndefined();
    expect(readdirSync(work.path)).toEqual([]);
  });

  test('that was given up leaves nothing', async () => {
    const block = writer();
    block.addSeries(Labels.of({ a: 'x' }), [histogramChunk(1)]);
    await block.abort();
    expect(readdirSync(work.path)).toEqual([]);
  });

  test.each<[string, (block: BlockWriter) => void, string | RegExp]>([
    [
      'series out of order',
      (block) => block.addSeries(Labels.of({ a: 'b' }), [histogramChunk(1)]),
      /out-of-order series/,
    ],
    [
      'the same series again',
      (block) => block.addSeries(Labels.of({ a: 'x' }), [histogramChunk(1)]),
      /out-of-order series/,
    ],
    [
      'a text that is no symbol',
      (block) => block.addSeries(Labels.of({ b: 'z' }), [histogramChunk(1)]),
      /symbol entry for "z"/,
    ],
    [
      'chunks that overlap',
      (block) => block.addSeries(Labels.of({ b: 'x' }), [histogramChunk(1), histogramChunk(6)]),
      'chunk minT 6 is not higher than previous chunk maxT 6',
    ],
  ])('is not made of %s', async (_name, add, message) => {
    const block = writer();
    block.addSeries(Labels.of({ a: 'x' }), [histogramChunk(1)]);
    expect(() => add(block)).toThrow(message);
    await block.abort();
  });

  test('is not made with symbols out of order', () => {
    expect(() => writer(ULID, ['b', 'a'])).toThrow('symbol "a" out-of-order');
    expect(readdirSync(work.path)).toEqual([]);
  });

  test('passes chunks of histograms on, and decodes them when it has to', async () => {
    const block = writer();
    block.addSeries(Labels.of({ a: 'x' }), [histogramChunk(1), histogramChunk(7)]);
    const meta = await block.finish();
    expect(meta?.stats).toMatchObject({
      numSamples: 6,
      numFloatSamples: 0,
      numHistogramSamples: 6,
      numChunks: 2,
    });
    const reader = openBlock(join(work.path, ULID));
    expect((await chunksOf(reader)).get('{a="x"}')).toEqual([histogramChunk(1), histogramChunk(7)]);
    const merged = await mergeBlocks({ blocks: [reader], folder: work.path, ulid: OTHER });
    expect(merged?.stats).toEqual(meta?.stats);
    // These three bytes are no histograms, which shows when someone needs to know.
    const querier = reader.querier(0, 100);
    const set = await querier.select(true, HINTS, []);
    expect(() => set.read(0, new SampleColumns())).toThrow(expect.objectContaining({ code: 'CORRUPT' }));
    querier.close();
    reader.delete(2, 3, []);
    const third = '01HF0000000000000000000002';
    await expect(mergeBlocks({ blocks: [reader], folder: work.path, ulid: third })).rejects.toMatchObject({
      code: 'CORRUPT',
    });
    expect(readdirSync(work.path).sort()).toEqual([ULID, OTHER]);
    reader.close();
  });

  test('is read to the end when it is closed and deleted meanwhile', async () => {
    await writeTestBlock({ folder: work.path, ulid: ULID, series: SERIES });
    const [folder] = listBlockFolders(work.path);
    const block = openBlock(folder!);
    const querier = block.querier(0, 10);
    const set = await querier.select(true, HINTS, []);
    block.close();
    removeBlock(folder!);
    expect(existsSync(folder!)).toBe(false);
    const columns = new SampleColumns();
    set.read(0, columns);
    expect([columns.length, columns.timestampsMs[0], columns.values[0]]).toEqual([1, 1, 2]);
    expect(set.labels(0).toString()).toBe('{a="x"}');
    querier.close();
    expect(() => block.querier(0, 10)).toThrow(expect.objectContaining({ code: 'CLOSED' }));
    await expect(querier.select(true, HINTS, [])).rejects.toMatchObject({ code: 'CLOSED' });
  });

  test('shows a view what was there when it was opened', async () => {
    await writeTestBlock({ folder: work.path, ulid: ULID, series: SERIES });
    const block = openBlock(join(work.path, ULID));
    const querier = block.querier(0, 10);
    block.delete(0, 10, []);
    expect((await querier.select(true, HINTS, [])).length).toBe(1);
    expect(await dumpBlock(block)).toEqual({});
    expect(block.meta.stats.numTombstones).toBe(1);
    querier.close();
    block.close();
  });

  test('takes what its files take', async () => {
    await writeTestBlock({ folder: work.path, ulid: ULID, series: SERIES });
    const block = openBlock(join(work.path, ULID));
    expect(block.sizeBytes).toBeGreaterThan(300);
    expect(block.symbolTableBytes).toBe(8);
    expect([...block.symbols()]).toEqual(['', 'a', 'x']);
    expect(await dumpBlock(block)).toEqual(dumpOf(SERIES));
    block.close();
  });

  test('half written or half removed is cleared away, and nothing else', () => {
    const left = [`${ULID}.tmp-for-creation`, `${OTHER}.tmp-for-deletion`];
    const kept = ['wal', 'other.tmp-for-creation', ULID];
    for (const name of [...left, ...kept]) mkdirSync(join(work.path, name));
    expect(removeUnfinishedBlocks(work.path).sort()).toEqual(left);
    expect(readdirSync(work.path).sort()).toEqual(kept.sort());
  });
});
