import { afterAll, describe, expect, test } from '@jest/globals';
import { STALE_NAN } from '@narthex/bytes';
import { compareText, Labels, Matcher, matchesAll, MATCH_TYPES } from '@narthex/model';
import { temporaryFolder } from '@narthex/testkit';
import fc from 'fast-check';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type BlockReader } from './block-reader.js';
import {
  type Dump,
  dumpBlock,
  dumpOf,
  HINTS,
  openBlock,
  type TestSeries,
  writeTestBlock,
} from './block-test-data.js';
import { mergeBlocks } from './merge-blocks.js';
import { makeUlid } from './ulid.js';

/*
 * Whatever is written is read again, and found by whatever matchers: against an evaluation in the plainest way.
 */

const names = ['__name__', 'a', 'b', 'ü', 'job'];
const values = [
  '',
  'x',
  'y',
  'xy',
  'ü😀',
  '\u{ffff}',
  'x\n"\\',
  ...Array.from({ length: 70 }, (_, i) => `v${i}`),
];
const special = [NaN, STALE_NAN, Infinity, -Infinity, 0, -0, 5e-324, 1e300];

const labels = fc.dictionary(fc.constantFrom(...names), fc.constantFrom(...values), {
  noNullPrototype: true,
  minKeys: 1,
});
const value = fc.oneof(fc.double(), fc.integer({ min: -3, max: 3 }), fc.constantFrom(...special));
const samples = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 20 }), value), { minLength: 1, maxLength: 40 })
  .map((steps) => {
    let timeMs = 100;
    return steps.map(([step, each]) => [(timeMs += step), each] as const);
  });
const seriesList = fc
  .uniqueArray(fc.record({ labels, samples }), {
    selector: (series) => Labels.of(series.labels).key,
    minLength: 1,
    maxLength: 40,
  })
  .filter((list) => list.every((series) => Labels.of(series.labels).size > 0));
const matcher = fc
  .tuple(
    fc.constantFrom(...MATCH_TYPES),
    fc.constantFrom(...names, 'absent', ''),
    fc.constantFrom(...values, 'v1.*', '.*', '.+', 'x|y|', 'v[12]', 'v3|v50|v8', '.*y'),
  )
  .map(
    ([type, name, text]) =>
      new Matcher(type, name, /^[\\"\n]/.test(text) || text.includes('\\') ? 'x' : text),
  );
const range = fc.tuple(fc.integer({ min: 90, max: 600 }), fc.integer({ min: 0, max: 400 }));

/** What should be found: series that match and have a sample in the range; some may come without any in it. */
function expected(
  series: readonly TestSeries[],
  matchers: readonly Matcher[],
  startMs: number,
  endMs: number,
): Dump {
  const found = series.filter((each) => matchesAll(Labels.of(each.labels), matchers));
  return dumpOf(
    found.map((each) => ({ ...each, samples: each.samples.filter(([t]) => t >= startMs && t <= endMs) })),
  );
}

const withSamples = (dump: Dump): [string, Dump[string]][] =>
  Object.entries(dump).filter(([, list]) => list.length > 0);

/** Each run syncs a dozen files, which takes its time on a slow disk. */
const PATIENCE_MS = 300_000;

describe('a block', () => {
  const work = temporaryFolder('round-trip');
  afterAll(work.remove);
  let made = 0;

  async function written(series: readonly TestSeries[], samplesAChunk: number): Promise<BlockReader> {
    const ulid = makeUlid(++made);
    await writeTestBlock({ folder: work.path, ulid, series, samplesAChunk, segmentBytes: 4000 });
    return openBlock(join(work.path, ulid));
  }

  test(
    'gives back what was written, for every range and matcher',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          seriesList,
          fc.array(fc.tuple(fc.array(matcher, { maxLength: 3 }), range), { minLength: 1, maxLength: 8 }),
          fc.integer({ min: 1, max: 50 }),
          async (series, queries, samplesAChunk) => {
            const block = await written(series, samplesAChunk);
            expect(await dumpBlock(block)).toEqual(dumpOf(series));
            expect(Object.keys(await dumpBlock(block))).toEqual(Object.keys(dumpOf(series)));
            for (const [matchers, [startMs, length]] of queries) {
              const endMs = startMs + length;
              const found = await dumpBlock(block, matchers, { startMs, endMs });
              expect(withSamples(found)).toEqual(withSamples(expected(series, matchers, startMs, endMs)));
            }
            block.close();
          },
        ),
        { numRuns: 60 },
      );
    },
    PATIENCE_MS,
  );

  test(
    'knows the labels of what matches',
    async () => {
      await fc.assert(
        fc.asyncProperty(seriesList, fc.array(matcher, { maxLength: 2 }), async (series, matchers) => {
          const block = await written(series, 120);
          const matching = series
            .map((each) => Labels.of(each.labels))
            .filter((each) => matchesAll(each, matchers));
          const distinct = (texts: string[]): string[] => [...new Set(texts)].sort(compareText);
          const querier = block.querier(0, 1000);
          const allNames = distinct(matching.flatMap((each) => [...each].map(([name]) => name)));
          expect((await querier.labelNames(matchers, 0)).values).toEqual(allNames);
          expect((await querier.labelNames(matchers, 2)).values).toEqual(allNames.slice(0, 2));
          for (const name of [...names, 'absent', '']) {
            const all = distinct(matching.map((each) => each.get(name)).filter((text) => text !== ''));
            expect((await querier.labelValues(name, matchers, 0)).values).toEqual(all);
            expect((await querier.labelValues(name, matchers, 3)).values).toEqual(all.slice(0, 3));
          }
          querier.close();
          block.close();
        }),
        { numRuns: 40 },
      );
    },
    PATIENCE_MS,
  );

  test(
    'lacks what was deleted, after opening it anew and in what it is merged into',
    async () => {
      const deletion = fc.tuple(fc.array(matcher, { minLength: 1, maxLength: 2 }), range);
      await fc.assert(
        fc.asyncProperty(seriesList, fc.array(deletion, { maxLength: 4 }), async (series, deletions) => {
          const block = await written(series, 7);
          let left: TestSeries[] = [...series];
          for (const [matchers, [startMs, length]] of deletions) {
            block.delete(startMs, startMs + length, matchers);
            left = left.map((each) =>
              matchesAll(Labels.of(each.labels), matchers)
                ? { ...each, samples: each.samples.filter(([t]) => t < startMs || t > startMs + length) }
                : each,
            );
          }
          const expectedDump = withSamples(dumpOf(left));
          expect(withSamples(await dumpBlock(block))).toEqual(expectedDump);
          const again = openBlock(block.folder);
          expect(withSamples(await dumpBlock(again))).toEqual(expectedDump);
          again.close();
          const ulid = makeUlid(++made);
          const meta = await mergeBlocks({ blocks: [block], folder: work.path, ulid });
          block.close();
          expect(meta === undefined).toBe(expectedDump.length === 0);
          if (meta === undefined) return;
          const merged = openBlock(join(work.path, ulid));
          expect(Object.entries(await dumpBlock(merged))).toEqual(expectedDump);
          expect(merged.meta.stats.numSeries).toBe(expectedDump.length);
          merged.close();
        }),
        { numRuns: 40 },
      );
    },
    PATIENCE_MS,
  );

  test(
    "that several overlapping ones are merged into has all their samples, the first block's at equal times",
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(seriesList, { minLength: 2, maxLength: 4 }),
          fc.integer({ min: 1, max: 50 }),
          async (lists, most) => {
            const blocks: BlockReader[] = [];
            for (const list of lists) blocks.push(await written(list, most));
            const ulid = makeUlid(++made);
            await mergeBlocks({ blocks, folder: work.path, ulid, segmentBytes: 2000 });
            const bySeries = new Map<string, Map<number, number>>();
            const labelsOf = new Map<string, TestSeries['labels']>();
            for (const each of lists.flat()) {
              const { key } = Labels.of(each.labels);
              labelsOf.set(key, each.labels);
              const known = bySeries.get(key) ?? new Map<number, number>();
              for (const [t, v] of each.samples) if (!known.has(t)) known.set(t, v);
              bySeries.set(key, known);
            }
            const all = [...bySeries].map(([key, known]) => ({
              labels: labelsOf.get(key)!,
              samples: [...known].sort(([a], [b]) => a - b),
            }));
            const merged = openBlock(join(work.path, ulid));
            expect(await dumpBlock(merged)).toEqual(dumpOf(all));
            expect(merged.meta.compaction.parents).toHaveLength(blocks.length);
            merged.close();
            for (const block of blocks) block.close();
          },
        ),
        { numRuns: 30 },
      );
    },
    PATIENCE_MS,
  );

  test('of many values has each of them, beside and between those held in memory', async () => {
    const folder = join(work.path, 'many');
    mkdirSync(folder);
    const ulid = makeUlid(1);
    const series = Array.from({ length: 1000 }, (_, i) => ({
      labels: { __name__: 'm', n: String(i), odd: String(i % 2) },
      samples: [[1, i]] as const,
    }));
    await writeTestBlock({ folder, ulid, series });
    expect(readdirSync(folder)).toEqual([ulid]);
    const block = openBlock(join(folder, ulid));
    const querier = block.querier(0, 10);
    for (let i = 0; i < 1000; i++) {
      const set = await querier.select(true, HINTS, [new Matcher('=', 'n', String(i))]);
      expect([i, set.length]).toEqual([i, 1]);
    }
    for (const absent of ['', '!', '1000', '55x', '999x', '\u{ffff}']) {
      const found = await querier.select(true, HINTS, [
        new Matcher('=', 'n', absent),
        new Matcher('=', '__name__', 'm'),
      ]);
      expect([absent, found.length]).toEqual([absent, 0]);
    }
    const some = await querier.select(false, HINTS, [new Matcher('=~', 'n', '999|0|!|500|31|32|33|x|500')]);
    expect(some.length).toBe(6);
    // More series than are looked at one by one.
    const odd = [new Matcher('=~', 'n', '[1-9].*')];
    expect((await querier.labelValues('odd', odd, 0)).values).toEqual(['0', '1']);
    expect((await querier.labelValues('n', odd, 5)).values).toEqual(['1', '10', '100', '101', '102']);
    expect((await querier.labelValues('n', [new Matcher('=', 'odd', '1')], 0)).values).toHaveLength(500);
    expect((await querier.select(true, { ...HINTS, limit: 7 }, [])).length).toBe(7);
    querier.close();
    block.close();
  });
});
