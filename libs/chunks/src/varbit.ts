import { type BitReader, type BitWriter } from '@narthex/bytes';
import { ChunkError } from './errors.js';

const TWO_32 = 2 ** 32;

/** Bits behind a prefix of 1, 2, … ones and a zero; eight ones and no zero stand for 64. */
const WIDTHS = [3, 6, 9, 12, 18, 25, 56] as const;
const WIDEST_PREFIXED = 56;
/** The longest prefix, eight ones. */
const LONGEST_PREFIX = 8;
const LONGEST_BITS = 64;

/**
 * Writes a whole number as Prometheus's histogram chunks do: one bit for 0, else ones, a zero, and as many bits of
 * two's complement as the ones say (https://github.com/prometheus/prometheus/blob/main/tsdb/docs/format/chunks.md,
 * `varbit_int`). The widths reach from −(2^(n−1) − 1) to 2^(n−1).
 */
export function writeVarbit(bits: BitWriter, value: number): void {
  if (value === 0) bits.bits(0, 1);
  else {
    let at = 0;
    while (at < WIDTHS.length && !fits(value, WIDTHS[at]!)) at++;
    writeAt(bits, value, at);
  }
}

/** As {@link writeVarbit} for numbers that are never negative, which reach twice as far (`varbit_uint`). */
export function writeUnsignedVarbit(bits: BitWriter, value: number): void {
  if (value === 0) bits.bits(0, 1);
  else {
    let at = 0;
    while (at < WIDTHS.length && value >= 2 ** WIDTHS[at]!) at++;
    writeAt(bits, value, at);
  }
}

/** As {@link writeVarbit}, for all 64 bits. */
export function writeWideVarbit(bits: BitWriter, value: bigint): void {
  const number = Number(value);
  if (Number.isSafeInteger(number)) {
    writeVarbit(bits, number);
    return;
  }
  const half = 2n ** BigInt(WIDEST_PREFIXED - 1);
  const fitsPrefixed = value > -half && value <= half;
  const at = fitsPrefixed ? WIDTHS.length - 1 : WIDTHS.length;
  writePrefix(bits, at);
  const width = fitsPrefixed ? WIDEST_PREFIXED : LONGEST_BITS;
  bits.bits(Number(BigInt.asUintN(width - 32, value >> 32n)), width - 32);
  bits.bits(Number(BigInt.asUintN(32, value)), 32);
}

/** The number that {@link readVarbit} or {@link readUnsignedVarbit} has just given rounded, with all its bits. */
export function lastWide(bits: BitReader): bigint {
  return BigInt.asIntN(64, (BigInt(bits.high) << 32n) | BigInt(bits.low));
}

/** Beyond ±(2^53 − 1) rounded; {@link lastWide} has it all. @throws ShortBufferError */
export function readVarbit(bits: BitReader): number {
  const width = readWidth(bits);
  if (width === 0) return 0;
  if (width === LONGEST_BITS) {
    bits.bits64();
    return (bits.high | 0) * TWO_32 + bits.low;
  }
  // The upper half is made negative before the lower one comes to it: together they need not fit a double.
  const high = width > 32 ? bits.bits(width - 32) : 0;
  const low = bits.bits(Math.min(width, 32));
  if (width <= 32) return low > 2 ** (width - 1) ? low - 2 ** width : low;
  const half = 2 ** (width - 33);
  bits.high = high > half || (high === half && low > 0) ? high - 2 * half : high;
  bits.low = low;
  return bits.high * TWO_32 + low;
}

/** As {@link readVarbit}. @throws ShortBufferError */
export function readUnsignedVarbit(bits: BitReader): number {
  const width = readWidth(bits);
  return width === 0 ? 0 : readBits(bits, width);
}

/** Writes a signed LEB128 varint, zigzag, as Go's `binary.PutVarint`; its bytes need not start at a byte. */
export function writeVarint(bits: BitWriter, value: number): void {
  const sign = value < 0 ? -1 : 0;
  const high = Math.floor(value / TWO_32);
  const low = value >>> 0;
  bits.uvarint(((high << 1) | (low >>> 31)) ^ sign, (low << 1) ^ sign);
}

/** A signed LEB128 varint, as sample times stand in chunks. */
export function readVarint(bits: BitReader): number {
  bits.uvarint();
  const { high, low } = bits;
  const magnitude = (high >>> 1) * TWO_32 + (((low >>> 1) | (high << 31)) >>> 0);
  return (low & 1) === 1 ? -magnitude - 1 : magnitude;
}

function fits(value: number, width: number): boolean {
  const half = 2 ** (width - 1);
  return value > -half && value <= half;
}

function writeAt(bits: BitWriter, value: number, at: number): void {
  const width = WIDTHS[at] ?? LONGEST_BITS;
  writePrefix(bits, at);
  if (width > 32) bits.bits(Math.floor(value / TWO_32), width - 32);
  bits.bits(value >>> 0, Math.min(width, 32));
}

function writePrefix(bits: BitWriter, at: number): void {
  if (at === WIDTHS.length) bits.bits(0xff, LONGEST_PREFIX);
  else bits.bits((1 << (at + 2)) - 2, at + 2);
}

function readWidth(bits: BitReader): number {
  let ones = 0;
  while (ones < LONGEST_PREFIX && bits.bit() === 1) ones++;
  if (ones === 0) return 0;
  return ones === LONGEST_PREFIX ? LONGEST_BITS : WIDTHS[ones - 1]!;
}

function readBits(bits: BitReader, width: number): number {
  bits.high = width > 32 ? bits.bits(width - 32) : 0;
  bits.low = bits.bits(Math.min(width, 32));
  return bits.high * TWO_32 + bits.low;
}

/** A number of things that follow, each of at least one bit: more than there are bits must be damage. */
export function readLength(bits: BitReader, most: number): number {
  const length = readUnsignedVarbit(bits);
  if (length > most) throw new ChunkError(`a chunk names ${length} items and has not the room for them`);
  return length;
}
