import { type ByteReader, type ByteWriter } from '@narthex/bytes';
import { decodeItems, readLabelPairs } from './decoding.js';
import { RECORD_TYPE } from './record-type.js';
import { writeLabelPairs } from './series.js';

/** An exemplar of a series. */
export interface ExemplarRecord {
  readonly ref: number;
  readonly timestampMs: number;
  readonly value: number;
  /** Names and values in turn. */
  readonly labelPairs: readonly string[];
}

export function decodeExemplars(record: Uint8Array): ExemplarRecord[] {
  const exemplars: ExemplarRecord[] = [];
  let firstRef = 0;
  let firstMs = 0;
  const head = (reader: ByteReader): void => {
    firstRef = reader.u64();
    firstMs = reader.i64();
  };
  const item = (reader: ByteReader): void => {
    const ref = firstRef + reader.varint();
    const timestampMs = firstMs + reader.varint();
    const value = reader.f64();
    exemplars.push({ ref, timestampMs, value, labelPairs: readLabelPairs(reader) });
  };
  decodeItems('exemplars', record, [RECORD_TYPE.exemplars], item, head);
  return exemplars;
}

export function encodeExemplars(writer: ByteWriter, exemplars: readonly ExemplarRecord[]): void {
  writer.u8(RECORD_TYPE.exemplars);
  const [first] = exemplars;
  if (first === undefined) return;
  writer.u64(first.ref);
  writer.u64(first.timestampMs);
  for (const { ref, timestampMs, value, labelPairs } of exemplars) {
    writer.varint(ref - first.ref);
    writer.varint(timestampMs - first.timestampMs);
    writer.f64(value);
    writeLabelPairs(writer, labelPairs);
  }
}
