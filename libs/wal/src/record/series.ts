import { type ByteWriter } from '@narthex/bytes';
import { decodeItems, readLabelPairs } from './decoding.js';
import { RECORD_TYPE } from './record-type.js';

/** A series and the number that later records name it by. */
export interface SeriesRecord {
  readonly ref: number;
  /** Names and values in turn, sorted by name. */
  readonly labelPairs: readonly string[];
}

export function decodeSeries(record: Uint8Array): SeriesRecord[] {
  const series: SeriesRecord[] = [];
  decodeItems('series', record, [RECORD_TYPE.series], (reader) => {
    series.push({ ref: reader.u64(), labelPairs: readLabelPairs(reader, series.at(-1)?.labelPairs) });
  });
  return series;
}

export function encodeSeries(writer: ByteWriter, series: Iterable<SeriesRecord>): void {
  writer.u8(RECORD_TYPE.series);
  for (const { ref, labelPairs } of series) writeSeries(writer, ref, labelPairs);
}

/** As {@link decodeSeries}, with labels as the bytes that {@link writeLabelPairs} writes, valid until `visit` returns. */
export function scanSeries(record: Uint8Array, visit: (ref: number, labelBytes: Uint8Array) => void): void {
  decodeItems('series', record, [RECORD_TYPE.series], (reader) => {
    const ref = reader.u64();
    const start = reader.position;
    for (let left = 2 * reader.uvarint(); left > 0; left--) reader.skip(reader.uvarint());
    visit(ref, record.subarray(start, reader.position));
  });
}

/** As {@link appendSeries}, with labels as {@link scanSeries} gives them. */
export function appendSeriesBytes(writer: ByteWriter, ref: number, labelBytes: Uint8Array): void {
  if (writer.length === 0) writer.u8(RECORD_TYPE.series);
  writer.u64(ref);
  writer.bytes(labelBytes);
}

/** Writes one series more, behind the beginning of the record where there is none yet. */
export function appendSeries(writer: ByteWriter, ref: number, labelPairs: readonly string[]): void {
  if (writer.length === 0) writer.u8(RECORD_TYPE.series);
  writeSeries(writer, ref, labelPairs);
}

function writeSeries(writer: ByteWriter, ref: number, labelPairs: readonly string[]): void {
  writer.u64(ref);
  writeLabelPairs(writer, labelPairs);
}

/** Writes what `readLabelPairs` reads. */
export function writeLabelPairs(writer: ByteWriter, pairs: readonly string[]): void {
  writer.uvarint(pairs.length / 2);
  for (const text of pairs) writer.uvarintText(text);
}
