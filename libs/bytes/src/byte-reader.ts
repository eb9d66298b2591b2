import { ShortBufferError, UnsafeIntegerError, VarintOverflowError } from './byte-errors.js';

const twoTo32 = 0x1_0000_0000;
/** The high half of the largest safe integer, 2^53 - 1. */
const safeHigh = 0x1f_ffff;
/** Below this length joining character codes beats calling the decoder. */
const shortText = 10;

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const littleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/**
 * A cursor over bytes. Fixed-width integers are big-endian; variable-length ones are LEB128, signed ones
 * zigzag first: the encodings of Go's `encoding/binary` (`Uvarint`, `Varint`).
 *
 * Every read throws {@link ShortBufferError} when the bytes run out, and the cursor's place is then
 * unspecified. 64-bit integers come as numbers where they are exact and throw {@link UnsafeIntegerError}
 * where not; the `…Big` reads take all 64 bits.
 */
export class ByteReader {
  #bytes: Uint8Array;
  #view: DataView;
  #at: number;
  #end: number;
  #low = 0;
  #high = 0;

  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = start;
    this.#end = end;
  }

  /** Starts over on other bytes. */
  reset(bytes: Uint8Array, start = 0, end: number = bytes.length): this {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    this.#at = start;
    this.#end = end;
    return this;
  }

  /** Index, in the bytes given, of the next byte to read. */
  get position(): number {
    return this.#at;
  }

  get remaining(): number {
    return this.#end - this.#at;
  }

  skip(length: number): void {
    this.#take(length);
  }

  u8(): number {
    return this.#bytes[this.#take(1)]!;
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2));
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4));
  }

  /** Unsigned 64 bits, which must not exceed 2^53 - 1. */
  u64(): number {
    const at = this.#take(8);
    const high = this.#view.getUint32(at);
    if (high > safeHigh) throw new UnsafeIntegerError(this.#view.getBigUint64(at));
    return high * twoTo32 + this.#view.getUint32(at + 4);
  }

  u64Big(): bigint {
    return this.#view.getBigUint64(this.#take(8));
  }

  /** Signed 64 bits, two's complement, within ±(2^53 - 1). */
  i64(): number {
    const at = this.#take(8);
    const value = this.#view.getInt32(at) * twoTo32 + this.#view.getUint32(at + 4);
    if (!Number.isSafeInteger(value)) throw new UnsafeIntegerError(this.#view.getBigInt64(at));
    return value;
  }

  i64Big(): bigint {
    return this.#view.getBigInt64(this.#take(8));
  }

  /** A float64. A NaN's payload may be lost on the way; {@link f64BitsInto} keeps it. */
  f64(): number {
    return this.#view.getFloat64(this.#take(8));
  }

  /**
   * Copies the bits of a float64 to `target[index]`, where `words` views the same memory as the
   * `Float64Array` that is meant: the bits never pass through a number, so NaN payloads survive.
   */
  f64BitsInto(words: Uint32Array, index: number): void {
    const at = this.#take(8);
    const high = this.#view.getUint32(at);
    const low = this.#view.getUint32(at + 4);
    words[2 * index] = littleEndian ? low : high;
    words[2 * index + 1] = littleEndian ? high : low;
  }

  /** Unsigned varint of at most 2^53 - 1. */
  uvarint(): number {
    const bytes = this.#bytes;
    if (this.#at < this.#end) {
      const first = bytes[this.#at]!;
      if (first < 0x80) {
        this.#at++;
        return first;
      }
    }
    this.#readHalves();
    if (this.#high > safeHigh) throw new UnsafeIntegerError(this.#halvesAsBig());
    return this.#high * twoTo32 + this.#low;
  }

  uvarintBig(): bigint {
    this.#readHalves();
    return this.#halvesAsBig();
  }

  /** Zigzag varint within ±(2^53 - 1). */
  varint(): number {
    const bytes = this.#bytes;
    if (this.#at < this.#end) {
      const first = bytes[this.#at]!;
      if (first < 0x80) {
        this.#at++;
        return (first >>> 1) ^ -(first & 1);
      }
    }
    this.#readHalves();
    const negative = (this.#low & 1) === 1;
    const low = ((this.#low >>> 1) | (this.#high << 31)) >>> 0;
    const high = this.#high >>> 1;
    const magnitude = high * twoTo32 + low;
    const value = negative ? -magnitude - 1 : magnitude;
    if (!Number.isSafeInteger(value)) throw new UnsafeIntegerError(unzigzag(this.#halvesAsBig()));
    return value;
  }

  varintBig(): bigint {
    this.#readHalves();
    return unzigzag(this.#halvesAsBig());
  }

  /** A view of the next `length` bytes, valid as long as the bytes given. */
  bytes(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** UTF-8 text of `length` bytes; ill-formed sequences become U+FFFD. */
  text(length: number): string {
    const at = this.#take(length);
    const end = at + length;
    if (length <= shortText) {
      let text = '';
      for (let index = at; index < end; index++) {
        const byte = this.#bytes[index]!;
        if (byte > 0x7f) return utf8.decode(this.#bytes.subarray(at, end));
        text += String.fromCharCode(byte);
      }
      return text;
    }
    return utf8.decode(this.#bytes.subarray(at, end));
  }

  /** Bytes behind their length as an unsigned varint. */
  uvarintBytes(): Uint8Array {
    return this.bytes(this.uvarint());
  }

  /** UTF-8 text behind its length in bytes as an unsigned varint. */
  uvarintText(): string {
    return this.text(this.uvarint());
  }

  /** As {@link uvarintText}, where the text is likely to be `guess`, which then is returned, and nothing is made. */
  uvarintTextLike(guess: string): string {
    const length = this.uvarint();
    const at = this.#at;
    if (length !== guess.length || length > this.#end - at) return this.text(length);
    const bytes = this.#bytes;
    for (let index = 0; index < length; index++) {
      const byte = bytes[at + index]!;
      if (byte > 0x7f || byte !== guess.charCodeAt(index)) return this.text(length);
    }
    this.#at = at + length;
    return guess;
  }

  #take(length: number): number {
    const at = this.#at;
    if (length > this.#end - at) throw new ShortBufferError(length, this.#end - at);
    this.#at = at + length;
    return at;
  }

  /** Reads a varint's 64 bits into the two halves. */
  #readHalves(): void {
    const bytes = this.#bytes;
    let at = this.#at;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (at >= this.#end) throw new ShortBufferError(1, 0);
      const byte = bytes[at++]!;
      const bits = byte & 0x7f;
      if (shift === 63 && byte > 1) throw new VarintOverflowError();
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) {
        this.#at = at;
        this.#low = low >>> 0;
        this.#high = high >>> 0;
        return;
      }
    }
    throw new VarintOverflowError();
  }

  #halvesAsBig(): bigint {
    return (BigInt(this.#high) << 32n) | BigInt(this.#low);
  }
}

function unzigzag(value: bigint): bigint {
  return (value >> 1n) ^ -(value & 1n);
}
