import { describe, expect, test } from '@jest/globals';
import { BitReader, BitWriter, isStaleNaN, STALE_NAN } from '@narthex/bytes';
import {
  compactHistogram,
  COUNTER_RESET_HINT,
  CUSTOM_BUCKETS_SCHEMA,
  histogramsEqual,
  type NativeHistogram,
} from '@narthex/model';
import fc from 'fast-check';
import { spansOf } from './bucket-indexes.js';
import { ChunkError } from './errors.js';
import { HistogramChunk, resumeHistogramChunk } from './histogram-chunk.js';
import { RESET_HEADER } from './histogram-header.js';
import { readLayout, writeLayout } from './histogram-layout.js';
import { chunkSampleCount, openChunk } from './open-chunk.js';
import { histogramCases } from './testing/histogram-cases.js';
import { readUnsignedVarbit, readVarbit, writeUnsignedVarbit, writeVarbit } from './varbit.js';

/** Counts by bucket index; every second lot of them negative. */
function histogram(counts: Record<number, number>, more: Partial<NativeHistogram> = {}): NativeHistogram {
  const indexes = Object.keys(counts)
    .map(Number)
    .sort((a, b) => a - b);
  const positiveBuckets = indexes.map((index) => counts[index]!);
  const zeroCount = more.zeroCount ?? 0;
  return {
    counterResetHint: COUNTER_RESET_HINT.unknown,
    schema: 1,
    zeroThreshold: 0,
    zeroCount,
    count: positiveBuckets.reduce((sum, count) => sum + count, zeroCount),
    sum: 1,
    positiveSpans: spansOf(indexes),
    negativeSpans: [],
    positiveBuckets,
    negativeBuckets: [],
    customValues: [],
    ...more,
  };
}

describe('numbers in bits', () => {
  const signed = fc.oneof(
    fc.integer({ min: -40, max: 40 }),
    fc.maxSafeInteger(),
    fc.constantFrom(
      ...[3, 6, 9, 12, 18, 25].flatMap((n) =>
        [-2, -1, 0, 1, 2].flatMap((d) => [2 ** (n - 1) + d, -(2 ** (n - 1)) + d]),
      ),
    ),
  );
  test('signed', () => {
    fc.assert(
      fc.property(fc.array(signed, { maxLength: 20 }), (numbers) => {
        const bytes = new Uint8Array(10 * numbers.length + 1);
        const bits = new BitWriter(bytes, 3);
        for (const number of numbers) writeVarbit(bits, number);
        const reader = new BitReader(bytes, 3);
        // −0 is written as 0.
        expect(numbers.map(() => readVarbit(reader))).toEqual(numbers.map((number) => number + 0));
        expect(reader.position).toBe(bits.position);
      }),
    );
  });

  test('unsigned', () => {
    fc.assert(
      fc.property(fc.array(fc.maxSafeNat(), { maxLength: 20 }), (numbers) => {
        const bytes = new Uint8Array(10 * numbers.length + 1);
        const bits = new BitWriter(bytes);
        for (const number of numbers) writeUnsignedVarbit(bits, number);
        const reader = new BitReader(bytes);
        expect(numbers.map(() => readUnsignedVarbit(reader))).toEqual(numbers);
      }),
    );
  });

  test.each([0, 1e-300, 2 ** -243, 2 ** -244, 2 ** 10, 2 ** 11, 0.001, 5e-324, 2 ** -128])(
    'the zero threshold %p and bounds',
    (zeroThreshold) => {
      const customValues = [-1, 0, 0.001, 1 / 3, 33_554.43, 33_554.431, 1e300];
      const layout = {
        schema: CUSTOM_BUCKETS_SCHEMA,
        zeroThreshold,
        positiveSpans: [
          { offset: -7, length: 3 },
          { offset: 1000, length: 0 },
        ],
        negativeSpans: [],
        customValues,
      };
      const bytes = new Uint8Array(200);
      writeLayout(new BitWriter(bytes), layout);
      expect(readLayout(new BitReader(bytes))).toEqual(layout);
    },
  );
});

describe('what the next histogram does to a chunk', () => {
  const base = { 1: 4, 2: 0, 5: 3 };
  const cases: readonly [string, NativeHistogram, NativeHistogram, string][] = [
    ['grows', histogram(base), histogram({ 1: 5, 2: 1, 5: 3 }), 'append'],
    ['new buckets', histogram(base), histogram({ 0: 1, 1: 5, 2: 1, 3: 9, 5: 3, 9: 1 }), 'recode 0:4 1:1 3:1'],
    ['an empty bucket is gone', histogram(base), histogram({ 1: 5, 5: 3 }), 'append'],
    ['one comes, an empty one is gone', histogram(base), histogram({ 1: 5, 3: 0, 5: 3 }), 'recode 1:3 1:1'],
    ['a populated bucket is gone', histogram(base), histogram({ 1: 9, 2: 1 }), 'cut 128'],
    ['a bucket shrinks', histogram(base), histogram({ 1: 3, 2: 9, 5: 3 }), 'cut 128'],
    ['the count shrinks', histogram(base), histogram(base, { count: 6 }), 'cut 128'],
    [
      'the zero bucket shrinks',
      histogram(base, { zeroCount: 2 }),
      histogram({ ...base, 1: 9 }, { zeroCount: 1 }),
      'cut 128',
    ],
    ['another schema', histogram(base), histogram(base, { schema: 2 }), 'cut 0'],
    ['another threshold', histogram(base), histogram(base, { zeroThreshold: 1 }), 'cut 0'],
    [
      'says it is reset',
      histogram(base),
      histogram({ 1: 9, 2: 9, 5: 9 }, { counterResetHint: 1 }),
      'cut 128',
    ],
    ['says it is not reset', histogram(base), histogram({ 1: 1 }, { counterResetHint: 2 }), 'cut 128'],
    ['a stale marker', histogram(base), histogram({}, { sum: STALE_NAN }), 'append'],
    ['behind a stale marker', histogram({}, { sum: STALE_NAN }), histogram(base), 'cut 0'],
    [
      'other bounds',
      histogram({ 0: 1 }, { schema: CUSTOM_BUCKETS_SCHEMA, customValues: [1, 2] }),
      histogram({ 0: 1 }, { schema: CUSTOM_BUCKETS_SCHEMA, customValues: [1, 3] }),
      'cut 128',
    ],
    ['a gauge behind a counter', histogram(base), histogram(base, { counterResetHint: 3 }), 'cut 192'],
    [
      'a gauge shrinks and moves',
      histogram(base, { counterResetHint: 3 }),
      histogram({ 2: 1, 7: 1 }, { counterResetHint: 3 }),
      'recode 1:2 2:1 1:1',
    ],
    [
      'a stale marker behind a gauge, as a counter',
      histogram(base, { counterResetHint: 3 }),
      histogram({}, { sum: STALE_NAN }),
      'cut 64',
    ],
  ];
  test.each(cases)('%s', (_, first, second, expected) => {
    const plan = HistogramChunk.begin(true, 0, first).encoder.plan(second);
    const spans =
      plan.kind === 'recode' ? plan.positiveSpans.map(({ offset, length }) => `${offset}:${length}`) : [];
    const seen = [plan.kind, ...(plan.kind === 'cut' ? [plan.header] : spans)].join(' ');
    expect(seen).toBe(expected);
  });
});

describe('round trips', () => {
  const counts = fc.dictionary(fc.integer({ min: -20, max: 20 }).map(String), fc.nat({ max: 5000 }), {
    maxKeys: 12,
  });
  const sample = fc.record({
    counts,
    negative: fc.boolean(),
    stepMs: fc.integer({ min: 1, max: 1e9 }),
    schema: fc.constantFrom(0, 0, 0, 0, 3, CUSTOM_BUCKETS_SCHEMA),
    zeroCount: fc.nat({ max: 3 }),
    hint: fc.constantFrom(0, 0, 0, 3, 3, 1, 2),
    sum: fc.oneof(fc.double(), fc.constant(STALE_NAN), fc.constant(NaN)),
  });

  test.each([true, false])('integers: %p', (integer) => {
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 40 }), (steps) => {
        let timestampMs = -5e8;
        const given = steps.map(({ counts: some, negative, stepMs, schema, zeroCount, hint, sum }) => {
          const factor = integer ? 1 : 0.37;
          const scaled = Object.fromEntries(Object.entries(some).map(([at, count]) => [at, count * factor]));
          const plain = histogram(scaled, {
            schema,
            zeroCount: zeroCount * factor,
            sum,
            counterResetHint: hint,
            customValues: schema === CUSTOM_BUCKETS_SCHEMA ? [1, 2, 3.5] : [],
          });
          timestampMs += stepMs;
          const turned = negative
            ? {
                negativeSpans: plain.positiveSpans,
                negativeBuckets: plain.positiveBuckets,
                positiveSpans: [],
                positiveBuckets: [],
              }
            : {};
          return { timestampMs, histogram: { ...plain, ...turned } };
        });
        const chunks: HistogramChunk[] = [];
        let before = 0;
        for (const { timestampMs: timeMs, histogram: next } of given) {
          const last = chunks.at(-1);
          const chunk =
            last === undefined ? HistogramChunk.begin(integer, timeMs, next) : last.append(timeMs, next);
          if (last !== undefined && chunk.encoder.count > 1) chunks.pop();
          chunks.push(chunk);
          before++;
        }
        expect(chunks.reduce((sum, { encoder }) => sum + encoder.count, 0)).toBe(before);
        let at = 0;
        for (const chunk of chunks) {
          const bytes = chunk.bytes().slice();
          const encoding = integer ? 2 : 3;
          const count = chunkSampleCount(encoding, bytes);
          expect(count).toBe(chunk.encoder.count);
          const cursor = openChunk(encoding, bytes, count);
          while (cursor.next()) {
            const { timestampMs: timeMs, histogram: expected } = given[at++]!;
            const found = cursor.histogram();
            expect(cursor.timestampMs).toBe(timeMs);
            if (isStaleNaN(expected.sum)) {
              expect(isStaleNaN(found.sum)).toBe(true);
              continue;
            }
            expect(histogramsEqual(compactHistogram(found), compactHistogram(expected))).toBe(true);
            expect(found.counterResetHint === 3).toBe(expected.counterResetHint === 3);
          }
          const resumed = resumeHistogramChunk(bytes, integer, count);
          expect(resumed.bitLength).toBe(chunk.bitLength);
          expect(resumed.encoder.header).toBe(chunk.encoder.header);
        }
        expect(at).toBe(given.length);
      }),
      { numRuns: 300 },
    );
  });

  test('a chunk that is taken up again goes on with the same bytes', () => {
    for (const { samples } of histogramCases()) {
      const some = samples.flatMap((given) => ('histogram' in given ? [given] : [])).slice(0, 12);
      let chunk = HistogramChunk.begin(some[0]!.integer, some[0]!.timestampMs, some[0]!.histogram);
      for (const { timestampMs, histogram: next, integer } of some.slice(1)) {
        if (integer !== chunk.encoder.integer) break;
        const bytes = chunk.bytes().slice();
        const { encoder, bitLength } = resumeHistogramChunk(bytes, integer, chunk.encoder.count);
        expect(encoder.plan(next)).toEqual(chunk.encoder.plan(next));
        const plan = encoder.plan(next);
        const room = new Uint8Array(bytes.length + ((encoder.roomFor(next) + 7) >>> 3));
        room.set(bytes);
        chunk = chunk.append(timestampMs, next);
        if (plan.kind !== 'append') continue;
        const bits = new BitWriter(room, bitLength);
        encoder.write(bits, timestampMs, plan.histogram);
        expect(room.subarray(3, (bits.position + 7) >>> 3)).toEqual(chunk.bytes().subarray(3));
      }
    }
  });

  test('cut at any byte, a chunk is an error or shorter, and nothing else', () => {
    for (const name of ['growing integer', 'gauges float', 'custom integer']) {
      const { samples } = histogramCases().find((known) => known.name === name)!;
      const some = samples.flatMap((given) => ('histogram' in given ? [given] : [])).slice(0, 8);
      let chunk = HistogramChunk.begin(some[0]!.integer, some[0]!.timestampMs, some[0]!.histogram);
      for (const { timestampMs, histogram: next } of some.slice(1)) chunk = chunk.append(timestampMs, next);
      const bytes = chunk.bytes();
      for (let length = 0; length < bytes.length - 1; length++) {
        const read = (): void => {
          const cursor = openChunk(some[0]!.integer ? 2 : 3, bytes.subarray(0, length), 8);
          while (cursor.next()) cursor.histogram();
        };
        expect(read).toThrow(ChunkError);
      }
    }
  });

  test('headers', () => {
    expect(HistogramChunk.begin(true, 0, histogram({}, { counterResetHint: 3 })).bytes()[2]).toBe(
      RESET_HEADER.gauge,
    );
    expect(HistogramChunk.begin(true, 0, histogram({}, { counterResetHint: 1 })).bytes()[2]).toBe(
      RESET_HEADER.reset,
    );
  });
});
