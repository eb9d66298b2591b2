import { type AnyValue, type Attribute, MAX_VALUE_DEPTH } from '../data/attributes.js';
import { type JsonReader } from './json-reader.js';

/** Reads a list of `KeyValue`s. */
export function readAttributes(reader: JsonReader, depth = 0): Attribute[] {
  const attributes: Attribute[] = [];
  while (reader.element()) attributes.push(readAttribute(reader, depth));
  return attributes;
}

function readAttribute(reader: JsonReader, depth: number): Attribute {
  let key = '';
  let value: AnyValue;
  for (let field = reader.field(); field !== undefined; field = reader.field()) {
    if (field === 'key') key = reader.text();
    else if (field === 'value') value = readValue(reader, depth);
    else reader.skip();
  }
  return [key, value];
}

function readValue(reader: JsonReader, depth: number): AnyValue {
  if (depth > MAX_VALUE_DEPTH) reader.refuse('ReadObject', 'exceeded max depth');
  let value: AnyValue;
  for (let field = reader.field(); field !== undefined; field = reader.field()) {
    switch (field) {
      case 'stringValue':
      case 'string_value':
        value = reader.text();
        break;
      case 'boolValue':
      case 'bool_value':
        value = reader.boolean();
        break;
      case 'intValue':
      case 'int_value':
        value = reader.integer('int64');
        break;
      case 'doubleValue':
      case 'double_value':
        value = reader.double();
        break;
      case 'arrayValue':
      case 'array_value':
        value = readList(reader, () => readValue(reader, depth + 1));
        break;
      case 'kvlistValue':
      case 'kvlist_value':
        value = { entries: readList(reader, () => readAttribute(reader, depth + 1)) };
        break;
      case 'bytesValue':
      case 'bytes_value':
        value = readBase64(reader);
        break;
      default:
        reader.skip();
    }
  }
  return value;
}

/** `ArrayValue` and `KeyValueList`: an object with the list in it. */
function readList<T>(reader: JsonReader, read: () => T): T[] {
  const values: T[] = [];
  for (let field = reader.field(); field !== undefined; field = reader.field()) {
    if (field === 'values') while (reader.element()) values.push(read());
    else reader.skip();
  }
  return values;
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function readBase64(reader: JsonReader): Uint8Array {
  const text = reader.text();
  if (!BASE64.test(text)) reader.refuse('base64.Decode', 'illegal base64 data');
  return Uint8Array.from(Buffer.from(text, 'base64'));
}

/** Reads an identifier of a trace or span; empty where it is all zeros, which is none. */
export function readId(reader: JsonReader, sizeBytes: number): string {
  const text = reader.text();
  if (text === '') return '';
  if (text.length !== 2 * sizeBytes || !/^[\da-fA-F]*$/.test(text)) {
    reader.refuse('UnmarshalJSON', `cannot unmarshal ID from string '${text}'`);
  }
  return /^0*$/.test(text) ? '' : text.toLowerCase();
}
