import { BitWriter } from '@narthex/bytes';

/** A chunk's data begins with the number of its samples, 16 bits, big-endian. */
export const CHUNK_HEADER_BYTES = 2;

/** The most bytes that one more sample can take: 4 + 64 bits of time and 13 + 64 bits of value, or two plain words. */
export const MAX_SAMPLE_BYTES = 19;

/** No window of significant bits has been written yet. */
const NO_WINDOW = 0xff;
const TWO_32 = 2 ** 32;

/**
 * Appends float samples to a chunk in the encoding of Facebook's Gorilla paper (Pelkonen et al., VLDB 2015) as
 * Prometheus lays it out: header, first sample plain, then differences of differences of time in 1, 16, 20, 24 or
 * 68 bits and XORed values (https://github.com/prometheus/prometheus/blob/main/tsdb/docs/format/chunks.md).
 *
 * All state is in public fields, so that a store of many series keeps it in columns and lends one appender around.
 */
export class XorAppender {
  /** Samples written so far, at most 65535. */
  count = 0;
  /** Bits written so far, header included. */
  bitLength = 0;
  timestampMs = 0;
  deltaMs = 0;
  valueHigh = 0;
  valueLow = 0;
  leading: number = NO_WINDOW;
  trailing = 0;
  readonly #bits = new BitWriter();
  #bytes: Uint8Array = new Uint8Array(0);
  /** Where the header is; -1 when someone else keeps it. */
  #header = -1;

  /** Begins an empty chunk at `bytes[start]`. */
  create(bytes: Uint8Array, start: number): void {
    this.clear();
    this.resume(bytes, start);
    bytes[start] = 0;
    bytes[start + 1] = 0;
  }

  /** The state of an empty chunk. */
  clear(): void {
    this.count = 0;
    this.bitLength = 8 * CHUNK_HEADER_BYTES;
    this.leading = NO_WINDOW;
    this.trailing = 0;
  }

  /** Goes on with the chunk at `bytes[start]`, whose state the fields hold. */
  resume(bytes: Uint8Array, start: number): void {
    this.#bytes = bytes;
    this.#header = start;
    this.#bits.reset(bytes, 8 * start + this.bitLength);
  }

  /**
   * Goes on with a chunk that is kept in pieces: the next bits go to `bytes` from `bit` on, whatever stands before
   * them, and the header is left alone.
   */
  resumeAt(bytes: Uint8Array, bit: number): void {
    this.#header = -1;
    this.#bits.reset(bytes, bit);
  }

  /** The bytes of the chunk that are in use. */
  get byteLength(): number {
    return (this.bitLength + 7) >>> 3;
  }

  /**
   * Adds one sample, the value as the two halves of its bits. There must be room for {@link MAX_SAMPLE_BYTES} more,
   * and times are whole numbers below 2^53 that do not go back.
   */
  append(timestampMs: number, valueHigh: number, valueLow: number): void {
    const bits = this.#bits;
    const start = bits.position;
    if (this.count === 0) {
      const sign = timestampMs < 0 ? -1 : 0;
      const high = Math.floor(timestampMs / TWO_32);
      const low = timestampMs >>> 0;
      bits.uvarint(((high << 1) | (low >>> 31)) ^ sign, (low << 1) ^ sign);
      bits.bits64(valueHigh, valueLow);
    } else {
      const deltaMs = timestampMs - this.timestampMs;
      if (this.count === 1) bits.uvarint(Math.floor(deltaMs / TWO_32), deltaMs >>> 0);
      else this.#difference(deltaMs - this.deltaMs);
      this.deltaMs = deltaMs;
      this.#xor(valueHigh ^ this.valueHigh, valueLow ^ this.valueLow);
    }
    this.timestampMs = timestampMs;
    this.valueHigh = valueHigh;
    this.valueLow = valueLow;
    this.bitLength += bits.position - start;
    const count = ++this.count;
    if (this.#header < 0) return;
    this.#bytes[this.#header] = count >>> 8;
    this.#bytes[this.#header + 1] = count;
  }

  #difference(ofDeltas: number): void {
    const bits = this.#bits;
    if (ofDeltas === 0) bits.bits(0, 1);
    else if (ofDeltas >= -8191 && ofDeltas <= 8192) bits.bits((0b10 << 14) | (ofDeltas & 0x3fff), 16);
    else if (ofDeltas >= -65535 && ofDeltas <= 65536) bits.bits((0b110 << 17) | (ofDeltas & 0x1ffff), 20);
    else if (ofDeltas >= -524287 && ofDeltas <= 524288) bits.bits((0b1110 << 20) | (ofDeltas & 0xfffff), 24);
    else {
      bits.bits(0b1111, 4);
      bits.bits64(Math.floor(ofDeltas / TWO_32), ofDeltas >>> 0);
    }
  }

  #xor(high: number, low: number): void {
    const bits = this.#bits;
    if (high === 0 && low === 0) {
      bits.bits(0, 1);
      return;
    }
    // Five bits hold the number of leading zeros, so more than 31 are not counted.
    const leading = high === 0 ? 31 : Math.clz32(high);
    const trailing = low === 0 ? 32 + trailingZeros(high) : trailingZeros(low);
    if (this.leading !== NO_WINDOW && leading >= this.leading && trailing >= this.trailing) {
      bits.bits(0b10, 2);
    } else {
      this.leading = leading;
      this.trailing = trailing;
      // 64 significant bits do not fit six and are written as 0.
      bits.bits((0b11 << 11) | (leading << 6) | ((64 - leading - trailing) & 0x3f), 13);
    }
    this.#significant(high, low, 64 - this.leading - this.trailing);
  }

  /** The `count` bits above the window's trailing zeros. */
  #significant(high: number, low: number, count: number): void {
    const shift = this.trailing;
    const lower =
      shift === 0 ? low : shift < 32 ? (low >>> shift) | (high << (32 - shift)) : high >>> (shift - 32);
    if (count > 32) this.#bits.bits(shift === 0 ? high : high >>> shift, count - 32);
    this.#bits.bits(lower, Math.min(count, 32));
  }
}

function trailingZeros(word: number): number {
  return 31 - Math.clz32(word & -word);
}
