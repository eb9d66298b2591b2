/**
 * Writes bits, the most significant first, into bytes that belong to the caller. It never reads a byte it has not
 * written itself: a fresh byte is assigned, not merged, so the bytes may hold anything before. Room is the caller's
 * affair.
 */
export class BitWriter {
  #bytes: Uint8Array;
  #bit: number;

  /** `bit` counts from the first byte of `bytes`; inside a byte, its upper bits must already be written. */
  constructor(bytes: Uint8Array = new Uint8Array(0), bit = 0) {
    this.#bytes = bytes;
    this.#bit = bit;
  }

  /** Starts over elsewhere. */
  reset(bytes: Uint8Array, bit: number): this {
    this.#bytes = bytes;
    this.#bit = bit;
    return this;
  }

  /** The place of the next bit, counted from the first byte. */
  get position(): number {
    return this.#bit;
  }

  /** Writes the lowest `count` bits of `value`, at most 32. */
  bits(value: number, count: number): void {
    const bytes = this.#bytes;
    let bit = this.#bit;
    let left = count;
    while (left > 0) {
      const used = bit & 7;
      const take = Math.min(8 - used, left);
      left -= take;
      const piece = ((value >>> left) & ((1 << take) - 1)) << (8 - used - take);
      const at = bit >>> 3;
      bytes[at] = used === 0 ? piece : bytes[at]! | piece;
      bit += take;
    }
    this.#bit = bit;
  }

  /** Writes 64 bits. */
  bits64(high: number, low: number): void {
    this.bits(high, 32);
    this.bits(low, 32);
  }

  /** Writes an unsigned LEB128 varint of 64 bits, whose bytes need not start at a byte. */
  uvarint(high: number, low: number): void {
    let upper = high >>> 0;
    let lower = low >>> 0;
    while (upper !== 0 || lower > 0x7f) {
      this.bits((lower & 0x7f) | 0x80, 8);
      lower = ((lower >>> 7) | (upper << 25)) >>> 0;
      upper >>>= 7;
    }
    this.bits(lower, 8);
  }
}
