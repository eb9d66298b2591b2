import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { compileDecodeKernel } from '@narthex/chunks';
import { Labels } from '@narthex/model';
import { ManualClock, temporaryFolder } from '@narthex/testkit';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { chunksOf, dumpBlock, openBlock, samplesOf, columnsOf } from '../block/block-test-data.js';
import { SampleBlockWriter } from './sample-block-writer.js';

const RANGE_MS = 4 * 3600 * 1000;
const START_MS = 1_700_006_400_000;

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder('backfill');
});
afterEach(() => folder.remove());

function newWriter(): SampleBlockWriter {
  const kernelModule = compileDecodeKernel();
  return new SampleBlockWriter({
    folder: folder.path,
    chunkRangeMs: RANGE_MS,
    clock: new ManualClock(),
    kernelModule,
  });
}

async function add(
  writer: SampleBlockWriter,
  labels: Labels,
  samples: (readonly [number, number])[],
): Promise<void> {
  const appender = writer.appender();
  const ref = appender.series(labels);
  for (const [timestampMs, value] of samples) appender.float(ref, timestampMs, value);
  await appender.commit();
}

describe('a block of samples', () => {
  test('holds all of them, by series, with the times of the first and last', async () => {
    const writer = newWriter();
    const [b, a] = [Labels.of({ __name__: 'm', x: 'b' }), Labels.of({ __name__: 'm', x: 'a' })];
    const later = [
      [START_MS + 7_000_000, 1],
      [START_MS + 7_199_999, 2],
    ] as const;
    const earlier = [
      [START_MS, -0],
      [START_MS + 1, 1e300],
    ] as const;
    await add(writer, b, [...later]);
    // Up to half the range behind the newest sample is fine.
    await add(writer, a, [...earlier]);
    expect(readdirSync(folder.path)).toEqual([]);
    const meta = await writer.flush();
    expect(meta).toMatchObject({
      minTimeMs: START_MS,
      maxTimeMs: START_MS + 7_200_000,
      stats: { numSamples: 4, numSeries: 2, numChunks: 2 },
      compaction: { level: 1, sources: [meta?.ulid] },
    });
    const block = openBlock(join(folder.path, meta!.ulid));
    expect(await dumpBlock(block)).toEqual({
      '{__name__="m", x="a"}': samplesOf(columnsOf([...earlier])),
      '{__name__="m", x="b"}': samplesOf(columnsOf([...later])),
    });
    block.close();
  });

  test('has chunks of about 120 samples', async () => {
    const writer = newWriter();
    const labels = Labels.of({ __name__: 'm' });
    await add(
      writer,
      labels,
      Array.from({ length: 480 }, (_, i) => [START_MS + 15_000 * i, i] as const),
    );
    const meta = await writer.flush();
    const block = openBlock(join(folder.path, meta!.ulid));
    const counts = [...(await chunksOf(block)).values()].map((chunks) =>
      chunks.map(({ sampleCount }) => sampleCount),
    );
    expect(counts).toEqual([[120, 120, 120, 120]]);
    block.close();
  });

  test('is not written when there is nothing in it', async () => {
    expect(await newWriter().flush()).toBeUndefined();
    expect(readdirSync(folder.path)).toEqual([]);
  });
});

test('the last value of a series', async () => {
  const writer = newWriter();
  const labels = Labels.of({ __name__: 'm', x: 'a' });
  await add(writer, labels, [
    [START_MS, 1],
    [START_MS + 1, 2],
  ]);
  await add(writer, Labels.of({ __name__: 'm', x: 'a', y: 'b' }), [[START_MS, 3]]);
  expect(await writer.lastValue(labels)).toBe(2);
  expect(await writer.lastValue(Labels.of({ __name__: 'm' }))).toBeUndefined();
});
