import { type ByteReader, type ByteWriter } from '@narthex/bytes';
import { type MetricMetadata, type MetricType } from '@narthex/model';
import { decodeItems } from './decoding.js';
import { RECORD_TYPE } from './record-type.js';

/** What is known of the metric that a series belongs to. */
export interface MetadataRecord extends MetricMetadata {
  readonly ref: number;
}

/** In the order of the numbers they are written as. */
const types: readonly MetricType[] = [
  'unknown',
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
];

const unitField = 'UNIT';
const helpField = 'HELP';

export function decodeMetadata(record: Uint8Array): MetadataRecord[] {
  const metadata: MetadataRecord[] = [];
  decodeItems('metadata', record, [RECORD_TYPE.metadata], (reader) => {
    const ref = reader.uvarint();
    const type = types[reader.u8()] ?? 'unknown';
    metadata.push({ ref, type, ...readFields(reader) });
  });
  return metadata;
}

export function encodeMetadata(writer: ByteWriter, metadata: Iterable<MetadataRecord>): void {
  writer.u8(RECORD_TYPE.metadata);
  for (const { ref, type, unit, help } of metadata) {
    writer.uvarint(ref);
    writer.u8(types.indexOf(type));
    writer.uvarint(2);
    for (const text of [unitField, unit, helpField, help]) writer.uvarintText(text);
  }
}

/** Named fields; those that later versions may add are passed over. */
function readFields(reader: ByteReader): { unit: string; help: string } {
  const fields = { unit: '', help: '' };
  for (let left = reader.uvarint(); left > 0; left--) {
    const name = reader.uvarintText();
    const value = reader.uvarintText();
    if (name === unitField) fields.unit = value;
    else if (name === helpField) fields.help = value;
  }
  return fields;
}
