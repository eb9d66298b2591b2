import { describe, expect, test } from '@jest/globals';
import { ByteWriter } from '@narthex/bytes';
import { type NativeHistogram } from '@narthex/model';
import fc from 'fast-check';
import { RecordDecodeError } from '../errors.js';
import { decodeExemplars, encodeExemplars } from './exemplars.js';
import {
  decodeHistograms,
  encodeHistograms,
  encodeHistogramsV2,
  type HistogramRecord,
} from './histograms.js';
import { decodeMetadata, encodeMetadata, type MetadataRecord } from './metadata.js';
import { decodeMmapMarkers, encodeMmapMarkers } from './mmap-markers.js';
import { RECORD_TYPE, recordType } from './record-type.js';
import { decodeSamples, encodeSamples, encodeSamplesV2, SampleBatch } from './samples.js';
import { decodeSeries, encodeSeries } from './series.js';
import { decodeTombstones, encodeTombstones } from './tombstones.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const unhex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));

function encoded(encode: (writer: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter();
  encode(writer);
  return writer.copy();
}

function samplesOf(record: Uint8Array): { ref: number; t: number; bits: string; st: number }[] {
  const batch = new SampleBatch(1);
  decodeSamples(record, batch);
  return Array.from({ length: batch.length }, (_, at) => ({
    ref: batch.refs[at]!,
    t: batch.timestampsMs[at]!,
    bits: hex(new Uint8Array(batch.values.buffer, 8 * at, 8).slice().reverse()),
    st: batch.startTimestampsMs[at]!,
  }));
}

function batchOf(...samples: [ref: number, t: number, bits: string, st?: number][]): SampleBatch {
  const batch = new SampleBatch(1);
  for (const [ref, t, bits, st = 0] of samples) {
    batch.push(ref, t, 0, st);
    const { high, low } = halves(bits);
    batch.valueWords[2 * (batch.length - 1)] = low;
    batch.valueWords[2 * (batch.length - 1) + 1] = high;
  }
  return batch;
}

function halves(bits: string): { high: number; low: number } {
  const value = BigInt(`0x${bits}`);
  return { high: Number(value >> 32n), low: Number(value & 0xffff_ffffn) };
}

const one = '3ff0000000000000';
const stale = '7ff0000000000002';

describe('golden bytes', () => {
  test('series', () => {
    const series = [
      { ref: 1, labelPairs: ['__name__', 'up', 'job', 'ä'] },
      { ref: 2 ** 33, labelPairs: [] },
    ];
    const bytes = unhex(`01 0000000000000001 02 08 5f5f6e616d655f5f 02 7570 03 6a6f62 02 c3a4
      0000000200000000 00`);
    expect(hex(encoded((writer) => encodeSeries(writer, series)))).toBe(hex(bytes));
    expect(decodeSeries(bytes)).toEqual(series);
  });

  test('samples', () => {
    const bytes = unhex(`02 0000000000000005 000001937a5c6800
      00 00 ${one}
      01 d00f ${stale}
      8001 cf0f fff8deadbeef0001`);
    const batch = batchOf(
      [5, 0x1937a5c6800, one],
      [4, 0x1937a5c6800 + 1000, stale],
      [69, 0x1937a5c6800 - 1000, 'fff8deadbeef0001'],
    );
    expect(hex(encoded((writer) => encodeSamples(writer, batch)))).toBe(hex(bytes));
    expect(samplesOf(bytes)).toEqual([
      { ref: 5, t: 0x1937a5c6800, bits: one, st: 0 },
      { ref: 4, t: 0x1937a5c6800 + 1000, bits: stale, st: 0 },
      { ref: 69, t: 0x1937a5c6800 - 1000, bits: 'fff8deadbeef0001', st: 0 },
    ]);
  });

  test('a part of a batch', () => {
    const batch = batchOf([1, 10, one], [2, 20, one], [3, 30, one]);
    expect(samplesOf(encoded((writer) => encodeSamples(writer, batch, 1, 3))).map(({ ref }) => ref)).toEqual([
      2, 3,
    ]);
  });

  test('samples, version 2: no, the same and another start timestamp', () => {
    const bytes = unhex(`0b 0a d00f c801 ${one}
      02 14 01 ${stale}
      02 00 00 ${one}
      02 02 02 27 ${one}`);
    const batch = batchOf([5, 1000, one, 100], [6, 1010, stale, 100], [7, 1000, one], [8, 1001, one, 80]);
    expect(hex(encoded((writer) => encodeSamplesV2(writer, batch)))).toBe(hex(bytes));
    expect(samplesOf(bytes)).toEqual([
      { ref: 5, t: 1000, bits: one, st: 100 },
      { ref: 6, t: 1010, bits: stale, st: 100 },
      { ref: 7, t: 1000, bits: one, st: 0 },
      { ref: 8, t: 1001, bits: one, st: 80 },
    ]);
  });

  test('tombstones', () => {
    const tombstones = [
      { ref: 1, minTimeMs: -1, maxTimeMs: 64 },
      { ref: 2, minTimeMs: 0, maxTimeMs: 2 ** 41 },
    ];
    const bytes = unhex('03 0000000000000001 01 8001 0000000000000002 00 80808080808001');
    expect(hex(encoded((writer) => encodeTombstones(writer, tombstones)))).toBe(hex(bytes));
    expect(decodeTombstones(bytes)).toEqual(tombstones);
  });

  test('tombstones of all times', () => {
    const bytes = unhex('03 0000000000000001 ffffffffffffffffff01 feffffffffffffffff01');
    const { MAX_SAFE_INTEGER: end } = Number;
    const tombstones = [{ ref: 1, minTimeMs: -end, maxTimeMs: end }];
    expect(decodeTombstones(bytes)).toEqual(tombstones);
    expect(hex(encoded((writer) => encodeTombstones(writer, tombstones)))).toBe(hex(bytes));
  });

  test('exemplars', () => {
    const exemplars = [
      { ref: 7, timestampMs: 1000, value: 1, labelPairs: ['trace_id', 'a'] },
      { ref: 8, timestampMs: 999, value: 2.5, labelPairs: [] },
    ];
    const bytes = unhex(`04 0000000000000007 00000000000003e8
      00 00 ${one} 01 08 74726163655f6964 01 61
      02 01 4004000000000000 00`);
    expect(hex(encoded((writer) => encodeExemplars(writer, exemplars)))).toBe(hex(bytes));
    expect(decodeExemplars(bytes)).toEqual(exemplars);
  });

  test('markers of chunks on disk', () => {
    const markers = [{ ref: 3, chunkRef: 2 ** 32 + 8 }];
    const bytes = unhex('05 0000000000000003 0000000100000008');
    expect(hex(encoded((writer) => encodeMmapMarkers(writer, markers)))).toBe(hex(bytes));
    expect(decodeMmapMarkers(bytes)).toEqual(markers);
  });

  test('metadata', () => {
    const metadata: MetadataRecord[] = [{ ref: 300, type: 'counter', unit: 's', help: 'Time.' }];
    const bytes = unhex('06 ac02 01 02 04 554e4954 01 73 04 48454c50 05 54696d652e');
    expect(hex(encoded((writer) => encodeMetadata(writer, metadata)))).toBe(hex(bytes));
    expect(decodeMetadata(bytes)).toEqual(metadata);
  });

  test('metadata with a field of a later version', () => {
    const bytes = unhex('06 01 07 03 04 554e4954 00 03 4e4557 01 78 04 48454c50 01 68 02 63 00');
    expect(decodeMetadata(bytes)).toEqual([
      { ref: 1, type: 'stateset', unit: '', help: 'h' },
      { ref: 2, type: 'unknown', unit: '', help: '' },
    ]);
  });

  test('integer histograms', () => {
    const bytes = unhex(`07 0000000000000001 0000000000000064
      00 00  02 02 3f50624dd2f1a9fc 01 06 4014000000000000  01 02 02  01 01 01  02 04 01  01 02`);
    expect(hex(histogramRecords([integerHistogram])[0]!)).toBe(hex(bytes));
    expect(decodeHistograms(bytes)).toEqual([integerHistogram]);
  });

  test('float histograms with custom buckets', () => {
    const bytes = unhex(`0a 0000000000000002 0000000000000064
      00 00  00 69 0000000000000000 0000000000000000 4008000000000000 4014000000000000
      01 00 02  00  02 3ff0000000000000 4000000000000000  00  01 4024000000000000`);
    expect(hex(histogramRecords([customFloatHistogram])[0]!)).toBe(hex(bytes));
    expect(decodeHistograms(bytes)).toEqual([customFloatHistogram]);
  });
});

const integerHistogram: HistogramRecord = {
  ref: 1,
  timestampMs: 100,
  startTimestampMs: 0,
  integer: true,
  histogram: {
    counterResetHint: 2,
    schema: 1,
    zeroThreshold: 0.001,
    zeroCount: 1,
    count: 6,
    sum: 5,
    positiveSpans: [{ offset: 1, length: 2 }],
    negativeSpans: [{ offset: -1, length: 1 }],
    positiveBuckets: [2, 1],
    negativeBuckets: [1],
    customValues: [],
  },
};

const customFloatHistogram: HistogramRecord = {
  ref: 2,
  timestampMs: 100,
  startTimestampMs: 0,
  integer: false,
  histogram: {
    counterResetHint: 0,
    schema: -53,
    zeroThreshold: 0,
    zeroCount: 0,
    count: 3,
    sum: 5,
    positiveSpans: [{ offset: 0, length: 2 }],
    negativeSpans: [],
    positiveBuckets: [1, 2],
    negativeBuckets: [],
    customValues: [10],
  },
};

function histogramRecords(samples: readonly HistogramRecord[], encode = encodeHistograms): Uint8Array[] {
  const writer = new ByteWriter();
  const ranges: [number, number][] = [];
  encode(writer, samples, (start, end) => ranges.push([start, end]));
  return ranges.map(([start, end]) => writer.view().slice(start, end));
}

describe('histograms', () => {
  test('are parted by kind, and a stale sum keeps its bits', () => {
    const staleSum = new Float64Array(new BigUint64Array([BigInt(`0x${stale}`)]).buffer)[0]!;
    const all: HistogramRecord[] = [
      integerHistogram,
      customFloatHistogram,
      {
        ...integerHistogram,
        ref: 9,
        integer: false,
        histogram: { ...integerHistogram.histogram, sum: staleSum },
      },
      { ...customFloatHistogram, ref: 8, integer: true },
    ];
    const records = histogramRecords(all);
    expect(records.map((record) => recordType(record))).toEqual([7, 9, 8, 10]);
    expect(hex(records[2]!)).toContain(stale);
    expect(records.flatMap(decodeHistograms)).toEqual([all[0], all[3], all[2], all[1]]);
    const again = histogramRecords(records.flatMap(decodeHistograms));
    expect(again.map(hex)).toEqual(records.map(hex));
  });

  test('counts beyond 2^53 are rounded, and the histogram is one of floats', () => {
    const writer = new ByteWriter();
    const put = (zeroCount: bigint, deltas: readonly bigint[]): void => {
      writer.varint(0);
      writer.varint(0);
      writer.u8(2);
      writer.varint(0);
      writer.f64(0.5);
      writer.uvarint(zeroCount);
      writer.uvarint(zeroCount + 4n);
      writer.f64(1.5);
      writer.bytes(Uint8Array.of(1, 0, 2, 0));
      writer.uvarint(deltas.length);
      for (const delta of deltas) writer.varint(delta);
      writer.uvarint(0);
    };
    writer.u8(RECORD_TYPE.histograms);
    writer.u64(3);
    writer.u64(1000);
    put(1n, [2n, -1n]);
    put(2n ** 53n + 1n, [3n, 0n]);
    put(2n ** 64n - 8n, [1n, 0n]);
    put(5n, [2n ** 60n + 1n, 6n - 2n ** 60n]);
    const read = decodeHistograms(writer.copy());
    const shown = read.map(({ integer, isRounded, histogram }) => {
      const { zeroCount, count, positiveBuckets } = histogram;
      return [integer, isRounded, zeroCount, count, positiveBuckets];
    });
    expect(shown).toEqual([
      [true, undefined, 1, 5, [2, 1]],
      [false, true, 2 ** 53, 2 ** 53 + 4, [3, 3]],
      [false, true, 2 ** 64, 2 ** 64, [1, 1]],
      [false, true, 5, 9, [2 ** 60, 7]],
    ]);
    const again = histogramRecords(read);
    expect(again.map((record) => recordType(record))).toEqual([7, 8]);
    expect(again.flatMap(decodeHistograms)).toEqual(read.map(({ isRounded: _, ...sample }) => sample));
    const cut = writer.copy().subarray(0, writer.length - 3);
    expect(() => decodeHistograms(cut)).toThrow(RecordDecodeError);
  });

  test('nothing in, nothing out', () => {
    expect(histogramRecords([])).toEqual([]);
    expect(decodeHistograms(Uint8Array.of(RECORD_TYPE.histograms))).toEqual([]);
  });

  const count = fc.nat(2 ** 40);
  const spans = fc.array(fc.record({ offset: fc.integer({ min: -2000, max: 2000 }), length: fc.nat(9) }), {
    maxLength: 4,
  });
  const histogram: fc.Arbitrary<NativeHistogram> = fc.record({
    counterResetHint: fc.constantFrom(0 as const, 1 as const, 2 as const, 3 as const),
    schema: fc.integer({ min: -4, max: 8 }),
    zeroThreshold: fc.double({ noNaN: true }),
    zeroCount: count,
    count,
    sum: fc.double(),
    positiveSpans: spans,
    negativeSpans: spans,
    positiveBuckets: fc.array(count, { maxLength: 9 }),
    negativeBuckets: fc.array(count, { maxLength: 9 }),
    customValues: fc.constant([]),
  });
  const sample = fc.record({
    ref: fc.nat(2 ** 31),
    timestampMs: fc.integer({ min: -(2 ** 45), max: 2 ** 45 }),
    startTimestampMs: fc.oneof(fc.constant(0), fc.nat(2 ** 41)),
    integer: fc.boolean(),
    histogram,
  });

  test.each([
    ['version 1', encodeHistograms, false],
    ['version 2', encodeHistogramsV2, true],
  ])('%s: what is written is read', (_name, encode, keepsStart) => {
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 6 }), (samples) => {
        const expected = [
          ...samples.filter(({ integer }) => integer),
          ...samples.filter(({ integer }) => !integer),
        ];
        const read = histogramRecords(samples, encode).flatMap(decodeHistograms);
        expect(read).toEqual(
          expected.map((entry) => ({ ...entry, startTimestampMs: keepsStart ? entry.startTimestampMs : 0 })),
        );
      }),
    );
  });
});

describe('samples', () => {
  const bits = fc
    .bigInt({ min: 0n, max: 2n ** 64n - 1n })
    .map((value) => value.toString(16).padStart(16, '0'));
  const time = fc.integer({ min: -(2 ** 45), max: 2 ** 45 });
  const rows = fc.array(fc.tuple(fc.nat(2 ** 40), time, bits, fc.oneof(fc.constant(0), time)));

  test.each([
    ['version 1', encodeSamples, false],
    ['version 2', encodeSamplesV2, true],
  ])('%s: every bit that is written is read', (_name, encode, keepsStart) => {
    fc.assert(
      fc.property(rows, (samples) => {
        const read = samplesOf(encoded((writer) => encode(writer, batchOf(...samples))));
        expect(read).toEqual(
          samples.map(([ref, t, value, st]) => ({ ref, t, bits: value, st: keepsStart ? st : 0 })),
        );
      }),
    );
  });

  test('the old ones are dropped in place', () => {
    const batch = batchOf([1, 10, one], [2, 30, stale], [3, 20, one], [4, 9, one]);
    expect(batch.dropBefore(20)).toBe(2);
    expect(samplesOf(encoded((writer) => encodeSamples(writer, batch)))).toEqual([
      { ref: 2, t: 30, bits: stale, st: 0 },
      { ref: 3, t: 20, bits: one, st: 0 },
    ]);
  });
});

describe('malformed records', () => {
  test.each([
    ['samples', (record: Uint8Array) => decodeSamples(record, new SampleBatch())],
    ['series', decodeSeries],
    ['tombstones', decodeTombstones],
    ['exemplars', decodeExemplars],
    ['markers', decodeMmapMarkers],
    ['metadata', decodeMetadata],
    ['histograms', decodeHistograms],
  ])('%s: another type, nothing at all', (_name, decode) => {
    expect(() => decode(Uint8Array.of(99))).toThrow(RecordDecodeError);
    expect(() => decode(new Uint8Array(0))).toThrow(RecordDecodeError);
  });

  test.each([
    ['series', '01 0000000000000001 01 02 61', decodeSeries],
    ['series number beyond a number', '01 ffffffffffffffff 00', decodeSeries],
    [
      'samples without the first time',
      '02 0000000000000005',
      (r: Uint8Array) => decodeSamples(r, new SampleBatch()),
    ],
    ['an endless varint', '03 0000000000000001 ffffffffffffffffffff', decodeTombstones],
    ['more buckets than bytes', '07 0000000000000001 0000000000000064 00 00 00 ffffff7f', decodeHistograms],
  ])('%s', (_name, bytes, decode) => {
    expect(() => decode(unhex(bytes))).toThrow(RecordDecodeError);
  });

  test('unknown types have no name', () => {
    expect([
      recordType(new Uint8Array(0)),
      recordType(Uint8Array.of(0)),
      recordType(Uint8Array.of(200)),
    ]).toEqual([undefined, undefined, undefined]);
    expect(recordType(Uint8Array.of(13))).toBe(RECORD_TYPE.floatHistogramsV2);
  });
});
