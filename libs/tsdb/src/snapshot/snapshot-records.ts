import { ByteReader, ByteWriter } from '@narthex/bytes';
import { type NativeHistogram } from '@narthex/model';
import { CHUNK_ENCODING } from '@narthex/storage';
import {
  decodeExemplars,
  encodeExemplars,
  encodeHistograms,
  type ExemplarRecord,
  RECORD_TYPE,
  type TombstoneRecord,
} from '@narthex/wal';
import { type OpenChunk } from '../head/series-store.js';
import { holdsFloats, holdsIntegers } from '../samples/encoding-kinds.js';
import { SnapshotError } from './errors.js';

/*
 * Records of a snapshot of the head, each of which is a record of a log
 * (https://github.com/prometheus/prometheus/blob/main/tsdb/docs/format/memory_snapshot.md).
 */

export const SNAPSHOT_RECORD = { series: 1, tombstones: 2, exemplars: 3 } as const;

const TOMBSTONES_VERSION = 1;
/** Once there were the last four samples; now only the value of the last one counts. */
const OLD_SAMPLES_BYTES = 3 * 16 + 8;

/** A series and its open chunk. */
export interface SnapshotSeries {
  readonly ref: number;
  /** Names and values in turn, sorted by name. */
  readonly labelPairs: readonly string[];
  readonly chunk: OpenChunk | undefined;
}

/** @param lastHistogram the last sample, where the open chunk is of histograms */
export function encodeSnapshotSeries(
  writer: ByteWriter,
  { ref, labelPairs, chunk }: SnapshotSeries,
  lastHistogram: NativeHistogram | undefined,
): void {
  writer.u8(SNAPSHOT_RECORD.series);
  writer.u64(ref);
  writer.uvarint(labelPairs.length / 2);
  for (const text of labelPairs) writer.uvarintText(text);
  // Was the chunk range.
  writer.u64(0);
  if (chunk === undefined) {
    writer.uvarint(0);
    return;
  }
  writer.uvarint(1);
  writer.u64(chunk.minTimeMs);
  writer.u64(chunk.maxTimeMs);
  writer.u8(chunk.encoding);
  writer.uvarintBytes(chunk.bytes);
  if (lastHistogram !== undefined) {
    writer.bytes(histogramBody(lastHistogram, holdsIntegers(chunk.encoding)));
    return;
  }
  for (let i = 0; i < OLD_SAMPLES_BYTES; i++) writer.u8(0);
  writer.u32(chunk.lastHigh);
  writer.u32(chunk.lastLow);
}

/** @throws SnapshotError, or a cursor's error where the record ends early */
export function decodeSnapshotSeries(record: Uint8Array): SnapshotSeries {
  const reader = new ByteReader(record, 1);
  const ref = reader.u64();
  const labelPairs: string[] = [];
  for (let left = 2 * reader.uvarint(); left > 0; left--) labelPairs.push(reader.text(reader.uvarint()));
  reader.skip(8);
  if (reader.uvarint() === 0) return { ref, labelPairs, chunk: undefined };
  const minTimeMs = reader.i64();
  const maxTimeMs = reader.i64();
  const encoding = reader.u8();
  const bytes = reader.bytes(reader.uvarint());
  if (!Object.values(CHUNK_ENCODING).some((known) => known === encoding) || bytes.length < 2)
    throw new SnapshotError(`chunk from data: invalid chunk encoding ${encoding}`);
  let lastHigh = 0;
  let lastLow = 0;
  if (holdsFloats(encoding)) {
    reader.skip(OLD_SAMPLES_BYTES);
    lastHigh = reader.u32();
    lastLow = reader.u32();
  }
  return { ref, labelPairs, chunk: { minTimeMs, maxTimeMs, encoding, bytes, lastHigh, lastLow } };
}

/** All tombstones of the head. */
export function encodeSnapshotTombstones(writer: ByteWriter, tombstones: Iterable<TombstoneRecord>): void {
  const inner = new ByteWriter();
  inner.u8(TOMBSTONES_VERSION);
  for (const { ref, minTimeMs, maxTimeMs } of tombstones) {
    inner.uvarint(ref);
    inner.varint(minTimeMs);
    inner.varint(maxTimeMs);
  }
  writer.u8(SNAPSHOT_RECORD.tombstones);
  writer.uvarintBytes(inner.view());
}

/** @throws SnapshotError, or a cursor's error where the record ends early */
export function decodeSnapshotTombstones(record: Uint8Array): TombstoneRecord[] {
  const outer = new ByteReader(record, 1);
  const reader = new ByteReader(outer.bytes(outer.uvarint()));
  const version = reader.u8();
  if (version !== TOMBSTONES_VERSION) throw new SnapshotError(`invalid tombstone format ${version}`);
  const tombstones: TombstoneRecord[] = [];
  while (reader.remaining > 0) {
    tombstones.push({ ref: reader.uvarint(), minTimeMs: reader.varint(), maxTimeMs: reader.varint() });
  }
  return tombstones;
}

/** As in the log, with another number in front. */
export function encodeSnapshotExemplars(exemplars: readonly ExemplarRecord[]): Uint8Array {
  const writer = new ByteWriter();
  encodeExemplars(writer, exemplars);
  const record = writer.copy();
  record[0] = SNAPSHOT_RECORD.exemplars;
  return record;
}

/** @throws RecordDecodeError */
export function decodeSnapshotExemplars(record: Uint8Array): ExemplarRecord[] {
  const asInLog = Uint8Array.from(record);
  asInLog[0] = RECORD_TYPE.exemplars;
  return decodeExemplars(asInLog);
}

/** A histogram as a record of the log has it, behind type, number, time, and two differences of zero. */
function histogramBody(histogram: NativeHistogram, integer: boolean): Uint8Array {
  const writer = new ByteWriter();
  const before = 1 + 8 + 8 + 1 + 1;
  let length = 0;
  const sample = { ref: 0, timestampMs: 0, startTimestampMs: 0, integer, histogram };
  encodeHistograms(writer, [sample], (_start, end) => (length = end));
  return writer.copy().subarray(before, length);
}
