import { type WireReader } from '@narthex/bytes';
import { ExpositionError } from '../errors.js';
import { isUtf8 } from '../quote-bytes.js';
import { decodeText, type ParsedExemplar, sortedLabels } from '../series-labels.js';
import { EXEMPLAR, LABEL_PAIR } from './metric-shapes.js';
import { readTimestampMs } from './timestamp.js';

/** Reads the label whose message goes from the reader's place to `end`. */
export function readLabelPair(reader: WireReader, end: number): [name: string, value: string] {
  let name = '';
  let value = '';
  while (reader.next(LABEL_PAIR, end)) {
    const isName = reader.field === LABEL_PAIR.field.Name;
    const stop = reader.messageEnd(end);
    const text = decodeText(reader.bytes, reader.at, stop);
    const isValid = isUtf8(reader.bytes, reader.at, stop);
    if (isName) {
      if (!isValid || text === '') throw new ExpositionError(`invalid label name: ${text}`);
      name = text;
    } else {
      if (!isValid) throw new ExpositionError(`invalid label value: ${text}`);
      value = text;
    }
    reader.at = stop;
  }
  return [name, value];
}

/** Reads the exemplar whose message goes from the reader's place to `end`. */
export function readExemplar(reader: WireReader, end: number): ParsedExemplar {
  const labels: [string, string][] = [];
  let value = 0;
  let timestampMs: number | undefined;
  while (reader.next(EXEMPLAR, end)) {
    switch (reader.field) {
      case EXEMPLAR.field.Label:
        labels.push(readLabelPair(reader, reader.messageEnd(end)));
        break;
      case EXEMPLAR.field.Value:
        value = reader.double(end);
        break;
      default:
        timestampMs = readTimestampMs(reader, end);
    }
  }
  return {
    labels: sortedLabels(labels),
    value,
    timestampMs: timestampMs ?? 0,
    hasTimestamp: timestampMs !== undefined,
  };
}
