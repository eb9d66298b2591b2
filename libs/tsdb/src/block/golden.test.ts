import { afterAll, describe, expect, test } from '@jest/globals';
import { STALE_NAN } from '@narthex/bytes';
import { temporaryFolder } from '@narthex/testkit';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dumpBlock, dumpOf, openBlock, type TestSeries, writeTestBlock } from './block-test-data.js';

/*
 * testdata/ holds a block that Prometheus 3.5 reads: its files must come out as they are there.
 */

const ULID = '01HF0000000000000000000000';
const TESTDATA = join(__dirname, 'testdata');
const FILES = ['index', 'chunks/000001', 'chunks/000002', 'meta.json', 'tombstones'];

const series: TestSeries[] = [
  ...Array.from({ length: 40 }, (_, i) => ({
    labels: { __name__: 'golden_total', instance: `host-${i}`, zone: `z${i % 3}` },
    samples: Array.from({ length: 9 }, (_, at) => [1_700_000_000_000 + at * 15_000, i * at] as const),
  })),
  {
    labels: { __name__: 'odd', text: 'ü😀"\n\\' },
    samples: [NaN, Infinity, -Infinity, 0, -0, 5e-324, STALE_NAN, -1.5].map(
      (value, at) => [1_700_000_000_000 + at * at * 1000, value] as const,
    ),
  },
];

describe('the golden block', () => {
  const work = temporaryFolder('golden');
  afterAll(work.remove);

  test('is written byte for byte', async () => {
    await writeTestBlock({ folder: work.path, ulid: ULID, series, samplesAChunk: 5, segmentBytes: 2500 });
    for (const file of FILES) {
      const [written, golden] = [work.path, TESTDATA].map((folder) =>
        readFileSync(join(folder, ULID, file), 'hex'),
      );
      expect({ file, hex: written }).toEqual({ file, hex: golden });
    }
  });

  test('is read sample by sample', async () => {
    const block = openBlock(join(TESTDATA, ULID));
    expect(await dumpBlock(block)).toEqual(dumpOf(series));
    block.close();
  });
});
