import { type MessageShape, type WireReader } from '@narthex/bytes';
import { SAMPLE_V2 } from '../wire/message-shapes.js';
import { type FloatBatch } from './float-batch.js';

const VALUE_TAG = 0x09;
const TIMESTAMP_TAG = 0x10;

/**
 * Reads the sample that begins at the reader's length, a message of this shape, into the batch. The usual layout, a
 * value and then a time, is read without looking for fields.
 */
export function readSample(reader: WireReader, end: number, batch: FloatBatch, shape: MessageShape): void {
  const stop = reader.messageEnd(end);
  const { bytes, at } = reader;
  if (at + 10 < stop && bytes[at] === VALUE_TAG && bytes[at + 9] === TIMESTAMP_TAG) {
    reader.at = at + 10;
    const timestampMs = reader.integer(stop);
    if (reader.at === stop) {
      const i = batch.push(timestampMs);
      reader.at = at + 1;
      reader.doubleInto(batch.valueWords, i, stop);
      reader.at = stop;
      return;
    }
    reader.at = at;
  }
  const i = batch.push(0);
  batch.values[i] = 0;
  let timestampMs = 0;
  let startMs = 0;
  const { Value, Timestamp } = SAMPLE_V2.field;
  while (reader.next(shape, stop)) {
    if (reader.field === Value) reader.doubleInto(batch.valueWords, i, stop);
    else if (reader.field === Timestamp) timestampMs = reader.integer(stop);
    else startMs = reader.integer(stop);
  }
  batch.count = i;
  batch.push(timestampMs, startMs);
}
