import { describe, expect, test } from '@jest/globals';
import { type Json, attributes } from '../testing/otlp-messages.js';
import { at, NOW_MS, OtlpRig, request } from '../testing/otlp-rig.js';

const points = (dataPoints: Json): Json =>
  request([{ name: 'c', sum: { aggregationTemporality: 1, isMonotonic: true, dataPoints } }]);
const point = (seconds: number, value: number, extra: object = {}): Json => ({
  startTimeUnixNano: at(0),
  timeUnixNano: at(seconds),
  asInt: value,
  ...extra,
});

describe('sums', () => {
  test('add up, each stream by itself', async () => {
    const rig = new OtlpRig({}, { deltas: 'convert' });
    const a = { attributes: attributes({ s: 'a', t: '1' }) };
    const again = { attributes: attributes({ t: '1', s: 'a' }) };
    await rig.send(points([point(1, 5, a), point(1, 100)]));
    await rig.send(points([point(2, 7, again), point(3, -2, a)]));
    expect(
      rig.storage.floats.map(([series, time, value]) => [series, (time - NOW_MS) / 1000, value]),
    ).toEqual([
      ['{__name__="c_total", s="a", t="1"}', 1, 5],
      ['{__name__="c_total"}', 1, 100],
      ['{__name__="c_total", s="a", t="1"}', 2, 12],
      ['{__name__="c_total", s="a", t="1"}', 3, 10],
    ]);
    expect([...rig.storage.metadata.values()].map(({ type }) => type)).toEqual(['counter', 'counter']);
  });

  test('late points, and those of before the stream began, are dropped; a request of which nothing is left is taken', async () => {
    const rig = new OtlpRig({}, { deltas: 'convert' });
    await rig.send(points([point(5, 1)]));
    expect(await rig.send(points([point(5, 10), point(4, 100)]))).toEqual({ status: 200, text: '' });
    expect(await rig.send(points([point(6, 10, { startTimeUnixNano: at(-1) })]))).toEqual({
      status: 200,
      text: '',
    });
    await rig.send(points([point(7, 1)]));
    expect(rig.storage.floats.map(([, , value]) => value)).toEqual([1, 2]);
  });

  test('a stream that has not been heard of for five minutes begins anew', async () => {
    const rig = new OtlpRig({}, { deltas: 'convert' });
    await rig.send(points([point(1, 5)]));
    await rig.clock.advance(300_000);
    await rig.send(points([point(2, 5)]));
    await rig.clock.advance(300_001);
    await rig.send(points([point(3, 5)]));
    expect(rig.storage.floats.map(([, , value]) => value)).toEqual([5, 10, 5]);
  });

  test('cumulative metrics beside them are left as they are', async () => {
    const rig = new OtlpRig({}, { deltas: 'convert' });
    const both = request([
      { name: 'c', sum: { aggregationTemporality: 1, isMonotonic: true, dataPoints: [point(1, 5)] } },
      { name: 'd', sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [point(1, 6)] } },
    ]);
    await rig.send(both);
    expect(rig.storage.floats.map(([series, , value]) => [series, value])).toEqual([
      ['{__name__="c_total"}', 5],
      ['{__name__="d_total"}', 6],
    ]);
  });
});

describe('histograms', () => {
  const histogram = (seconds: number, fields: object): Json =>
    request([
      {
        name: 'h',
        histogram: {
          aggregationTemporality: 1,
          dataPoints: [{ startTimeUnixNano: at(0), timeUnixNano: at(seconds), ...fields }],
        },
      },
    ]);
  const exponential = (seconds: number, fields: object): Json =>
    request([
      {
        name: 'e',
        exponentialHistogram: {
          aggregationTemporality: 1,
          dataPoints: [{ startTimeUnixNano: at(0), timeUnixNano: at(seconds), ...fields }],
        },
      },
    ]);

  test('with the same bounds add up, with others begin anew', async () => {
    const rig = new OtlpRig({}, { deltas: 'convert' });
    const bucketCounts = [1, 1];
    await rig.send(histogram(1, { count: 2, sum: 3, explicitBounds: [1], bucketCounts }));
    await rig.send(histogram(2, { count: 2, sum: 4, explicitBounds: [1], bucketCounts }));
    await rig.send(histogram(3, { count: 2, sum: 5, explicitBounds: [2], bucketCounts }));
    expect(rig.storage.floats.map(([series, , value]) => [series, value])).toEqual([
      ['{__name__="h_sum"}', 3],
      ['{__name__="h_count"}', 2],
      ['{__name__="h_bucket", le="1"}', 1],
      ['{__name__="h_bucket", le="+Inf"}', 2],
      ['{__name__="h_sum"}', 7],
      ['{__name__="h_count"}', 4],
      ['{__name__="h_bucket", le="1"}', 2],
      ['{__name__="h_bucket", le="+Inf"}', 4],
      ['{__name__="h_sum"}', 5],
      ['{__name__="h_count"}', 2],
      ['{__name__="h_bucket", le="2"}', 1],
      ['{__name__="h_bucket", le="+Inf"}', 2],
    ]);
  });

  test('exponential ones meet at the coarser scale and the wider zero', async () => {
    const rig = new OtlpRig({}, { deltas: 'convert' });
    // Bounds at scale 1: bucket 0 reaches to √2, 1 to 2, 2 to 2√2, 3 to 4.
    await rig.send(
      exponential(1, { count: 4, sum: 8, scale: 1, positive: { offset: 0, bucketCounts: [1, 1, 1, 1] } }),
    );
    // At scale 0: bucket 1 reaches from 2 to 4; zero up to 1.5 takes in bucket 0.
    await rig.send(
      exponential(2, {
        count: 3,
        sum: 5,
        scale: 0,
        zeroCount: 1,
        zeroThreshold: 1.5,
        positive: { offset: 1, bucketCounts: [2] },
      }),
    );
    const { schema, zeroCount, count, sum, positiveSpans, positiveBuckets } = rig.storage.histograms[1]![2];
    expect({ schema, zeroCount, count, sum, positiveSpans, positiveBuckets }).toEqual({
      schema: 0,
      zeroCount: 3,
      count: 7,
      sum: 13,
      positiveSpans: [{ offset: 2, length: 1 }],
      positiveBuckets: [4],
    });
  });

  test('no more than 160 buckets', async () => {
    const rig = new OtlpRig({}, { deltas: 'convert' });
    await rig.send(exponential(1, { count: 1, scale: 4, positive: { offset: 0, bucketCounts: [1] } }));
    await rig.send(exponential(2, { count: 1, scale: 4, positive: { offset: 320, bucketCounts: [1] } }));
    const { schema, positiveBuckets, count } = rig.storage.histograms[1]![2];
    // 321 buckets fit at a scale lower by two.
    expect([schema, positiveBuckets, count]).toEqual([2, [1, 1], 2]);
  });

  test('buckets at both ends of what can be sent', async () => {
    const rig = new OtlpRig({}, { deltas: 'convert' });
    const buckets = (offset: number): Json => ({ offset, bucketCounts: [1] });
    await rig.send(exponential(1, { count: 1, scale: 20, positive: buckets(-(2 ** 31)) }));
    const answer = await rig.send(exponential(2, { count: 1, scale: 20, positive: buckets(2 ** 31 - 1) }));
    // 2^32 buckets fit at a scale lower by 25, which no native histogram has.
    const text = 'cannot convert exponential to native histogram. Scale must be >= -4, was -5';
    expect(answer).toEqual({ status: 500, text });
  });
});

test('deltas as they are', async () => {
  const rig = new OtlpRig({}, { deltas: 'store' });
  await rig.send(points([point(1, 5)]));
  await rig.send(points([point(2, 5)]));
  await rig.send(
    request([
      {
        name: 'e',
        exponentialHistogram: { aggregationTemporality: 1, dataPoints: [{ timeUnixNano: at(0), count: 0 }] },
      },
    ]),
  );
  expect(rig.storage.floats.map(([, , value]) => value)).toEqual([5, 5]);
  expect(rig.storage.histograms[0]![2].counterResetHint).toBe(3);
  expect([...rig.storage.metadata.values()].map(({ type }) => type)).toEqual([]);
  expect(await rig.metric('prometheus_api_otlp_appended_samples_without_metadata_total')).toBe(3);
});
