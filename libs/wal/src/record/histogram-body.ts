import { type ByteReader, type ByteWriter, UnsafeIntegerError } from '@narthex/bytes';
import {
  type BucketSpan,
  COUNTER_RESET_HINT,
  type CounterResetHint,
  CUSTOM_BUCKETS_SCHEMA,
  type NativeHistogram,
} from '@narthex/model';

/**
 * How counts are read: whole ones that must be exact as numbers, whole ones of any size, which then are rounded to the
 * nearest number, or float64.
 */
export const COUNTS = { exact: 0, rounded: 1, float: 2 } as const;
export type Counts = (typeof COUNTS)[keyof typeof COUNTS];

/**
 * One histogram as records hold it. Counts of integer histograms are varints, the buckets each as the difference to
 * the one before; counts of float histograms are float64.
 * @throws UnsafeIntegerError for counts beyond 2^53 − 1 where they are to be exact
 */
export function readHistogram(reader: ByteReader, counts: Counts): NativeHistogram {
  const counterResetHint = asHint(reader.u8());
  const schema = reader.varint();
  const zeroThreshold = reader.f64();
  const zeroCount = readCount(reader, counts);
  const count = readCount(reader, counts);
  const sum = reader.f64();
  const positiveSpans = readSpans(reader);
  const negativeSpans = readSpans(reader);
  const positiveBuckets = readBuckets(reader, counts);
  const negativeBuckets = readBuckets(reader, counts);
  const customValues = schema === CUSTOM_BUCKETS_SCHEMA ? readFloats(reader) : [];
  return {
    counterResetHint,
    schema,
    zeroThreshold,
    zeroCount,
    count,
    sum,
    positiveSpans,
    negativeSpans,
    positiveBuckets,
    negativeBuckets,
    customValues,
  };
}

/** Writes what {@link readHistogram} reads. */
export function writeHistogram(writer: ByteWriter, histogram: NativeHistogram, integer: boolean): void {
  writer.u8(histogram.counterResetHint);
  writer.varint(histogram.schema);
  writer.f64(histogram.zeroThreshold);
  for (const count of [histogram.zeroCount, histogram.count]) {
    if (integer) writer.uvarint(count);
    else writer.f64(count);
  }
  writer.f64(histogram.sum);
  writeSpans(writer, histogram.positiveSpans);
  writeSpans(writer, histogram.negativeSpans);
  const writeBuckets = integer ? writeDeltas : writeFloats;
  writeBuckets(writer, histogram.positiveBuckets);
  writeBuckets(writer, histogram.negativeBuckets);
  if (histogram.schema === CUSTOM_BUCKETS_SCHEMA) writeFloats(writer, histogram.customValues);
}

function asHint(byte: number): CounterResetHint {
  return Object.values(COUNTER_RESET_HINT).find((hint) => hint === byte) ?? COUNTER_RESET_HINT.unknown;
}

function readSpans(reader: ByteReader): BucketSpan[] {
  const spans: BucketSpan[] = [];
  for (let left = reader.uvarint(); left > 0; left--) {
    spans.push({ offset: reader.varint(), length: reader.uvarint() });
  }
  return spans;
}

function writeSpans(writer: ByteWriter, spans: readonly BucketSpan[]): void {
  writer.uvarint(spans.length);
  for (const { offset, length } of spans) {
    writer.varint(offset);
    writer.uvarint(length);
  }
}

function readCount(reader: ByteReader, counts: Counts): number {
  if (counts === COUNTS.float) return reader.f64();
  return counts === COUNTS.exact ? reader.uvarint() : Number(reader.uvarintBig());
}

function readBuckets(reader: ByteReader, counts: Counts): number[] {
  if (counts === COUNTS.float) return readFloats(reader);
  return counts === COUNTS.exact ? readDeltas(reader) : readLargeDeltas(reader);
}

function readDeltas(reader: ByteReader): number[] {
  const counts: number[] = [];
  let count = 0;
  for (let left = reader.uvarint(); left > 0; left--) {
    count += reader.varint();
    if (!Number.isSafeInteger(count)) throw new UnsafeIntegerError(count);
    counts.push(count);
  }
  return counts;
}

/** Adds up exactly, in 64 bits, and rounds each sum. */
function readLargeDeltas(reader: ByteReader): number[] {
  const counts: number[] = [];
  let count = 0n;
  for (let left = reader.uvarint(); left > 0; left--) {
    count = BigInt.asIntN(64, count + reader.varintBig());
    counts.push(Number(count));
  }
  return counts;
}

function writeDeltas(writer: ByteWriter, counts: readonly number[]): void {
  writer.uvarint(counts.length);
  let before = 0;
  for (const count of counts) {
    writer.varint(count - before);
    before = count;
  }
}

function readFloats(reader: ByteReader): number[] {
  const values: number[] = [];
  for (let left = reader.uvarint(); left > 0; left--) values.push(reader.f64());
  return values;
}

function writeFloats(writer: ByteWriter, values: readonly number[]): void {
  writer.uvarint(values.length);
  for (const value of values) writer.f64(value);
}
