import { BitWriter, STALE_NAN } from '@narthex/bytes';
import { StartTimestamps } from './start-timestamps.js';
import { writeVarint } from './varbit.js';
import { NO_WINDOW, trailingZeros, writeWindow } from './xor-window.js';

/** An XOR2 chunk begins with the number of its samples, 16 bits, and a byte about start timestamps. */
export const XOR2_HEADER_BYTES = 3;
/** Where that byte is. */
export const XOR2_STARTS_AT = 2;

/** The most bytes that one more sample can take: two plain words and a start, or 69, 78 and 72 bits. */
export const MAX_XOR2_SAMPLE_BYTES = 28;

const TWO_32 = 2 ** 32;
const littleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
const staleWords = new Uint32Array(Float64Array.of(STALE_NAN).buffer);
const STALE_LOW = staleWords[littleEndian ? 0 : 1]!;
const STALE_HIGH = staleWords[littleEndian ? 1 : 0]!;

/**
 * Appends float samples in encoding 4, XOR2: as XOR, but with one prefix for time and value together, stale markers
 * apart from the values, and start timestamps
 * (https://github.com/prometheus/prometheus/blob/main/docs/format/chunks.md). The number of samples in the header is
 * left to others.
 *
 * All state is in public fields, so that a store of many series keeps it elsewhere and lends one appender around.
 */
export class Xor2Appender {
  /** Samples written so far, at most 65535. */
  count = 0;
  /** Bits written so far, header included. */
  bitLength = 0;
  timestampMs = 0;
  deltaMs = 0;
  /** The last value that was no stale marker, 0 before there is one. */
  valueHigh = 0;
  valueLow = 0;
  leading: number = NO_WINDOW;
  trailing = 0;
  readonly starts: StartTimestamps = new StartTimestamps();
  readonly #bits = new BitWriter();

  /** The state of an empty chunk. */
  clear(): void {
    this.count = 0;
    this.bitLength = 8 * XOR2_HEADER_BYTES;
    this.timestampMs = 0;
    this.deltaMs = 0;
    this.valueHigh = 0;
    this.valueLow = 0;
    this.leading = NO_WINDOW;
    this.trailing = 0;
    this.starts.resume(0, 0, 0);
  }

  /** The next bits go to `bytes` from `bit` on, whatever stands before them. */
  resumeAt(bytes: Uint8Array, bit: number): void {
    this.#bits.reset(bytes, bit);
  }

  /** The bytes of the chunk that are in use. */
  get byteLength(): number {
    return (this.bitLength + 7) >>> 3;
  }

  /**
   * Adds one sample, the value as the two halves of its bits. There must be room for {@link MAX_XOR2_SAMPLE_BYTES}
   * more; times are whole numbers below 2^53 that do not go back. True when the header's byte about start timestamps
   * has to be written anew: it is `starts.header`.
   *
   * @param startTimestampMs 0 where unknown
   */
  append(timestampMs: number, valueHigh: number, valueLow: number, startTimestampMs = 0): boolean {
    const bits = this.#bits;
    const start = bits.position;
    const beforeMs = this.timestampMs;
    const isStale = valueHigh === STALE_HIGH && valueLow === STALE_LOW;
    const high = valueHigh ^ this.valueHigh;
    const low = valueLow ^ this.valueLow;
    if (this.count === 0) {
      writeVarint(bits, timestampMs);
      bits.bits64(valueHigh, valueLow);
    } else {
      const deltaMs = timestampMs - beforeMs;
      if (this.count === 1) {
        bits.uvarint(Math.floor(deltaMs / TWO_32), deltaMs >>> 0);
        this.#value(isStale, high, low);
      } else this.#further(deltaMs - this.deltaMs, isStale, high, low);
      this.deltaMs = deltaMs;
    }
    this.timestampMs = timestampMs;
    if (!isStale) {
      this.valueHigh = valueHigh;
      this.valueLow = valueLow;
    }
    const changed = this.starts.write(bits, this.count, timestampMs, beforeMs, startTimestampMs);
    this.count++;
    this.bitLength += bits.position - start;
    return changed;
  }

  /** Behind the second sample time and value share a prefix. */
  #further(ofDeltas: number, isStale: boolean, high: number, low: number): void {
    const bits = this.#bits;
    if (ofDeltas === 0) {
      if (isStale) bits.bits(0b11111, 5);
      else if (high === 0 && low === 0) bits.bits(0, 1);
      else {
        bits.bits(0b10, 2);
        this.#changed(high, low, true);
      }
      return;
    }
    if (ofDeltas >= -4096 && ofDeltas <= 4095) bits.bits((0b110 << 13) | (ofDeltas & 0x1fff), 16);
    else if (ofDeltas >= -524_288 && ofDeltas <= 524_287)
      bits.bits((0b1110 << 20) | (ofDeltas & 0xfffff), 24);
    else {
      bits.bits(0b11110, 5);
      bits.bits64(Math.floor(ofDeltas / TWO_32), ofDeltas >>> 0);
    }
    this.#value(isStale, high, low);
  }

  /** Unchanged, in the old window, in a new one, or stale: 0, 10, 110, 111. */
  #value(isStale: boolean, high: number, low: number): void {
    if (isStale) this.#bits.bits(0b111, 3);
    else if (high === 0 && low === 0) this.#bits.bits(0, 1);
    else this.#changed(high, low, false);
  }

  /** A value that has changed. What is known of that already makes the prefix shorter. */
  #changed(high: number, low: number, isKnown: boolean): void {
    const bits = this.#bits;
    // Five bits hold the number of leading zeros, so more than 31 are not counted.
    const leading = high === 0 ? 31 : Math.clz32(high);
    const trailing = trailingZeros(high, low);
    if (this.leading !== NO_WINDOW && leading >= this.leading && trailing >= this.trailing) {
      if (isKnown) bits.bits(0, 1);
      else bits.bits(0b10, 2);
    } else {
      this.leading = leading;
      this.trailing = trailing;
      if (isKnown) bits.bits(1, 1);
      else bits.bits(0b110, 3);
      // 64 significant bits do not fit six and are written as 0.
      bits.bits((leading << 6) | ((64 - leading - trailing) & 0x3f), 11);
    }
    writeWindow(bits, high, low, this.leading, this.trailing);
  }
}
