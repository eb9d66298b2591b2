import { ByteReader } from '@narthex/bytes';
import { RecordDecodeError } from '../errors.js';

/**
 * Checks the type of a record and calls `item` until the record is read to its end.
 * @param head reads what stands before the items, if there are any
 * @param counted how many items were read, for an `item` that reads more than one
 * @throws RecordDecodeError for another type, and for items that do not end where the record ends
 */
export function decodeItems(
  what: string,
  record: Uint8Array,
  types: readonly number[],
  item: (reader: ByteReader) => void,
  head?: (reader: ByteReader) => void,
  counted?: () => number,
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
    throw new RecordDecodeError(what, `decode error after ${counted?.() ?? count} ${what}`, { cause });
  }
}

/**
 * Label names and values in turn, behind the number of labels.
 * @param like those of the series before, of which many are the same as a rule
 */
export function readLabelPairs(reader: ByteReader, like: readonly string[] = []): string[] {
  const count = reader.uvarint();
  const pairs: string[] = [];
  for (let at = 0; at < 2 * count; at++) {
    const guess = like[at];
    pairs.push(guess === undefined ? reader.uvarintText() : reader.uvarintTextLike(guess));
  }
  return pairs;
}
