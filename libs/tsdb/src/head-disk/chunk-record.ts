import { crc32c } from '@narthex/bytes';

/*
 * Files of full head chunks, as Prometheus's `chunks_head/NNNNNN`
 * (https://github.com/prometheus/prometheus/blob/main/tsdb/docs/format/head_chunks.md): a header of eight bytes, then
 * one record a chunk: series number, first and last time, encoding, length, data, CRC-32C of all that. Big-endian.
 * What follows the last record may be zeros.
 */

export const HEAD_CHUNKS_MAGIC = 0x0130bc91;
export const HEAD_CHUNKS_VERSION = 1;
export const FILE_HEADER_BYTES = 8;
/** Files are cut before they grow beyond this. */
export const MAX_FILE_BYTES: number = 128 * 1024 * 1024;

/** Set in the encoding of a chunk of out-of-order samples. */
export const OUT_OF_ORDER_BIT = 0x80;

const MAX_LENGTH_BYTES = 5;
export const CHECKSUM_BYTES = 4;
/** Series number, first and last time, encoding. */
export const FIXED_BYTES = 25;
/** The most bytes a record has besides its data. Upstream takes what is left of a file for padding when it is less. */
export const MAX_RECORD_META_BYTES: number = FIXED_BYTES + MAX_LENGTH_BYTES + CHECKSUM_BYTES;

const TWO_32 = 2 ** 32;

/** What a record says about its chunk. */
export interface ChunkRecordHead {
  /** The number by which the log knows the series. */
  readonly seriesRef: number;
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  /** One of `CHUNK_ENCODING`. */
  readonly encoding: number;
  readonly sizeBytes: number;
}

/** The first eight bytes of a file. */
export function fileHeader(): Uint8Array {
  const header = new Uint8Array(FILE_HEADER_BYTES);
  const view = new DataView(header.buffer);
  view.setUint32(0, HEAD_CHUNKS_MAGIC);
  view.setUint8(4, HEAD_CHUNKS_VERSION);
  return header;
}

/** The bytes of a record in front of a chunk of so many. */
export function recordHeadBytes(sizeBytes: number): number {
  let bytes = FIXED_BYTES + 1;
  for (let rest = sizeBytes; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes++;
  return bytes;
}

/** Where a record begins, as markers in the log of late samples name it. */
export function markedPlace(file: number, offset: number): number {
  return file * TWO_32 + offset;
}

/** The bytes of a whole record. */
export function recordBytes(sizeBytes: number): number {
  return recordHeadBytes(sizeBytes) + sizeBytes + CHECKSUM_BYTES;
}

/** Builds records one behind the other. */
export class RecordWriter {
  readonly bytes: Uint8Array;
  length = 0;
  readonly #view: DataView;
  #recordAt = 0;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.bytes.buffer);
  }

  get free(): number {
    return this.bytes.length - this.length;
  }

  /** Writes the head of a record and returns where in {@link bytes} the data go, before {@link end} is called. */
  begin({ seriesRef, minTimeMs, maxTimeMs, encoding, sizeBytes }: ChunkRecordHead): number {
    this.#recordAt = this.length;
    this.#u64(seriesRef);
    this.#u64(minTimeMs);
    this.#u64(maxTimeMs);
    this.bytes[this.length++] = encoding;
    let rest = sizeBytes;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.bytes[this.length++] = 0x80 | (rest & 0x7f);
    this.bytes[this.length++] = rest;
    const at = this.length;
    this.length += sizeBytes;
    return at;
  }

  /** Ends the record, whose data are in place now. */
  end(): void {
    this.#view.setUint32(this.length, crc32c(this.bytes, this.#recordAt, this.length));
    this.length += CHECKSUM_BYTES;
  }

  /** In two's complement. */
  #u64(value: number): void {
    this.#view.setInt32(this.length, Math.floor(value / TWO_32));
    this.#view.setUint32(this.length + 4, value >>> 0);
    this.length += 8;
  }
}
