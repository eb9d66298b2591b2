import { ShortBufferError, VarintOverflowError } from './byte-errors.js';

/** Reads bits, the most significant first. Every read throws {@link ShortBufferError} when the bits run out. */
export class BitReader {
  #bytes: Uint8Array;
  #bit: number;
  #end: number;
  /** Upper and lower half of the last 64-bit read. */
  high = 0;
  low = 0;

  /** Places count bits from the first byte of `bytes`. */
  constructor(bytes: Uint8Array = new Uint8Array(0), bit = 0, end: number = bytes.length * 8) {
    this.#bytes = bytes;
    this.#bit = bit;
    this.#end = end;
  }

  /** Starts over elsewhere. */
  reset(bytes: Uint8Array, bit: number, end: number): this {
    this.#bytes = bytes;
    this.#bit = bit;
    this.#end = end;
    return this;
  }

  /** The place of the next bit, counted from the first byte. */
  get position(): number {
    return this.#bit;
  }

  /** The next bit. */
  bit(): number {
    const at = this.#bit;
    if (at >= this.#end) throw new ShortBufferError(1, 0);
    this.#bit = at + 1;
    return (this.#bytes[at >>> 3]! >>> (7 - (at & 7))) & 1;
  }

  /** The next `count` bits, at most 32, as an unsigned number. */
  bits(count: number): number {
    const bit = this.#bit;
    const end = bit + count;
    if (end > this.#end) throw new ShortBufferError((count + 7) >>> 3, (this.#end - bit) >>> 3);
    this.#bit = end;
    if (count === 0) return 0;
    const bytes = this.#bytes;
    const at = bit >>> 3;
    const used = bit & 7;
    // Bytes beyond the end read as undefined, which `|` takes for 0, and are shifted out.
    const word = ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
    if (used + count <= 32) return ((word << used) >>> (32 - count)) >>> 0;
    const spill = used + count - 32;
    const kept = word & (0xffffffff >>> used);
    return ((kept << spill) | (bytes[at + 4]! >>> (8 - spill))) >>> 0;
  }

  /** The next 64 bits, left in {@link high} and {@link low}. */
  bits64(): void {
    this.high = this.bits(32);
    this.low = this.bits(32);
  }

  /** An unsigned LEB128 varint of 64 bits, left in {@link high} and {@link low}. */
  uvarint(): void {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.bits(8);
      const seven = byte & 0x7f;
      if (shift === 63 && byte > 1) throw new VarintOverflowError();
      if (shift < 28) low |= seven << shift;
      else if (shift === 28) {
        low |= seven << 28;
        high = seven >>> 4;
      } else high |= seven << (shift - 32);
      if (byte < 0x80) {
        this.high = high >>> 0;
        this.low = low >>> 0;
        return;
      }
    }
    throw new VarintOverflowError();
  }
}
