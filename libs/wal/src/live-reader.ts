import { crc32c } from '@narthex/bytes';
import { closeSync, openSync, readSync } from 'node:fs';
import { type RecordCodec, type WalCodecs } from './compression.js';
import { CodecUnavailableError, WalCorruptionError } from './errors.js';
import {
  bytesToPageEnd,
  FRAGMENT,
  FRAGMENT_HEADER_BYTES,
  FRAGMENT_TYPE_MASK,
  PAGE_SIZE_BYTES,
  SNAPPY_FLAG,
  ZSTD_FLAG,
} from './format.js';
import { type Segment } from './segments.js';

const nothing = new Uint8Array(0);

export interface LiveReaderOptions {
  readonly segment: Segment;
  readonly codecs: WalCodecs;
  /** Memory for reading ahead; at least two pages. Default: 64 KiB. */
  readonly bufferBytes?: number;
}

/**
 * Reads the records of one segment, also while it is being written: a record shows once it is there whole.
 *
 * Reads with pread(2), from the page cache as a rule, and in the caller's thread.
 */
export class LiveReader {
  readonly #segment: Segment;
  readonly #codecs: WalCodecs;
  readonly #descriptor: number;
  readonly #buffer: Buffer;
  /** The unread bytes in the buffer: `[#at, #filled)`. */
  #at = 0;
  #filled = 0;
  /** Offset in the file of `#at`. */
  #offsetBytes = 0;
  #validBytes = 0;
  /** Data of a record's fragments up to now, and how many there were. */
  #parts: Buffer = Buffer.alloc(0);
  #partsLength = 0;
  #partCount = 0;
  #record: Uint8Array = nothing;

  constructor({ segment, codecs, bufferBytes = 2 * PAGE_SIZE_BYTES }: LiveReaderOptions) {
    this.#segment = segment;
    this.#codecs = codecs;
    this.#buffer = Buffer.allocUnsafeSlow(Math.max(bufferBytes, 2 * PAGE_SIZE_BYTES));
    this.#descriptor = openSync(segment.path, 'r');
  }

  /** The record that {@link next} found, valid until its next call. */
  get record(): Uint8Array {
    return this.#record;
  }

  get segment(): number {
    return this.#segment.number;
  }

  /** Bytes of the segment read and understood. */
  get offsetBytes(): number {
    return this.#offsetBytes;
  }

  /** Where the last whole record ends. */
  get validBytes(): number {
    return this.#validBytes;
  }

  /**
   * Goes to the next record. False when no further one is there whole: ask again after more was written.
   * @throws WalCorruptionError when the bytes cannot be records; the reader is of no use after that.
   * @throws CodecUnavailableError for a record whose compression this machine cannot undo
   */
  next(): boolean {
    while (this.#has(1)) {
      const header = this.#buffer[this.#at]!;
      if ((header & FRAGMENT_TYPE_MASK) === FRAGMENT.pageEnd) {
        if (!this.#skipPadding()) return false;
        continue;
      }
      if (!this.#has(FRAGMENT_HEADER_BYTES)) return false;
      const length = this.#buffer.readUInt16BE(this.#at + 1);
      if (length > PAGE_SIZE_BYTES - FRAGMENT_HEADER_BYTES)
        throw this.#corruption(`invalid record size ${length}`);
      if (!this.#has(FRAGMENT_HEADER_BYTES + length)) return false;
      if (this.#takeFragment(header, length)) return true;
    }
    return false;
  }

  /**
   * What stands in the way at the end of a segment that nobody writes to any more: undefined when every byte was
   * a record or padding.
   */
  tornTail(): WalCorruptionError | undefined {
    const rest = this.#buffer.subarray(this.#at, this.#filled);
    if (this.#partCount === 0 && rest.every((byte) => byte === 0)) return undefined;
    return this.#corruption('last record is torn');
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  /** True when a record is complete with this fragment. */
  #takeFragment(header: number, length: number): boolean {
    const start = this.#at + FRAGMENT_HEADER_BYTES;
    const data = this.#buffer.subarray(start, start + length);
    const expected = this.#buffer.readUInt32BE(this.#at + 3);
    const actual = crc32c(data);
    this.#advance(FRAGMENT_HEADER_BYTES + length);
    if (actual !== expected) {
      throw this.#corruption(`unexpected checksum ${actual.toString(16)}, expected ${expected.toString(16)}`);
    }
    const type = header & FRAGMENT_TYPE_MASK;
    this.#checkOrder(type);
    if (type === FRAGMENT.full) {
      this.#finish(header, data);
      return true;
    }
    this.#keep(data);
    if (type !== FRAGMENT.last) return false;
    this.#finish(header, this.#parts.subarray(0, this.#partsLength));
    return true;
  }

  #checkOrder(type: number): void {
    const begins = type === FRAGMENT.full || type === FRAGMENT.first;
    if (!begins && type !== FRAGMENT.middle && type !== FRAGMENT.last) {
      throw this.#corruption(`unexpected record type ${type}`);
    }
    if (begins !== (this.#partCount === 0)) {
      const names = ['zero', 'full', 'first', 'middle', 'last'];
      throw this.#corruption(`unexpected ${names[type]} record`);
    }
  }

  #keep(data: Buffer): void {
    const length = this.#partsLength + data.length;
    if (length > this.#parts.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.#parts.length));
      this.#parts.copy(grown, 0, 0, this.#partsLength);
      this.#parts = grown;
    }
    data.copy(this.#parts, this.#partsLength);
    this.#partsLength = length;
    this.#partCount++;
  }

  #finish(header: number, data: Buffer): void {
    const codec = this.#codecOf(header);
    if (codec === undefined || data.length === 0) {
      this.#record = data;
    } else {
      try {
        this.#record = codec.decompress(data);
      } catch (cause) {
        if (cause instanceof CodecUnavailableError) throw cause;
        throw this.#corruption('a compressed record does not decompress', cause);
      }
    }
    this.#partsLength = 0;
    this.#partCount = 0;
    this.#validBytes = this.#offsetBytes;
  }

  #codecOf(header: number): RecordCodec | undefined {
    if ((header & SNAPPY_FLAG) !== 0) return this.#codecs.snappy;
    return (header & ZSTD_FLAG) !== 0 ? this.#codecs.zstd : undefined;
  }

  /** Skips zeros to the end of the page; false when they are not all there yet. */
  #skipPadding(): boolean {
    const length = bytesToPageEnd(this.#offsetBytes) || PAGE_SIZE_BYTES;
    if (!this.#has(length)) return false;
    for (let at = this.#at + 1; at < this.#at + length; at++) {
      if (this.#buffer[at] !== 0) throw this.#corruption('unexpected non-zero byte in padded page');
    }
    this.#advance(length);
    return true;
  }

  #advance(length: number): void {
    this.#at += length;
    this.#offsetBytes += length;
  }

  /** True when the next `length` bytes are in the buffer, after reading if need be. */
  #has(length: number): boolean {
    if (this.#filled - this.#at >= length) return true;
    this.#buffer.copyWithin(0, this.#at, this.#filled);
    this.#filled -= this.#at;
    this.#at = 0;
    while (this.#filled < length) {
      const position = this.#offsetBytes + this.#filled;
      const count = readSync(
        this.#descriptor,
        this.#buffer,
        this.#filled,
        this.#buffer.length - this.#filled,
        position,
      );
      if (count === 0) return false;
      this.#filled += count;
    }
    return true;
  }

  #corruption(reason: string, cause?: unknown): WalCorruptionError {
    const { directory, path, number } = this.#segment;
    return new WalCorruptionError({
      directory,
      path,
      segment: number,
      offsetBytes: this.#offsetBytes,
      validBytes: this.#validBytes,
      reason,
      cause,
    });
  }
}
