/**
 * The layout of a segment file, from Prometheus' `tsdb/docs/format/wal.md`: pages of 32 KiB that hold fragments,
 * each behind a header of seven bytes (type and flags 1, length 2, CRC-32C of the data 4, all big-endian). What is
 * left of a page when no fragment follows is zero. No record crosses into the next segment.
 */
export const PAGE_SIZE_BYTES = 32 * 1024;
export const FRAGMENT_HEADER_BYTES = 7;
export const DEFAULT_SEGMENT_SIZE_BYTES = 128 * 1024 * 1024;

/** The low three bits of a fragment's first byte. */
export const FRAGMENT = {
  /** The rest of the page is zero. */
  pageEnd: 0,
  full: 1,
  first: 2,
  middle: 3,
  last: 4,
} as const;

export const FRAGMENT_TYPE_MASK = 0b111;
export const SNAPPY_FLAG = 1 << 3;
export const ZSTD_FLAG = 1 << 4;

/** Bytes to the end of the page that `offsetBytes` lies in; 0 at a page's border. */
export function bytesToPageEnd(offsetBytes: number): number {
  return (PAGE_SIZE_BYTES - (offsetBytes % PAGE_SIZE_BYTES)) % PAGE_SIZE_BYTES;
}
