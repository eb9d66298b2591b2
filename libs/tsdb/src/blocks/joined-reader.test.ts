import { afterAll, describe, expect, test } from '@jest/globals';
import { DecodeKernel } from '@narthex/chunks';
import { compareText, Labels, Matcher, matchesAll, MATCH_TYPES } from '@narthex/model';
import { type ChunkQueryable, SampleColumns } from '@narthex/storage';
import { ManualClock, temporaryFolder } from '@narthex/testkit';
import fc from 'fast-check';
import { HINTS, samplesOf, type TestSeries } from '../block/block-test-data.js';
import { openSharedReader } from '../threads/shared-head.js';
import { addBlock, dump, type Dump, TestStore, write } from './joined-test-data.js';

/*
 * Head and blocks, however the samples are split among them, against the plainest evaluation.
 */

const folder = temporaryFolder('joined-reader');
afterAll(() => folder.remove());

/** What the chunks hold, cut at the range. */
async function dumpChunks(
  store: ChunkQueryable,
  matchers: readonly Matcher[],
  [startMs, endMs]: readonly [number, number],
): Promise<Dump> {
  const querier = store.chunkQuerier(startMs, endMs);
  const kernel = new DecodeKernel();
  try {
    const set = await querier.select(true, HINTS, matchers);
    const found: Dump = {};
    for (let i = 0; i < set.length; i++) {
      const columns = new SampleColumns();
      for (const { bytes, sampleCount, minTimeMs, maxTimeMs } of set.chunks(i)) {
        kernel.begin(1);
        kernel.add(bytes, 0, bytes.length, sampleCount);
        const { timestampsMs, values, length } = kernel.decode();
        expect([timestampsMs[0], timestampsMs[length - 1]]).toEqual([minTimeMs, maxTimeMs]);
        columns.reserve(length);
        columns.timestampsMs.set(timestampsMs.subarray(0, length), columns.length);
        columns.values.set(values.subarray(0, length), columns.length);
        columns.length += length;
      }
      const inRange = samplesOf(columns).filter(([t]) => t >= startMs && t <= endMs);
      found[set.labels(i).toString()] = inRange;
    }
    return found;
  } finally {
    querier.close();
  }
}

/** One part of the store, as the model has it. */
interface Part {
  readonly series: readonly TestSeries[];
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
}

function partOf(series: readonly TestSeries[]): Part {
  const times = series.flatMap(({ samples }) => samples.map(([t]) => t));
  return { series, minTimeMs: Math.min(...times), maxTimeMs: Math.max(...times) };
}

/** Of samples at the same time that of the later part stays. */
function joinedModel(
  parts: readonly Part[],
  matchers: readonly Matcher[],
  [startMs, endMs]: readonly [number, number],
): Dump {
  const all = new Map<string, { labels: Labels; samples: Map<number, number> }>();
  for (const { labels: plain, samples } of parts.flatMap(({ series }) => series)) {
    const labels = Labels.of(plain);
    if (!matchesAll(labels, matchers)) continue;
    const series = all.get(labels.key) ?? { labels, samples: new Map<number, number>() };
    all.set(labels.key, series);
    for (const [t, v] of samples) if (t >= startMs && t <= endMs) series.samples.set(t, v);
  }
  const ordered = [...all.values()].sort((a, b) => a.labels.compare(b.labels));
  return Object.fromEntries(
    ordered.map(({ labels, samples }) => {
      const columns = new SampleColumns();
      for (const [t, v] of [...samples].sort(([a], [b]) => a - b)) columns.pushFloat(t, v);
      return [labels.toString(), samplesOf(columns)];
    }),
  );
}

function withoutEmpty(found: Dump): Dump {
  return Object.fromEntries(Object.entries(found).filter(([, samples]) => samples.length > 0));
}

function texts(
  parts: readonly Part[],
  matchers: readonly Matcher[],
  [startMs, endMs]: readonly [number, number],
  textsOf: (labels: Labels) => string[],
): string[] {
  const found = parts
    .filter((part) => part.minTimeMs <= endMs && part.maxTimeMs >= startMs)
    .flatMap(({ series }) => series.map(({ labels }) => Labels.of(labels)))
    .filter((labels) => matchesAll(labels, matchers))
    .flatMap(textsOf);
  return [...new Set(found)].filter((text) => text !== '').sort(compareText);
}

/** Few, so that parts have series and times in common. */
const names = ['__name__', 'a', 'ü'];
const values = ['', 'x', 'xy', 'ü😀', '\u{ffff}', 'v1'];
const labels = fc
  .dictionary(fc.constantFrom(...names), fc.constantFrom(...values), { noNullPrototype: true, minKeys: 1 })
  .filter((each) => Labels.of(each).size > 0);
const samplesFrom = (firstMs: number) =>
  fc
    .array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.oneof(fc.double(), fc.integer())), {
      minLength: 1,
      maxLength: 30,
    })
    .map((steps) => {
      let timeMs = firstMs;
      return steps.map(([step, each]) => [(timeMs += step), each] as const);
    });
const seriesFrom = (firstMs: number, minLength: number) =>
  fc.uniqueArray(fc.record({ labels, samples: samplesFrom(firstMs) }), {
    selector: (series) => Labels.of(series.labels).key,
    minLength,
    maxLength: 12,
  });
/** Blocks that begin anywhere, and so overlap each other and the head now and then. */
const block = fc.integer({ min: 0, max: 350 }).chain((firstMs) => seriesFrom(firstMs, 1));
const matcher = fc
  .tuple(
    fc.constantFrom(...MATCH_TYPES),
    fc.constantFrom(...names, 'absent'),
    fc.constantFrom(...values, 'v.*', '.*', '.+', 'x|y|'),
  )
  .map(([type, name, text]) => new Matcher(type, name, text));
const range = fc
  .tuple(fc.integer({ min: -10, max: 700 }), fc.integer({ min: 0, max: 700 }))
  .map(([from, length]) => [from, from + length] as const);
const deletion = fc.record({ range, matchers: fc.array(matcher, { maxLength: 2 }) });

describe('head and blocks', () => {
  test('answer as one, in this thread and in others', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(block, { maxLength: 4 }),
        seriesFrom(300, 0),
        fc.array(fc.tuple(fc.nat(3), deletion), { maxLength: 3 }),
        fc.array(fc.record({ range, matchers: fc.array(matcher, { maxLength: 2 }) }), {
          minLength: 1,
          maxLength: 4,
        }),
        async (blockSeries, headSeries, deletions, questions) => {
          const store = new TestStore(folder.path, new ManualClock());
          await write(store, headSeries);
          const { handles } = store.sharing.share();
          const other = openSharedReader(handles);
          const added: { ulid: string; part: Part }[] = [];
          for (const series of blockSeries) {
            added.push({ ulid: await addBlock(store, series), part: partOf(series) });
          }
          for (const [at, { range: times, matchers }] of deletions) {
            const target = added[at];
            if (target === undefined) continue;
            store.blocks.blocks.find(({ meta }) => meta.ulid === target.ulid)!.delete(...times, matchers);
            store.blocks.tombstonesChanged(target.ulid);
            const series = target.part.series.map(({ labels: of, samples }) => ({
              labels: of,
              samples: samples.filter(
                ([t]) => !matchesAll(Labels.of(of), matchers) || t < times[0] || t > times[1],
              ),
            }));
            target.part = { ...target.part, series };
          }
          // As the set orders them: by their first time, then by name.
          added.sort((a, b) => a.part.minTimeMs - b.part.minTimeMs || compareText(a.ulid, b.ulid));
          const parts = [partOf(headSeries), ...added.map(({ part }) => part)];
          for (const { range: times, matchers } of questions) {
            const expected = withoutEmpty(joinedModel(parts, matchers, times));
            for (const reader of [store.joined, other]) {
              const found = await dump(reader, matchers, times);
              expect(withoutEmpty(found)).toEqual(expected);
              expect(Object.keys(withoutEmpty(found))).toEqual(Object.keys(expected));
              expect(await dump(reader, matchers, times, { sorted: false })).toEqual(found);
              const limited = await dump(reader, matchers, times, { limit: 3 });
              expect(Object.entries(limited)).toEqual(Object.entries(found).slice(0, 3));
              expect(withoutEmpty(await dumpChunks(reader, matchers, times))).toEqual(expected);
              const querier = reader.querier(...times);
              for (const limit of [0, 2]) {
                const cut = (all: string[]): string[] => (limit > 0 ? all.slice(0, limit) : all);
                expect((await querier.labelValues('a', matchers, limit)).values).toEqual(
                  cut(texts(parts, matchers, times, (each) => [each.get('a')])),
                );
                expect((await querier.labelNames(matchers, limit)).values).toEqual(
                  cut(texts(parts, matchers, times, (each) => [...each].map(([name]) => name))),
                );
              }
              querier.close();
            }
          }
          expect(store.epochs.oldest()).toBeUndefined();
          other.close();
          store.blocks.close();
        },
      ),
      { numRuns: 60 },
    );
  }, 120_000);
});
