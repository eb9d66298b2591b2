import { UnsafeIntegerError } from './byte-errors.js';

const twoTo32 = 0x1_0000_0000;
const twoTo31 = 0x8000_0000;
const mask64 = 0xffff_ffff_ffff_ffffn;
/** Below this length writing character codes beats calling the encoder. */
const shortText = 127;

const utf8 = new TextEncoder();
const littleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/**
 * Appends to a buffer that grows, in the encodings {@link ByteReader} reads. Numbers given for 64-bit
 * integers must be safe integers, else {@link UnsafeIntegerError}; bigints take all 64 bits.
 */
export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(capacityBytes = 256) {
    this.#bytes = new Uint8Array(capacityBytes);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Bytes written since the last {@link clear}. */
  get length(): number {
    return this.#length;
  }

  /** Forgets what was written and keeps the memory. */
  clear(): this {
    this.#length = 0;
    return this;
  }

  /** Drops what was written from `length` on. */
  truncate(length: number): void {
    if (length < this.#length) this.#length = Math.max(0, length);
  }

  /** What was written from `start` on, as a view valid until the next write or {@link clear}. */
  view(start = 0): Uint8Array {
    return this.#bytes.subarray(start, this.#length);
  }

  /** What was written from `start` on, as a copy of its own. */
  copy(start = 0): Uint8Array {
    return this.#bytes.slice(start, this.#length);
  }

  u8(value: number): void {
    const at = this.#grow(1);
    this.#bytes[at] = value;
  }

  u16(value: number): void {
    const at = this.#grow(2);
    this.#view.setUint16(at, value);
  }

  u32(value: number): void {
    const at = this.#grow(4);
    this.#view.setUint32(at, value);
  }

  /** Overwrites four bytes written before, at `position`: a length or checksum known only afterwards. */
  patchU32(position: number, value: number): void {
    if (position + 4 > this.#length) throw new RangeError(`no four bytes were written at ${position}`);
    this.#view.setUint32(position, value);
  }

  /** 64 bits big-endian; negative numbers in two's complement. */
  u64(value: number | bigint): void {
    const at = this.#grow(8);
    if (typeof value === 'bigint') {
      this.#view.setBigUint64(at, value & mask64);
      return;
    }
    if (!Number.isSafeInteger(value)) throw new UnsafeIntegerError(value);
    this.#view.setInt32(at, Math.floor(value / twoTo32));
    this.#view.setUint32(at + 4, value >>> 0);
  }

  /** A float64. A NaN's payload may be lost on the way; {@link f64Bits} keeps it. */
  f64(value: number): void {
    const at = this.#grow(8);
    this.#view.setFloat64(at, value);
  }

  /** The bits of the float64 at `index` of the `Float64Array` whose memory `words` views. */
  f64Bits(words: Uint32Array, index: number): void {
    const at = this.#grow(8);
    this.#view.setUint32(at, words[2 * index + (littleEndian ? 1 : 0)]!);
    this.#view.setUint32(at + 4, words[2 * index + (littleEndian ? 0 : 1)]!);
  }

  /** Unsigned varint. */
  uvarint(value: number | bigint): void {
    if (typeof value === 'bigint') {
      this.#uvarintBig(value & mask64);
      return;
    }
    if (value < 0 || !Number.isSafeInteger(value)) throw new UnsafeIntegerError(value);
    let at = this.#grow(8);
    const bytes = this.#bytes;
    let rest = value;
    while (rest >= twoTo31) {
      bytes[at++] = (rest & 0x7f) | 0x80;
      rest = Math.floor(rest / 128);
    }
    while (rest > 0x7f) {
      bytes[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[at++] = rest;
    this.#length = at;
  }

  /** Zigzag varint. */
  varint(value: number | bigint): void {
    if (typeof value === 'bigint') {
      const signed = BigInt.asIntN(64, value);
      this.#uvarintBig(((signed << 1n) ^ (signed >> 63n)) & mask64);
      return;
    }
    if (value >= -0x4000_0000 && value < 0x4000_0000) {
      this.uvarint(((value << 1) ^ (value >> 31)) >>> 0);
      return;
    }
    if (!Number.isSafeInteger(value)) throw new UnsafeIntegerError(value);
    // Twice the value may pass 2^53 by one bit, so the lowest seven bits go first and the rest stays exact.
    const magnitude = value < 0 ? -value - 1 : value;
    const at = this.#grow(1);
    this.#bytes[at] = 0x80 | ((magnitude & 0x3f) << 1) | (value < 0 ? 1 : 0);
    this.uvarint(Math.floor(magnitude / 64));
  }

  bytes(source: Uint8Array): void {
    const at = this.#grow(source.length);
    this.#bytes.set(source, at);
  }

  /** UTF-8 text without its length. Lone surrogates become U+FFFD. */
  text(text: string): void {
    if (text.length <= shortText && this.#ascii(text)) return;
    const room = text.length * 3;
    const at = this.#grow(room);
    const { written } = utf8.encodeInto(text, this.#bytes.subarray(at, at + room));
    this.#length = at + written;
  }

  uvarintBytes(source: Uint8Array): void {
    this.uvarint(source.length);
    this.bytes(source);
  }

  /** UTF-8 text behind its length in bytes as an unsigned varint. */
  uvarintText(text: string): void {
    const start = this.#length;
    if (text.length <= shortText) {
      this.uvarint(text.length);
      if (this.#ascii(text)) return;
      this.#length = start;
    }
    this.uvarintBytes(utf8.encode(text));
  }

  /** Writes text of single-byte characters; false, and nothing written, when it has others. */
  #ascii(text: string): boolean {
    const at = this.#grow(text.length);
    const bytes = this.#bytes;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) {
        this.#length = at;
        return false;
      }
      bytes[at + index] = code;
    }
    return true;
  }

  #uvarintBig(value: bigint): void {
    let rest = value;
    while (rest > 0x7fn) {
      this.u8(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.u8(Number(rest));
  }

  /** Makes room, counts it as written and returns where it starts. */
  #grow(length: number): number {
    const at = this.#length;
    const needed = at + length;
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, at));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    this.#length = needed;
    return at;
  }
}
