import { type ByteReader, type ByteWriter, UnsafeIntegerError } from '@narthex/bytes';
import { CUSTOM_BUCKETS_SCHEMA, hasExactCounts, type NativeHistogram } from '@narthex/model';
import { RecordDecodeError } from '../errors.js';
import { decodeItems } from './decoding.js';
import { COUNTS, type Counts, readHistogram, writeHistogram } from './histogram-body.js';
import { RECORD_TYPE } from './record-type.js';
import { readStartTimestamp, writeStartTimestamp } from './start-timestamp.js';

/** A histogram sample of a series. A stale one has the stale marker as its sum, bit for bit. */
export interface HistogramRecord {
  readonly ref: number;
  readonly timestampMs: number;
  /** 0 where unknown. */
  readonly startTimestampMs: number;
  /** Whether it counts in whole numbers, which it is then written as. */
  readonly integer: boolean;
  readonly histogram: NativeHistogram;
  /** It counted in whole numbers beyond 2^53 − 1, which were rounded: it is not one of integers any more. */
  readonly isRounded?: boolean;
}

const integerTypes: readonly number[] = [
  RECORD_TYPE.histograms,
  RECORD_TYPE.customBucketHistograms,
  RECORD_TYPE.histogramsV2,
];
const floatTypes: readonly number[] = [
  RECORD_TYPE.floatHistograms,
  RECORD_TYPE.customBucketFloatHistograms,
  RECORD_TYPE.floatHistogramsV2,
];
const version2: readonly number[] = [RECORD_TYPE.histogramsV2, RECORD_TYPE.floatHistogramsV2];

/** The histograms of a record of any of the six kinds. */
export function decodeHistograms(record: Uint8Array): HistogramRecord[] {
  if (!integerTypes.includes(record[0] ?? 0)) return decode(record, floatTypes, COUNTS.float);
  try {
    return decode(record, integerTypes, COUNTS.exact);
  } catch (error) {
    if (!(error instanceof RecordDecodeError && error.cause instanceof UnsafeIntegerError)) throw error;
    return decode(record, integerTypes, COUNTS.rounded);
  }
}

/**
 * Writes histograms as upstream 3.5 does: up to four records, by kind of count and of bucket, since older readers do
 * not know custom buckets. Each record is passed to `record` as the range `[start, end)` of what was written.
 * Start timestamps are left out.
 */
export function encodeHistograms(
  writer: ByteWriter,
  samples: readonly HistogramRecord[],
  record: (start: number, end: number) => void,
): void {
  const types = [
    RECORD_TYPE.histograms,
    RECORD_TYPE.customBucketHistograms,
    RECORD_TYPE.floatHistograms,
    RECORD_TYPE.customBucketFloatHistograms,
  ];
  for (const type of types) {
    const group = samples.filter((sample) => typeOf(sample) === type);
    const [first] = group;
    if (first === undefined) continue;
    const start = writer.length;
    writer.u8(type);
    writer.u64(first.ref);
    writer.u64(first.timestampMs);
    for (const { ref, timestampMs, histogram, integer } of group) {
      writer.varint(ref - first.ref);
      writer.varint(timestampMs - first.timestampMs);
      writeHistogram(writer, histogram, integer);
    }
    record(start, writer.length);
  }
}

/** Writes histograms with start timestamps, as servers newer than 3.5 do on demand: up to two records. */
export function encodeHistogramsV2(
  writer: ByteWriter,
  samples: readonly HistogramRecord[],
  record: (start: number, end: number) => void,
): void {
  for (const integers of [true, false]) {
    const group = samples.filter(({ integer }) => integer === integers);
    const [first] = group;
    if (first === undefined) continue;
    const start = writer.length;
    writer.u8(integers ? RECORD_TYPE.histogramsV2 : RECORD_TYPE.floatHistogramsV2);
    writer.varint(first.ref);
    writer.varint(first.timestampMs);
    writer.varint(first.startTimestampMs);
    let before = first;
    for (const sample of group) {
      if (sample !== first) {
        writer.varint(sample.ref - before.ref);
        writer.varint(sample.timestampMs - first.timestampMs);
        writeStartTimestamp(writer, sample.startTimestampMs, before.startTimestampMs, first.startTimestampMs);
      }
      writeHistogram(writer, sample.histogram, integers);
      before = sample;
    }
    record(start, writer.length);
  }
}

function typeOf({ integer, histogram }: HistogramRecord): number {
  if (histogram.schema === CUSTOM_BUCKETS_SCHEMA) {
    return integer ? RECORD_TYPE.customBucketHistograms : RECORD_TYPE.customBucketFloatHistograms;
  }
  return integer ? RECORD_TYPE.histograms : RECORD_TYPE.floatHistograms;
}

function decode(record: Uint8Array, types: readonly number[], counts: Counts): HistogramRecord[] {
  return version2.includes(record[0] ?? 0)
    ? decodeV2(record, types, counts)
    : decodeV1(record, types, counts);
}

function decodeV1(record: Uint8Array, types: readonly number[], counts: Counts): HistogramRecord[] {
  const samples: HistogramRecord[] = [];
  let firstRef = 0;
  let firstMs = 0;
  const head = (reader: ByteReader): void => {
    firstRef = reader.u64();
    firstMs = reader.i64();
  };
  const item = (reader: ByteReader): void => {
    const ref = firstRef + reader.varint();
    const timestampMs = firstMs + reader.varint();
    samples.push(readSample(reader, counts, ref, timestampMs, 0));
  };
  decodeItems('histograms', record, types, item, head);
  return samples;
}

function decodeV2(record: Uint8Array, types: readonly number[], counts: Counts): HistogramRecord[] {
  const samples: HistogramRecord[] = [];
  let ref = 0;
  let firstMs = 0;
  let firstStartMs = 0;
  let startTimestampMs = 0;
  const item = (reader: ByteReader): void => {
    ref += reader.varint();
    const timestampMs = firstMs + reader.varint();
    if (samples.length === 0) {
      firstMs = timestampMs;
      firstStartMs = reader.varint();
      startTimestampMs = firstStartMs;
    } else {
      startTimestampMs = readStartTimestamp(reader, startTimestampMs, firstStartMs);
    }
    samples.push(readSample(reader, counts, ref, timestampMs, startTimestampMs));
  };
  decodeItems('histograms', record, types, item);
  return samples;
}

function readSample(
  reader: ByteReader,
  counts: Counts,
  ref: number,
  timestampMs: number,
  startTimestampMs: number,
): HistogramRecord {
  const histogram = readHistogram(reader, counts);
  const isRounded = counts === COUNTS.rounded && !hasExactCounts(histogram);
  const integer = counts !== COUNTS.float && !isRounded;
  return { ref, timestampMs, startTimestampMs, integer, histogram, ...(isRounded && { isRounded }) };
}
