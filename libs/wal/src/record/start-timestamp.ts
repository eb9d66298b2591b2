import { type ByteReader, type ByteWriter } from '@narthex/bytes';

/** The byte before a sample's start timestamp in records of version 2. */
const MARKER = { none: 0, sameAsBefore: 1, explicit: 2 } as const;

/**
 * @param previousMs of the sample before
 * @param firstMs of the record's first sample
 * @returns 0 when the sample has none
 */
export function readStartTimestamp(reader: ByteReader, previousMs: number, firstMs: number): number {
  const marker = reader.u8();
  if (marker === MARKER.none) return 0;
  return marker === MARKER.sameAsBefore ? previousMs : firstMs + reader.varint();
}

/** Writes what {@link readStartTimestamp} reads. */
export function writeStartTimestamp(
  writer: ByteWriter,
  startMs: number,
  previousMs: number,
  firstMs: number,
): void {
  if (startMs === 0) {
    writer.u8(MARKER.none);
  } else if (startMs === previousMs) {
    writer.u8(MARKER.sameAsBefore);
  } else {
    writer.u8(MARKER.explicit);
    writer.varint(startMs - firstMs);
  }
}
