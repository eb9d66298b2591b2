import { type MessageWriter, type WireReader } from '@narthex/bytes';
import { TIMESTAMP } from './metric-shapes.js';

const { field } = TIMESTAMP;
const NANOS_A_MS = 1_000_000;

/** Milliseconds of a `google.protobuf.Timestamp`. */
export function readTimestampMs(reader: WireReader, end: number): number {
  const stop = reader.messageEnd(end);
  let seconds = 0;
  let nanos = 0;
  while (reader.next(TIMESTAMP, stop)) {
    if (reader.field === field.Seconds) seconds = reader.integer(stop);
    else nanos = reader.integer(stop) | 0;
  }
  return seconds * 1000 + Math.trunc(nanos / NANOS_A_MS);
}

export function writeTimestamp(writer: MessageWriter, fieldNumber: number, timestampMs: number): void {
  const seconds = Math.floor(timestampMs / 1000);
  const start = writer.begin(fieldNumber);
  if (seconds !== 0) writer.integer(field.Seconds, seconds);
  const ms = timestampMs - seconds * 1000;
  if (ms !== 0) writer.integer(field.Nanos, ms * NANOS_A_MS);
  writer.end(start);
}
