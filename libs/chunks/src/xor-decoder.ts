import { BitReader, ShortBufferError, VarintOverflowError } from '@narthex/bytes';
import { CHUNK_HEADER_BYTES } from './xor-appender.js';
import { ChunkError } from './errors.js';

const TWO_32 = 2 ** 32;
const littleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
const LOW = littleEndian ? 0 : 1;
const HIGH = 1 - LOW;

/**
 * Decodes XOR chunks in plain TypeScript: for small reads, for tools, and as the kernel's check. See
 * {@link XorAppender} for the format.
 */
export class XorDecoder {
  readonly #bits = new BitReader();

  /**
   * Writes the first `count` samples of the chunk at `bytes[start, start + length)` into the columns from `at` on.
   * `valueWords` views the memory of the column of values, whose NaN payloads so survive. The header is not read.
   *
   * @throws ChunkError when the bytes end too early
   */
  decode(
    bytes: Uint8Array,
    start: number,
    length: number,
    count: number,
    timestampsMs: Float64Array,
    valueWords: Uint32Array,
    at: number,
  ): void {
    try {
      this.#decode(bytes, start, length, count, timestampsMs, valueWords, at);
    } catch (cause) {
      if (cause instanceof ShortBufferError || cause instanceof VarintOverflowError) {
        throw new ChunkError(`XOR chunk of ${length} bytes ends before its ${count} samples`, { cause });
      }
      throw cause;
    }
  }

  #decode(
    bytes: Uint8Array,
    start: number,
    length: number,
    count: number,
    timestampsMs: Float64Array,
    valueWords: Uint32Array,
    at: number,
  ): void {
    if (count === 0) return;
    const bits = this.#bits.reset(bytes, 8 * (start + CHUNK_HEADER_BYTES), 8 * (start + length));
    bits.uvarint();
    const negative = (bits.low & 1) === 1;
    const magnitude = (bits.high >>> 1) * TWO_32 + (((bits.low >>> 1) | (bits.high << 31)) >>> 0);
    let timestampMs = negative ? -magnitude - 1 : magnitude;
    bits.bits64();
    let high = bits.high;
    let low = bits.low;
    let deltaMs = 0;
    let leading = 0;
    let trailing = 0;
    for (let i = 0; ;) {
      timestampsMs[at + i] = timestampMs;
      valueWords[2 * (at + i) + HIGH] = high;
      valueWords[2 * (at + i) + LOW] = low;
      if (++i === count) return;
      if (i === 1) {
        bits.uvarint();
        deltaMs = bits.high * TWO_32 + bits.low;
      } else if (bits.bit() === 1) {
        deltaMs += this.#difference();
      }
      timestampMs += deltaMs;
      if (bits.bit() === 0) continue;
      if (bits.bit() === 1) {
        const window = bits.bits(11);
        leading = window >>> 6;
        const significant = window & 0x3f || 64;
        trailing = Math.max(0, 64 - leading - significant);
      }
      const significant = 64 - leading - trailing;
      const upper = significant > 32 ? bits.bits(significant - 32) : 0;
      const lower = bits.bits(Math.min(significant, 32));
      if (trailing === 0) {
        high ^= upper;
        low ^= lower;
      } else if (trailing < 32) {
        high ^= (upper << trailing) | (lower >>> (32 - trailing));
        low ^= lower << trailing;
      } else {
        high ^= lower << (trailing - 32);
      }
    }
  }

  /** The rest of a difference of differences, behind its first bit. */
  #difference(): number {
    const bits = this.#bits;
    if (bits.bit() === 0) return signed(bits.bits(14), 14);
    if (bits.bit() === 0) return signed(bits.bits(17), 17);
    if (bits.bit() === 0) return signed(bits.bits(20), 20);
    bits.bits64();
    return (bits.high | 0) * TWO_32 + bits.low;
  }
}

/** These fields reach from -(2^(n-1) - 1) to 2^(n-1): one step off two's complement. */
function signed(value: number, width: number): number {
  return value > 1 << (width - 1) ? value - (1 << width) : value;
}
