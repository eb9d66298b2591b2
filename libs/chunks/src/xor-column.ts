import { type BitReader, type BitWriter } from '@narthex/bytes';
import { NO_WINDOW, trailingZeros, writeWindow } from './xor-window.js';

const littleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
const LOW = littleEndian ? 0 : 1;
const HIGH = 1 - LOW;

/**
 * Numbers side by side, each of which is written as the XOR with what it was before, in the bit format of XOR chunks:
 * the sum of an integer histogram, all numbers of a float one.
 */
export class XorColumn {
  readonly length: number;
  /** What was written or read last. */
  readonly values: Float64Array;
  readonly words: Uint32Array;
  /** Leading zeros of each window, then trailing zeros of each. */
  readonly #windows: Uint8Array;

  constructor(length: number) {
    this.length = length;
    this.values = new Float64Array(length);
    this.words = new Uint32Array(this.values.buffer);
    this.#windows = new Uint8Array(2 * length).fill(NO_WINDOW, 0, length);
  }

  /** Writes a value plain. */
  writeFirst(bits: BitWriter, at: number, value: number): void {
    this.values[at] = value;
    bits.bits64(this.words[2 * at + HIGH]!, this.words[2 * at + LOW]!);
  }

  readFirst(bits: BitReader, at: number): void {
    bits.bits64();
    this.words[2 * at + HIGH] = bits.high;
    this.words[2 * at + LOW] = bits.low;
  }

  write(bits: BitWriter, at: number, value: number): void {
    const { words } = this;
    const highBefore = words[2 * at + HIGH]!;
    const lowBefore = words[2 * at + LOW]!;
    this.values[at] = value;
    const high = highBefore ^ words[2 * at + HIGH]!;
    const low = lowBefore ^ words[2 * at + LOW]!;
    if (high === 0 && low === 0) {
      bits.bits(0, 1);
      return;
    }
    const windows = this.#windows;
    const trailingAt = this.length + at;
    // Five bits hold the number of leading zeros, so more than 31 are not counted.
    const leading = high === 0 ? 31 : Math.clz32(high);
    const trailing = trailingZeros(high, low);
    if (windows[at] !== NO_WINDOW && leading >= windows[at]! && trailing >= windows[trailingAt]!) {
      bits.bits(0b10, 2);
    } else {
      windows[at] = leading;
      windows[trailingAt] = trailing;
      // 64 significant bits do not fit six and are written as 0.
      bits.bits((0b11 << 11) | (leading << 6) | ((64 - leading - trailing) & 0x3f), 13);
    }
    writeWindow(bits, high, low, windows[at]!, windows[trailingAt]!);
  }

  read(bits: BitReader, at: number): void {
    if (bits.bit() === 0) return;
    this.readSignificant(bits, at, bits.bit() === 1);
  }

  /** Reads the part behind the control bits: a new window if there is one, and the significant bits. */
  readSignificant(bits: BitReader, at: number, newWindow: boolean): void {
    const windows = this.#windows;
    const trailingAt = this.length + at;
    if (newWindow) {
      const window = bits.bits(11);
      windows[at] = window >>> 6;
      windows[trailingAt] = Math.max(0, 64 - (window >>> 6) - (window & 0x3f || 64));
    } else if (windows[at] === NO_WINDOW) windows[at] = 0;
    const trailing = windows[trailingAt]!;
    const count = 64 - windows[at]! - trailing;
    const upper = count > 32 ? bits.bits(count - 32) : 0;
    const lower = bits.bits(Math.min(count, 32));
    const { words } = this;
    if (trailing === 0) {
      words[2 * at + HIGH]! ^= upper;
      words[2 * at + LOW]! ^= lower;
    } else if (trailing < 32) {
      words[2 * at + HIGH]! ^= (upper << trailing) | (lower >>> (32 - trailing));
      words[2 * at + LOW]! ^= lower << trailing;
    } else {
      words[2 * at + HIGH]! ^= lower << (trailing - 32);
    }
  }
}
