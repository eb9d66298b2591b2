import { ByteReader, crc32c, ShortBufferError } from '@narthex/bytes';
import { corruption } from './corruption.js';
import { type RandomAccessFile } from './random-access-file.js';

/** Read at a place out of the order: about what one entry or one chunk needs. */
const JUMP_BYTES = 4096;
/** Reads in order get longer, each twice the one before, up to this. */
const STREAM_BYTES = 65_536;
/** A larger buffer, once needed for one long entry, is not kept. */
const KEPT_BYTES = 262_144;
const LONGEST_VARINT = 10;
/** Varints of up to so many bytes are exact as doubles, whatever they hold. */
const EASY_BYTES = 7;
/** Bytes from this one on are followed by more of the same varint. */
const MULTIBYTE = 0x80;
const CHECKSUM_BYTES = 4;
const NO_BYTES = new Uint8Array(0);
const NO_TEXT = Buffer.alloc(0);

/**
 * Reads a file through a small buffer: in order by steps that grow, at random by small ones. Numbers are as in
 * `ByteReader`, and reads past the end given to {@link seek} throw its `ShortBufferError`.
 */
export class FileCursor {
  readonly #file: RandomAccessFile;
  /** For the varints that are not easy. */
  readonly #reader = new ByteReader(NO_BYTES);
  #buffer = NO_BYTES;
  /** The same memory: a Buffer decodes texts faster, but is slow to make views of. */
  #text = NO_TEXT;
  /** The buffer holds the file's bytes `[start, start + filled)`. */
  #start = 0;
  #filled = 0;
  /** How much the last read was to be. */
  #step = JUMP_BYTES;
  /** The next byte's place in the buffer, and where what may be read ends there. */
  #at = 0;
  #limit = 0;
  #end = 0;

  constructor(file: RandomAccessFile) {
    this.#file = file;
  }

  /** Goes to a place in the file; nothing at or behind `end` will be read. */
  seek(position: number, end: number = this.#file.sizeBytes): this {
    this.#end = Math.min(end, this.#file.sizeBytes);
    if (position < 0 || position > this.#end) throw new ShortBufferError(position, this.#end);
    if (position < this.#start || position > this.#start + this.#filled) {
      this.#start = position;
      this.#filled = 0;
    }
    this.#aim(position);
    return this;
  }

  /** The next byte's place in the file. */
  get position(): number {
    return this.#start + this.#at;
  }

  get remaining(): number {
    return this.#end - this.position;
  }

  skip(length: number): void {
    if (length <= this.#limit - this.#at) this.#at += length;
    else this.seek(this.position + length, this.#end);
  }

  u8(): number {
    this.#need(1);
    return this.#buffer[this.#at++]!;
  }

  u32(): number {
    this.#need(4);
    this.#at += 4;
    return this.#text.readUInt32BE(this.#at - 4);
  }

  uvarint(): number {
    if (this.#limit - this.#at < LONGEST_VARINT) this.#need(Math.min(LONGEST_VARINT, this.remaining));
    const end = Math.min(this.#limit, this.#at + EASY_BYTES);
    let value = 0;
    let factor = 1;
    for (let at = this.#at; at < end; at++) {
      const byte = this.#buffer[at]!;
      if (byte < MULTIBYTE) {
        this.#at = at + 1;
        return value + byte * factor;
      }
      value += (byte - MULTIBYTE) * factor;
      factor *= MULTIBYTE;
    }
    value = this.#reader.reset(this.#buffer, this.#at, this.#limit).uvarint();
    this.#at = this.#reader.position;
    return value;
  }

  /** A view of the next bytes, valid until the next call. */
  bytes(length: number): Uint8Array {
    this.#need(length);
    this.#at += length;
    return this.#buffer.subarray(this.#at - length, this.#at);
  }

  /** UTF-8 behind its length in bytes. */
  uvarintText(): string {
    const length = this.uvarint();
    this.#need(length);
    this.#at += length;
    return this.#text.toString('utf8', this.#at - length, this.#at);
  }

  /** Passes so many texts. */
  skipTexts(count: number): void {
    for (let left = count; left > 0; left--) this.skip(this.uvarint());
  }

  /**
   * The next `length` bytes, whose CRC-32C stands behind them; a view valid until the next call.
   * @throws StorageError CORRUPT when they do not match
   */
  checked(length: number, what: string): Uint8Array {
    this.#need(length + CHECKSUM_BYTES);
    const bytes = this.bytes(length);
    if (crc32c(bytes) !== this.u32()) throw corruption(this.#file.path, `${what}: invalid checksum`);
    return bytes;
  }

  /** Like {@link checked} for a section that is too long to hold: goes through it and comes back to its start. */
  check(length: number, what: string): void {
    const start = this.position;
    if (length + CHECKSUM_BYTES > this.remaining) throw new ShortBufferError(length, this.remaining);
    let crc = 0;
    for (let left = length; left > 0;) {
      const piece = Math.min(left, STREAM_BYTES);
      crc = crc32c(this.bytes(piece), 0, piece, crc);
      left -= piece;
    }
    if (this.u32() !== crc) throw corruption(this.#file.path, `${what}: invalid checksum`);
    this.seek(start, this.#end);
  }

  /** Lets the buffer go; it comes back with the next read. */
  release(): void {
    const { position } = this;
    this.#buffer = NO_BYTES;
    this.#text = NO_TEXT;
    this.#reader.reset(NO_BYTES);
    this.#start = position;
    this.#filled = 0;
    this.#aim(position);
  }

  #need(length: number): void {
    if (this.#limit - this.#at < length) this.#fill(length);
  }

  #fill(length: number): void {
    const { position } = this;
    if (length > this.#end - position) throw new ShortBufferError(length, this.#end - position);
    this.#step = this.#filled > 0 ? Math.min(2 * this.#step, STREAM_BYTES) : JUMP_BYTES;
    const wanted = Math.max(length, this.#step);
    const size = Math.min(wanted, this.#file.sizeBytes - position);
    if (size > this.#buffer.length || this.#buffer.length > Math.max(size, KEPT_BYTES)) {
      this.#buffer = new Uint8Array(size);
      this.#text = Buffer.from(this.#buffer.buffer);
    }
    this.#start = position;
    this.#filled = this.#file.read(this.#buffer, 0, size, position);
    this.#aim(position);
    if (this.#filled < length) throw new ShortBufferError(length, this.#filled);
  }

  #aim(position: number): void {
    this.#limit = Math.min(this.#filled, this.#end - this.#start);
    this.#at = position - this.#start;
  }
}
