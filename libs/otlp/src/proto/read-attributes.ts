import { type WireReader } from '@narthex/bytes';
import { type AnyValue, type Attribute, MAX_VALUE_DEPTH } from '../data/attributes.js';
import { DecodeError } from '../errors.js';
import { ANY_VALUE, KEY_VALUE, VALUES } from './message-shapes.js';

/** Reads one `KeyValue`, where the reader stands at its length. */
export function readAttribute(reader: WireReader, end: number, depth = 0): Attribute {
  const stop = reader.messageEnd(end);
  let key = '';
  let value: AnyValue;
  while (reader.next(KEY_VALUE, stop)) {
    if (reader.field === KEY_VALUE.field.Key) key = reader.text(stop);
    else value = readValue(reader, stop, depth);
  }
  return [key, value];
}

const F = ANY_VALUE.field;

function readValue(reader: WireReader, end: number, depth: number): AnyValue {
  if (depth > MAX_VALUE_DEPTH) throw new DecodeError('exceeded max depth');
  const stop = reader.messageEnd(end);
  let value: AnyValue;
  while (reader.next(ANY_VALUE, stop)) {
    switch (reader.field) {
      case F.StringValue:
        value = reader.text(stop);
        break;
      case F.BoolValue:
        value = reader.unsigned(stop) !== 0;
        break;
      case F.IntValue:
        value = reader.signed64(stop);
        break;
      case F.DoubleValue:
        value = reader.double(stop);
        break;
      case F.ArrayValue: {
        const values: AnyValue[] = [];
        const listEnd = reader.messageEnd(stop);
        while (reader.next(VALUES, listEnd)) values.push(readValue(reader, listEnd, depth + 1));
        value = values;
        break;
      }
      case F.KvlistValue: {
        const entries: Attribute[] = [];
        const listEnd = reader.messageEnd(stop);
        while (reader.next(VALUES, listEnd)) entries.push(readAttribute(reader, listEnd, depth + 1));
        value = { entries };
        break;
      }
      default:
        value = readBytes(reader, stop);
    }
  }
  return value;
}

function readBytes(reader: WireReader, end: number): Uint8Array {
  const stop = reader.messageEnd(end);
  const bytes = Uint8Array.from(reader.bytes.subarray(reader.at, stop));
  reader.at = stop;
  return bytes;
}

/** Reads an identifier of a trace or span as hexadecimal; empty where it is all zeros, which is none. */
export function readId(reader: WireReader, end: number, sizeBytes: number, what: string): string {
  const bytes = readBytes(reader, end);
  if (bytes.length === 0) return '';
  if (bytes.length !== sizeBytes) throw new DecodeError(`invalid length for ${what}`);
  return bytes.every((byte) => byte === 0) ? '' : Buffer.from(bytes).toString('hex');
}
