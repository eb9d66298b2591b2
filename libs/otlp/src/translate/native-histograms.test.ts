import { isStaleNaN } from '@narthex/bytes';
import { describe, expect, test } from '@jest/globals';
import { type NativeHistogram } from '@narthex/model';
import fc from 'fast-check';
import { type Json } from '../testing/otlp-messages.js';
import { at, OtlpRig, request } from '../testing/otlp-rig.js';
import { merged, sparse } from './buckets.js';

async function exponential(fields: Json): Promise<NativeHistogram> {
  const dataPoints = [{ timeUnixNano: at(0), ...(fields as object) }];
  const rig = new OtlpRig();
  const answer = await rig.send(
    request([{ name: 'h', exponentialHistogram: { aggregationTemporality: 2, dataPoints } }]),
  );
  expect(answer).toEqual({ status: 200, text: '' });
  return rig.storage.histograms[0]![2];
}

test('an exponential histogram', async () => {
  const histogram = await exponential({
    count: 21,
    sum: 12.5,
    scale: 3,
    zeroCount: 5,
    zeroThreshold: 0.5,
    positive: { offset: -2, bucketCounts: [1, 0, 2, 0, 0, 0, 3] },
    negative: { offset: 4, bucketCounts: [10] },
  });
  expect(histogram).toEqual({
    counterResetHint: 0,
    schema: 3,
    zeroThreshold: 1e-128,
    zeroCount: 5,
    count: 21,
    sum: 12.5,
    positiveSpans: [
      { offset: -1, length: 3 },
      { offset: 3, length: 1 },
    ],
    positiveBuckets: [1, 0, 2, 3],
    negativeSpans: [{ offset: 5, length: 1 }],
    negativeBuckets: [10],
    customValues: [],
  });
});

test('a scale that is too fine is brought down', async () => {
  const { schema, positiveSpans, positiveBuckets } = await exponential({
    count: 15,
    scale: 10,
    positive: { offset: -3, bucketCounts: [1, 2, 3, 4, 5] },
  });
  // Buckets −3 to −1 become one, 0 and 1 another.
  expect([schema, positiveSpans, positiveBuckets]).toEqual([8, [{ offset: 0, length: 2 }], [6, 9]]);
});

test('the end of a series', async () => {
  const { sum, positiveSpans } = await exponential({ flags: 1, count: 1, positive: { bucketCounts: [1] } });
  expect([isStaleNaN(sum), positiveSpans]).toEqual([true, []]);
});

test('explicit bounds as custom buckets', async () => {
  const rig = new OtlpRig({ convertHistogramsToNhcb: true });
  const dataPoints = [
    {
      timeUnixNano: at(0),
      count: 7,
      sum: 3,
      explicitBounds: [1, 2, 3, 4, 5],
      bucketCounts: [0, 3, 0, 0, 0, 4],
    },
  ];
  expect(
    await rig.send(request([{ name: 'h', unit: 's', histogram: { aggregationTemporality: 2, dataPoints } }])),
  ).toEqual({ status: 200, text: '' });
  expect(rig.storage.floats).toEqual([]);
  expect(rig.storage.histograms.map(([series, , histogram]) => [series, histogram])).toEqual([
    [
      '{__name__="h_seconds"}',
      {
        counterResetHint: 0,
        schema: -53,
        zeroThreshold: 0,
        zeroCount: 0,
        count: 7,
        sum: 3,
        positiveSpans: [
          { offset: 1, length: 1 },
          { offset: 3, length: 1 },
        ],
        positiveBuckets: [3, 4],
        negativeSpans: [],
        negativeBuckets: [],
        customValues: [1, 2, 3, 4, 5],
      },
    ],
  ]);
});

test('what is odd is taken and told', async () => {
  const rig = new OtlpRig();
  const dataPoints = [{ timeUnixNano: at(0), count: 0, sum: 1.5 }];
  await rig.send(request([{ name: 'h', exponentialHistogram: { aggregationTemporality: 2, dataPoints } }]));
  expect(rig.logger.lines).toEqual([
    {
      level: 'warn',
      message: 'Warnings translating OTLP metrics to Prometheus write request',
      fields: { warnings: '[exponential histogram data point has zero count, but non-zero sum: 1.500000]' },
    },
  ]);
  expect(rig.storage.histograms.length).toBe(1);
});

describe('buckets', () => {
  const counts = fc.array(fc.oneof(fc.constant(0), fc.nat(5)), { maxLength: 60 });
  const offset = fc.integer({ min: -50, max: 50 });

  test('spans hold every bucket at its index', () => {
    fc.assert(
      fc.property(counts, offset, (given, first) => {
        const { spans, counts: kept } = sparse(given, first);
        const found = new Map<number, number>();
        let index = 0;
        let at = 0;
        for (const span of spans) {
          index += span.offset;
          for (let i = 0; i < span.length; i++) found.set(index++, kept[at++]!);
        }
        expect(at).toBe(kept.length);
        for (const [i, count] of given.entries()) expect(found.get(first + i) ?? 0).toBe(count);
      }),
    );
  });

  test('merged, each goes where its index divided goes', () => {
    fc.assert(
      fc.property(counts, offset, fc.integer({ min: 0, max: 6 }), (given, first, by) => {
        const result = merged({ offset: first, counts: given }, by);
        const sums = new Map<number, number>();
        for (const [i, count] of given.entries()) {
          const index = Math.floor((first + i) / 2 ** by);
          sums.set(index, (sums.get(index) ?? 0) + count);
        }
        for (const [index, sum] of sums) expect(result.counts[index - result.offset]).toBe(sum);
        expect(result.counts.length).toBe(sums.size);
      }),
    );
  });
});
