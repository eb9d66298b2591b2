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
    const bit = this.#bit;
    const used = bit & 7;
    const at = bit >>> 3;
    const total = used + count;
    this.#bit = bit + count;
    if (total > 32) {
      // Five bytes: the first as far as it goes, then four.
      bytes[at] = bytes[at]! | ((value >>> (count - 8 + used)) & (0xff >>> used));
      const rest = value << (40 - total);
      bytes[at + 1] = rest >>> 24;
      bytes[at + 2] = rest >>> 16;
      bytes[at + 3] = rest >>> 8;
      bytes[at + 4] = rest;
      return;
    }
    if (count === 0) return;
    // Left-aligned behind the bits that are there already.
    const aligned = (value << (32 - count)) >>> used;
    bytes[at] = used === 0 ? aligned >>> 24 : bytes[at]! | (aligned >>> 24);
    if (total > 8) bytes[at + 1] = aligned >>> 16;
    if (total > 16) bytes[at + 2] = aligned >>> 8;
    if (total > 24) bytes[at + 3] = aligned;
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
