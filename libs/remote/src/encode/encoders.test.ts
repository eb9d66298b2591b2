import { describe, expect, test } from '@jest/globals';
import { type NativeHistogram } from '@narthex/model';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { ReceiverRig } from '../testing/receiver-rig.js';
import { encodeWriteRequestV1 } from './encode-v1.js';
import { encodeWriteRequestV2 } from './encode-v2.js';
import { type WrittenSeries } from './written-series.js';

/*
 * The encoders against another implementation of protobuf, and the receiver against the encoders.
 */

const { root } = protobuf.parse(`
  syntax = "proto3";
  message WriteRequest { repeated TimeSeries timeseries = 1; repeated MetricMetadata metadata = 3; }
  message MetricMetadata { int32 type = 1; string metric_family_name = 2; string help = 4; string unit = 5; }
  message TimeSeries {
    repeated Label labels = 1; repeated Sample samples = 2; repeated Exemplar exemplars = 3;
    repeated Histogram histograms = 4;
  }
  message Label { string name = 1; string value = 2; }
  message Sample { double value = 1; int64 timestamp = 2; }
  message Exemplar { repeated Label labels = 1; double value = 2; int64 timestamp = 3; }
  message Span { sint32 offset = 1; uint32 length = 2; }
  message Histogram {
    uint64 count_int = 1; double count_float = 2; double sum = 3; sint32 schema = 4; double zero_threshold = 5;
    uint64 zero_count_int = 6; double zero_count_float = 7;
    repeated Span negative_spans = 8; repeated sint64 negative_deltas = 9; repeated double negative_counts = 10;
    repeated Span positive_spans = 11; repeated sint64 positive_deltas = 12; repeated double positive_counts = 13;
    int32 reset_hint = 14; int64 timestamp = 15; repeated double custom_values = 16;
  }
  message Request { repeated string symbols = 4; repeated TimeSeries2 timeseries = 5; }
  message TimeSeries2 {
    repeated uint32 labels_refs = 1; repeated Sample samples = 2; repeated Histogram histograms = 3;
    repeated Exemplar2 exemplars = 4; Metadata metadata = 5; int64 created_timestamp = 6;
  }
  message Exemplar2 { repeated uint32 labels_refs = 1; double value = 2; int64 timestamp = 3; }
  message Metadata { int32 type = 1; uint32 help_ref = 3; uint32 unit_ref = 4; }
`);

interface Decoded {
  readonly symbols: string[];
  readonly timeseries: Record<string, unknown>[];
  readonly metadata: unknown[];
}

function decode(type: string, bytes: Uint8Array): Decoded {
  const message = root.lookupType(type);
  return message.toObject(message.decode(bytes), { longs: Number, defaults: true, arrays: true }) as Decoded;
}

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const timestampMs = fc.integer({ min: -(2 ** 52), max: 2 ** 52 });
const series: fc.Arbitrary<WrittenSeries> = fc.record({
  labels: fc.array(fc.tuple(text, text), { maxLength: 8 }),
  samples: fc.array(fc.tuple(timestampMs, fc.double({ noNaN: true })), { maxLength: 5 }).map((list) => ({
    timestampsMs: list.map(([time]) => time),
    values: Float64Array.from(list.map(([, value]) => value)),
  })),
  exemplars: fc.array(
    fc.record({
      labels: fc.array(fc.tuple(text, text), { maxLength: 3 }),
      value: fc.double({ noNaN: true }),
      timestampMs,
    }),
    { maxLength: 2 },
  ),
});

describe('encoding', () => {
  test('1.0 is read back by another decoder', () => {
    fc.assert(
      fc.property(fc.array(series, { maxLength: 5 }), (list) => {
        const { timeseries } = decode('WriteRequest', encodeWriteRequestV1(list));
        expect(timeseries).toEqual(
          list.map(({ labels, samples, exemplars = [] }) => ({
            labels: pairs(labels),
            samples: samplesOf(samples!),
            exemplars: exemplars.map((e) => ({
              labels: pairs(e.labels),
              value: e.value,
              timestamp: e.timestampMs,
            })),
            histograms: [],
          })),
        );
      }),
    );
  });

  test('2.0 is read back by another decoder', () => {
    fc.assert(
      fc.property(fc.array(series, { maxLength: 5 }), (list) => {
        const { symbols, timeseries } = decode('Request', encodeWriteRequestV2(list));
        expect(symbols[0]).toBe('');
        expect(new Set(symbols).size).toBe(symbols.length);
        const named = (refs: number[]): string[] => refs.map((ref) => symbols[ref]!);
        timeseries.forEach(({ labelsRefs, samples }, i) => {
          expect(named(labelsRefs as number[])).toEqual([...list[i]!.labels].flat());
          expect(samples).toEqual(samplesOf(list[i]!.samples!));
        });
      }),
    );
  });

  test('metadata', () => {
    const metadata = [{ metricFamily: 'm', type: 'stateset', help: 'Helps.', unit: 'u' }] as const;
    expect(decode('WriteRequest', encodeWriteRequestV1([], metadata)).metadata).toEqual([
      { type: 7, metricFamilyName: 'm', help: 'Helps.', unit: 'u' },
    ]);
  });
});

const histogram: NativeHistogram = {
  counterResetHint: 2,
  schema: -3,
  zeroThreshold: 0.5,
  zeroCount: 3,
  count: 400_000_000_019,
  sum: -1.5,
  positiveSpans: [
    { offset: -5, length: 2 },
    { offset: 7, length: 1 },
  ],
  negativeSpans: [{ offset: 3, length: 1 }],
  positiveBuckets: [400_000_000_000, 1, 10],
  negativeBuckets: [5],
  customValues: [],
};
const custom: NativeHistogram = {
  ...histogram,
  counterResetHint: 0,
  schema: -53,
  zeroThreshold: 0,
  zeroCount: 0,
  count: 9,
  negativeSpans: [],
  negativeBuckets: [],
  positiveSpans: [{ offset: 0, length: 2 }],
  positiveBuckets: [4, 5],
  customValues: [0.25, 1e9],
};

describe('histograms', () => {
  test.each<[string, NativeHistogram, boolean]>([
    ['integer', histogram, true],
    ['float', { ...histogram, zeroCount: 3.5 }, false],
    ['custom buckets', custom, true],
    ['custom buckets, float', { ...custom, positiveBuckets: [4.5, 4.5] }, false],
  ])('%s come through both versions', async (_name, value, integer) => {
    for (const version of [1, 2] as const) {
      const rig = await ReceiverRig.create();
      const list = [
        {
          labels: [['__name__', 'h']] as const,
          histograms: [{ timestampMs: 77, histogram: value, integer }],
        },
      ];
      const body = version === 1 ? encodeWriteRequestV1(list) : encodeWriteRequestV2(list);
      expect((await rig.send(body, version)).status).toBe(204);
      expect(rig.storage.committed).toEqual([
        { series: '{__name__="h"}', kind: 'histogram', timestampMs: 77, value, integer, startMs: 0 },
      ]);
    }
  });

  test('finer schemas than can be are brought down, unknown ones left out', async () => {
    const rig = await ReceiverRig.create();
    const fine = {
      ...histogram,
      schema: 9,
      zeroCount: 0,
      count: 3,
      negativeSpans: [],
      negativeBuckets: [],
      positiveSpans: [{ offset: 1, length: 2 }],
      positiveBuckets: [1, 2],
    };
    const histograms = [9, 60].map((schema, i) => ({
      timestampMs: i,
      histogram: { ...fine, schema },
      integer: true,
    }));
    expect((await rig.send(encodeWriteRequestV1([{ labels: [['__name__', 'h']], histograms }]))).status).toBe(
      204,
    );
    expect(rig.storage.committed).toHaveLength(1);
    expect(rig.storage.committed[0]!.value).toMatchObject({
      schema: 8,
      positiveSpans: [{ offset: 1, length: 1 }],
      positiveBuckets: [3],
    });
  });
});

function pairs(labels: Iterable<readonly [string, string]>): { name: string; value: string }[] {
  return [...labels].map(([name, value]) => ({ name, value }));
}

function samplesOf({ timestampsMs, values }: NonNullable<WrittenSeries['samples']>): unknown[] {
  return Array.from(values, (value, i) => ({ value, timestamp: timestampsMs[i] }));
}
