import { type BitWriter } from '@narthex/bytes';

/** No window of significant bits has been written yet: more leading zeros than there can be. */
export const NO_WINDOW = 0xff;

/** The zeros below the last one of 64 bits, which are not all zero. */
export function trailingZeros(high: number, low: number): number {
  return low === 0 ? 63 - Math.clz32(high & -high) : 31 - Math.clz32(low & -low);
}

/** Writes the bits of a window: all but so many leading and trailing ones. */
export function writeWindow(
  bits: BitWriter,
  high: number,
  low: number,
  leading: number,
  trailing: number,
): void {
  const count = 64 - leading - trailing;
  if (count > 32) bits.bits(trailing === 0 ? high : high >>> trailing, count - 32);
  bits.bits(shifted(high, low, trailing), Math.min(count, 32));
}

function shifted(high: number, low: number, by: number): number {
  if (by === 0) return low;
  return by < 32 ? (low >>> by) | (high << (32 - by)) : high >>> (by - 32);
}
