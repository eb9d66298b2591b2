import { describe, expect, test } from '@jest/globals';
import { HistogramChunk, openChunk, SAMPLE_KIND } from '@narthex/chunks';
import { compactHistogram, COUNTER_RESET_HINT, histogramsEqual, type NativeHistogram } from '@narthex/model';
import { CHUNK_ENCODING, type ChunkRead } from '@narthex/storage';
import fc from 'fast-check';
import { mergeChunks } from '../block/merge-chunks.js';
import { xorChunks } from '../block/rewritten-chunks.js';
import { columnsOf } from '../block/block-test-data.js';
import { chunksOf, partOfChunk } from './rewritten-samples.js';
import { SampleList } from './sample-list.js';

/** A histogram of a few buckets side by side. */
function histogram(counts: readonly number[], more: Partial<NativeHistogram> = {}): NativeHistogram {
  return {
    counterResetHint: COUNTER_RESET_HINT.unknown,
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 0,
    count: counts.reduce((sum, count) => sum + count, 0),
    sum: 0,
    positiveSpans: counts.length === 0 ? [] : [{ offset: 2, length: counts.length }],
    negativeSpans: [],
    positiveBuckets: counts,
    negativeBuckets: [],
    customValues: [],
    ...more,
  };
}

function histogramChunk(integer: boolean, ...samples: (readonly [number, NativeHistogram])[]): ChunkRead {
  const list = new SampleList(samples.length);
  for (const [timestampMs, each] of samples) list.addHistogram(timestampMs, each, integer);
  const [chunk, more] = [...chunksOf(list)];
  expect(more).toBeUndefined();
  return chunk!;
}

const floatChunk = (...samples: (readonly [number, number])[]): ChunkRead =>
  [...xorChunks(columnsOf(samples))][0]!;

/** The samples of chunks as text: time, kind, and the value or count. */
function textOf(chunks: Iterable<ChunkRead>): string {
  return [...chunks]
    .map(({ encoding, bytes, sampleCount, minTimeMs, maxTimeMs }) => {
      const cursor = openChunk(encoding, bytes, sampleCount);
      const words = new Uint32Array(2);
      const samples: string[] = [];
      while (cursor.next()) {
        cursor.copyValue(words, 0);
        const float = new Float64Array(words.buffer)[0]!;
        const value = cursor.kind === SAMPLE_KIND.float ? float : `h${cursor.histogram().count}`;
        samples.push(`${cursor.timestampMs}=${value}`);
      }
      expect(samples[0]!.split('=')[0]).toBe(String(minTimeMs));
      expect(samples.at(-1)!.split('=')[0]).toBe(String(maxTimeMs));
      return `${encoding}: ${samples.join(' ')}`;
    })
    .join(' | ');
}

describe('chunks that overlap', () => {
  const floats = floatChunk([10, 1], [30, 3], [50, 5]);
  const whole = histogramChunk(true, [20, histogram([1])], [30, histogram([2])], [60, histogram([3])]);
  const parts = histogramChunk(false, [30, histogram([2.5])], [70, histogram([3.5])]);
  test.each([
    ['floats first', [floats, whole], '1: 10=1 | 2: 20=h1 | 1: 30=3 50=5 | 2: 60=h3'],
    ['histograms first', [whole, floats], '1: 10=1 | 2: 20=h1 30=h2 | 1: 50=5 | 2: 60=h3'],
    ['both kinds of histogram', [parts, whole], '2: 20=h1 | 3: 30=h2.5 | 2: 60=h3 | 3: 70=h3.5'],
    ['one that came twice', [whole, { ...whole }], '2: 20=h1 30=h2 60=h3'],
    ['none', [whole, floatChunk([70, 7])], '2: 20=h1 30=h2 60=h3 | 1: 70=7'],
  ])('%s', (_, chunks, expected) => {
    expect(textOf(mergeChunks(chunks))).toBe(expected);
  });

  test('counters that begin anew begin a chunk, and 120 samples end one', () => {
    const samples = Array.from({ length: 300 }, (_, i) => [10 * i, histogram([1 + (i % 200), i])] as const);
    const odd = histogramChunk(true, ...samples.filter((_, i) => i % 2 === 1 && i < 200));
    const even = samples.filter((_, i) => i % 2 === 0 && i < 200);
    const later = histogramChunk(true, ...samples.slice(200));
    const merged = [...mergeChunks([odd, histogramChunk(true, ...even), later])];
    expect(merged.map(({ sampleCount, bytes }) => [sampleCount, bytes[2]])).toEqual([
      [120, 0],
      [80, 0],
      [100, 0],
    ]);
    const all = new SampleList(0);
    for (const [timestampMs, each] of samples) all.addHistogram(timestampMs, each, true);
    const cut = [...chunksOf(all)].map(({ sampleCount, bytes }) => [sampleCount, bytes[2]]);
    expect(cut).toEqual([
      [120, 0],
      [80, 0],
      [100, 128],
    ]);
  });
});

describe('a chunk of which a part is deleted', () => {
  test('stays one chunk of its kind, without what it no longer has to say of resets', () => {
    let chunk = HistogramChunk.create(true, 128);
    for (let i = 0; i < 200; i++) chunk = chunk.append(i, histogram([i, 2 * i]));
    const whole = { encoding: CHUNK_ENCODING.histogram, bytes: chunk.bytes(), sampleCount: 200 };
    const left = [...partOfChunk(whole, (timestampMs) => timestampMs % 3 > 0)];
    expect(left).toHaveLength(1);
    expect(left[0]).toMatchObject({ encoding: 2, sampleCount: 133, minTimeMs: 1, maxTimeMs: 199 });
    expect(left[0]!.bytes[2]).toBe(0);
    expect([...partOfChunk(whole, () => false)]).toEqual([]);
  });

  test('holds the samples that are left', () => {
    const sample = fc.record({
      counts: fc.array(fc.nat({ max: 99 }), { maxLength: 5 }),
      schema: fc.constantFrom(0, 0, 2),
      gauge: fc.boolean(),
      kept: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.boolean(), fc.array(sample, { minLength: 1, maxLength: 40 }), (integer, steps) => {
        const list = new SampleList(1);
        const given = steps.map(({ counts, schema, gauge, kept }, i) => {
          const counterResetHint = gauge ? COUNTER_RESET_HINT.gauge : COUNTER_RESET_HINT.unknown;
          return { timestampMs: 5 * i, kept, histogram: histogram(counts, { schema, counterResetHint }) };
        });
        for (const each of given) list.addHistogram(each.timestampMs, each.histogram, integer);
        const keeps = (timestampMs: number): boolean => given[timestampMs / 5]!.kept;
        const left = [...chunksOf(list)].flatMap((chunk) => [...partOfChunk(chunk, keeps)]);
        const found = left.flatMap(({ encoding, bytes, sampleCount }) => {
          const cursor = openChunk(encoding, bytes, sampleCount);
          const samples: (readonly [number, NativeHistogram])[] = [];
          while (cursor.next()) samples.push([cursor.timestampMs, cursor.histogram()]);
          return samples;
        });
        const expected = given.filter(({ kept }) => kept);
        expect(found.map(([timestampMs]) => timestampMs)).toEqual(
          expected.map(({ timestampMs }) => timestampMs),
        );
        expected.forEach((each, i) => {
          expect(histogramsEqual(compactHistogram(found[i]![1]), compactHistogram(each.histogram))).toBe(
            true,
          );
        });
      }),
      { numRuns: 200 },
    );
  });
});
