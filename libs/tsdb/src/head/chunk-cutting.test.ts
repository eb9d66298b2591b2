import { describe, expect, test } from '@jest/globals';
import { EpochTable, SharedAllocator } from '@narthex/bytes';
import { compileDecodeKernel } from '@narthex/chunks';
import { Labels, Matcher } from '@narthex/model';
import { ManualClock } from '@narthex/testkit';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HeadReader } from '../read/head-reader.js';
import { ControlBlock } from '../shared/control-block.js';
import { evenCut, rangeEnd } from './chunk-cutting.js';
import { Head } from './head.js';

const HOUR_MS = 3_600_000;

test.each([
  [0, 100, 100],
  [99, 100, 100],
  [100, 100, 200],
  [-1, 100, 100],
  [-150, 100, 0],
])('the range that %i lies in, of width %i, ends at %i', (timestampMs, widthMs, end) => {
  expect(rangeEnd(timestampMs, widthMs)).toBe(end);
});

test.each([
  // A quarter took 30 of 1000: eight chunks of 125 fit.
  [0, 29, 1000, 125],
  [0, 250, 1000, 1000],
  [100, 200, 1000, 550],
  [0, 0, 10, 5],
])('first %i, last %i, end %i: cut at %i', (firstMs, lastMs, endMs, cut) => {
  expect(evenCut(firstMs, lastMs, endMs)).toBe(cut);
});

// promtool's block writer works with twice the length of a block.
describe('chunks are cut and written as by Prometheus', () => {
  interface GoldenChunk {
    readonly series: string;
    readonly hex: string;
    readonly samples: readonly (readonly [number, string])[];
  }
  const path = join(__dirname, '../testdata/prometheus-3.5.3-head-chunks.json');
  const golden = JSON.parse(readFileSync(path, 'utf8')) as readonly GoldenChunk[];
  const names = [...new Set(golden.map(({ series }) => series))];

  test.each(names)('%s', async (name) => {
    const control = ControlBlock.create(1);
    const epochs = EpochTable.create(1);
    const allocator = new SharedAllocator({ epochs });
    const head = new Head({
      allocator,
      control,
      epochs,
      clock: new ManualClock(),
      chunkRangeMs: 4 * HOUR_MS,
      maxSeries: 0,
    });
    const chunks = golden.filter(({ series }) => series === name);
    const value = new Float64Array(1);
    const bits = new BigUint64Array(value.buffer);
    for (const [timestampMs, hexBits] of chunks.flatMap(({ samples }) => samples)) {
      const appender = head.appender();
      bits[0] = BigInt(`0x${hexBits}`);
      const outcomes = new Uint8Array(1);
      const ref = appender.series(Labels.of({ __name__: name }));
      appender.floats(Float64Array.of(ref), Float64Array.of(timestampMs), value, 1, outcomes);
      expect(outcomes[0]).toBe(0);
      await appender.commit();
    }
    const reader = new HeadReader({
      views: allocator.views,
      control,
      epochs,
      slot: 0,
      kernelModule: compileDecodeKernel(),
    });
    const querier = reader.chunkQuerier(-Infinity, Infinity);
    const hints = {
      startMs: 0,
      endMs: 0,
      stepMs: 0,
      rangeMs: 0,
      func: '',
      grouping: [],
      by: false,
      limit: 0,
    };
    const set = await querier.select(false, hints, [new Matcher('=', '__name__', name)]);
    const written = [...set.chunks(0)].map(({ bytes, sampleCount }) => ({
      sampleCount,
      hex: Buffer.from(bytes).toString('hex'),
    }));
    expect(written).toEqual(chunks.map(({ hex, samples }) => ({ sampleCount: samples.length, hex })));
    querier.close();
  });
});
