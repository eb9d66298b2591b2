import { isStaleNaN } from '@narthex/bytes';

/** The relative difference that counts as none. */
const TOLERANCE = 0.000001;
const SMALLEST_NORMAL = 2 ** -1022;

/** True when two numbers are the same but for rounding; NaN is the same as NaN, a stale marker only as another. */
export function almostEqual(a: number, b: number): boolean {
  if (isStaleNaN(a) || isStaleNaN(b)) return isStaleNaN(a) && isStaleNaN(b);
  if ((Number.isNaN(a) && Number.isNaN(b)) || a === b) return true;
  const sum = Math.abs(a) + Math.abs(b);
  const difference = Math.abs(a - b);
  if (a === 0 || b === 0 || sum < SMALLEST_NORMAL) return difference < TOLERANCE * SMALLEST_NORMAL;
  return difference / Math.min(sum, Number.MAX_VALUE) < TOLERANCE;
}
