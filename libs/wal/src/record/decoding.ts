import { ByteReader } from '@narthex/bytes';
import { RecordDecodeError } from '../errors.js';

/**
 * Checks the type of a record and calls `item` until the record is read to its end.
 * @param head reads what stands before the items, if there are any
 * @throws RecordDecodeError for another type, and for items that do not end where the record ends
 */
export function decodeItems(
  what: string,
  record: Uint8Array,
  types: readonly number[],
  item: (reader: ByteReader) => void,
  head?: (reader: ByteReader) => void,
): void {
  const type = record[0];
  if (type === undefined || !types.includes(type)) {
    throw new RecordDecodeError(what, `invalid record type ${String(type)}`);
  }
  const reader = new ByteReader(record, 1);
  let count = 0;
  try {
    if (reader.remaining > 0) head?.(reader);
    for (; reader.remaining > 0; count++) item(reader);
  } catch (cause) {
    throw new RecordDecodeError(what, `decode error after ${count} ${what}`, { cause });
  }
}

/** Label names and values in turn, behind the number of labels. */
export function readLabelPairs(reader: ByteReader): string[] {
  const count = reader.uvarint();
  const pairs: string[] = [];
  for (let label = 0; label < count; label++) pairs.push(reader.uvarintText(), reader.uvarintText());
  return pairs;
}
