import { type ByteReader, type ByteWriter } from '@narthex/bytes';
import { decodeItems } from './decoding.js';
import { RECORD_TYPE } from './record-type.js';
import { readStartTimestamp, writeStartTimestamp } from './start-timestamp.js';

const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** Float samples of any series, in columns that are kept and grown. Only the first `length` places count. */
export class SampleBatch {
  length = 0;
  /** Series numbers, as in {@link SeriesRecord}. */
  refs: Float64Array;
  timestampsMs: Float64Array;
  /** Bit for bit as written: stale markers are NaNs with a payload. */
  values: Float64Array;
  /** 0 where unknown. */
  startTimestampsMs: Float64Array;
  /** The same memory as `values`. */
  valueWords: Uint32Array;

  constructor(capacity = 1024) {
    this.refs = new Float64Array(capacity);
    this.timestampsMs = new Float64Array(capacity);
    this.values = new Float64Array(capacity);
    this.startTimestampsMs = new Float64Array(capacity);
    this.valueWords = new Uint32Array(this.values.buffer);
  }

  clear(): void {
    this.length = 0;
  }

  push(ref: number, timestampMs: number, value: number, startTimestampMs = 0): void {
    const at = this.grow();
    this.refs[at] = ref;
    this.timestampsMs[at] = timestampMs;
    this.values[at] = value;
    this.startTimestampsMs[at] = startTimestampMs;
  }

  /** Drops the samples older than a time, in place, and returns how many. */
  dropBefore(timestampMs: number): number {
    let kept = 0;
    for (let at = 0; at < this.length; at++) {
      if (this.timestampsMs[at]! < timestampMs) continue;
      this.refs[kept] = this.refs[at]!;
      this.timestampsMs[kept] = this.timestampsMs[at]!;
      this.valueWords[2 * kept] = this.valueWords[2 * at]!;
      this.valueWords[2 * kept + 1] = this.valueWords[2 * at + 1]!;
      this.startTimestampsMs[kept] = this.startTimestampsMs[at]!;
      kept++;
    }
    const dropped = this.length - kept;
    this.length = kept;
    return dropped;
  }

  /** True when a sample knows when its counter started. */
  hasStartTimestamps(): boolean {
    for (let at = 0; at < this.length; at++) if (this.startTimestampsMs[at] !== 0) return true;
    return false;
  }

  /** Adds a place and returns its index. */
  grow(): number {
    this.reserve(1);
    return this.length++;
  }

  /** Makes room for so many samples more. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed > this.refs.length) {
      const capacity = Math.max(needed, 2 * this.length);
      this.refs = widened(this.refs, capacity);
      this.timestampsMs = widened(this.timestampsMs, capacity);
      const words = new Uint32Array(2 * capacity);
      words.set(this.valueWords);
      this.valueWords = words;
      this.values = new Float64Array(words.buffer);
      this.startTimestampsMs = widened(this.startTimestampsMs, capacity);
    }
  }
}

function widened(from: Float64Array, capacity: number): Float64Array {
  const to = new Float64Array(capacity);
  to.set(from);
  return to;
}

/** Replaces the batch by the samples of a record of either version. */
export function decodeSamples(record: Uint8Array, into: SampleBatch): void {
  into.clear();
  if (record[0] === RECORD_TYPE.samplesV2) decodeSamplesV2(record, into);
  else decodeSamplesV1(record, into);
}

/** Writes `[from, to)` of the batch as upstream 3.5 does. Start timestamps are left out. */
export function encodeSamples(
  writer: ByteWriter,
  batch: SampleBatch,
  from = 0,
  to: number = batch.length,
): void {
  writer.u8(RECORD_TYPE.samples);
  if (from >= to) return;
  const firstRef = batch.refs[from]!;
  const firstMs = batch.timestampsMs[from]!;
  writer.u64(firstRef);
  writer.u64(firstMs);
  continueSamples(writer, batch, from, from, to);
}

/** Writes `[from, to)` behind what {@link encodeSamples} has written, where `first` began the record. */
export function continueSamples(
  writer: ByteWriter,
  batch: SampleBatch,
  first: number,
  from: number,
  to: number,
): void {
  const firstRef = batch.refs[first]!;
  const firstMs = batch.timestampsMs[first]!;
  for (let at = from; at < to; at++) {
    writer.varint(batch.refs[at]! - firstRef);
    writer.varint(batch.timestampsMs[at]! - firstMs);
    writer.f64Bits(batch.valueWords, at);
  }
}

/** Writes `[from, to)` of the batch with start timestamps, as servers newer than 3.5 do on demand. */
export function encodeSamplesV2(
  writer: ByteWriter,
  batch: SampleBatch,
  from = 0,
  to: number = batch.length,
): void {
  writer.u8(RECORD_TYPE.samplesV2);
  if (from >= to) return;
  const { refs, timestampsMs, startTimestampsMs } = batch;
  const firstMs = timestampsMs[from]!;
  const firstStartMs = startTimestampsMs[from]!;
  writer.varint(refs[from]!);
  writer.varint(firstMs);
  writer.varint(firstStartMs);
  writer.f64Bits(batch.valueWords, from);
  continueSamplesV2(writer, batch, from, from + 1, to);
}

/** Writes `[from, to)` behind what {@link encodeSamplesV2} has written, where `first` began the record. */
export function continueSamplesV2(
  writer: ByteWriter,
  batch: SampleBatch,
  first: number,
  from: number,
  to: number,
): void {
  const { refs, timestampsMs, startTimestampsMs } = batch;
  const firstMs = timestampsMs[first]!;
  const firstStartMs = startTimestampsMs[first]!;
  for (let at = from; at < to; at++) {
    writer.varint(refs[at]! - refs[at - 1]!);
    writer.varint(timestampsMs[at]! - firstMs);
    writeStartTimestamp(writer, startTimestampsMs[at]!, startTimestampsMs[at - 1]!, firstStartMs);
    writer.f64Bits(batch.valueWords, at);
  }
}

function decodeSamplesV1(record: Uint8Array, into: SampleBatch): void {
  let firstRef = 0;
  let firstMs = 0;
  const head = (reader: ByteReader): void => {
    firstRef = reader.u64();
    firstMs = reader.i64();
  };
  const item = (reader: ByteReader): void => {
    decodeRun(record, reader, firstRef, firstMs, into);
    if (reader.remaining === 0) return;
    const ref = firstRef + reader.varint();
    const timestampMs = firstMs + reader.varint();
    const at = into.grow();
    into.refs[at] = ref;
    into.timestampsMs[at] = timestampMs;
    into.startTimestampsMs[at] = 0;
    reader.f64BitsInto(into.valueWords, at);
  };
  decodeItems('samples', record, [RECORD_TYPE.samples], item, head, () => into.length);
}

/** The least bytes of a sample, and the most of one with at most four bytes for the number, three for the time. */
const LEAST_BYTES = 10;
const RUN_BYTES = 15;

/** Takes the samples ahead as long as their differences to the first one are short, which nearly all are. */
function decodeRun(
  record: Uint8Array,
  reader: ByteReader,
  firstRef: number,
  firstMs: number,
  into: SampleBatch,
): void {
  const start = reader.position;
  const last = record.length - RUN_BYTES;
  into.reserve(Math.ceil((record.length - start) / LEAST_BYTES));
  const { refs, timestampsMs, startTimestampsMs, valueWords } = into;
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  const lowWord = LITTLE_ENDIAN ? 0 : 1;
  let count = into.length;
  let done = start;
  for (let at = start; at <= last; done = at) {
    let refBits = record[at++]!;
    if (refBits > 0x7f) {
      refBits = (refBits & 0x7f) | (record[at++]! << 7);
      if (refBits > 0x3fff) {
        refBits = (refBits & 0x3fff) | (record[at++]! << 14);
        if (refBits > 0x1fffff) refBits = (refBits & 0x1fffff) | (record[at++]! << 21);
        if (refBits > 0xfffffff || refBits < 0) break;
      }
    }
    let timeBits = record[at++]!;
    if (timeBits > 0x7f) {
      timeBits = (timeBits & 0x7f) | (record[at++]! << 7);
      if (timeBits > 0x3fff) {
        timeBits = (timeBits & 0x3fff) | (record[at++]! << 14);
        if (timeBits > 0x1fffff) break;
      }
    }
    refs[count] = firstRef + ((refBits >>> 1) ^ -(refBits & 1));
    timestampsMs[count] = firstMs + ((timeBits >>> 1) ^ -(timeBits & 1));
    startTimestampsMs[count] = 0;
    valueWords[2 * count + 1 - lowWord] = view.getUint32(at);
    valueWords[2 * count + lowWord] = view.getUint32(at + 4);
    at += 8;
    count++;
  }
  into.length = count;
  reader.skip(done - start);
}

function decodeSamplesV2(record: Uint8Array, into: SampleBatch): void {
  let ref = 0;
  let firstMs = 0;
  let firstStartMs = 0;
  let startMs = 0;
  const item = (reader: ByteReader): void => {
    ref += reader.varint();
    const timestampMs = firstMs + reader.varint();
    if (into.length === 0) {
      firstMs = timestampMs;
      firstStartMs = reader.varint();
      startMs = firstStartMs;
    } else {
      startMs = readStartTimestamp(reader, startMs, firstStartMs);
    }
    const at = into.grow();
    into.refs[at] = ref;
    into.timestampsMs[at] = timestampMs;
    into.startTimestampsMs[at] = startMs;
    reader.f64BitsInto(into.valueWords, at);
  };
  decodeItems('samples', record, [RECORD_TYPE.samplesV2], item);
}
