/*
 * Segments of chunks:
 * https://github.com/prometheus/prometheus/blob/main/tsdb/docs/format/chunks.md
 */

export const CHUNKS_FOLDER = 'chunks';
export const CHUNKS_MAGIC = 0x85bd40dd;
export const CHUNKS_VERSION = 1;
export const SEGMENT_HEADER_BYTES = 8;
export const SEGMENT_BYTES = 512 * 1024 * 1024;

const TWO_TO_32 = 0x1_0000_0000;

/** A chunk's name in the index: segment (from 0) in the upper, place of the chunk in the lower 32 bits. */
export function chunkRef(segment: number, position: number): number {
  return segment * TWO_TO_32 + position;
}

export function segmentOf(ref: number): number {
  return Math.floor(ref / TWO_TO_32);
}

export function positionOf(ref: number): number {
  return ref % TWO_TO_32;
}

/** `000001` for the segment 0. */
export function segmentFileName(segment: number): string {
  return String(segment + 1).padStart(6, '0');
}
