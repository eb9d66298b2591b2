/** Powers of ten that a double holds exactly. */
export const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

const SPLITTER = 2 ** 27 + 1;
/** What the steps below may be off by, relative to the lower and the upper half of the result. */
const LOW_ERROR = 2 ** -48;
const HIGH_ERROR = 2 ** -94;

/**
 * The double nearest to `(high · 10^lowDigits + low) · 10^exponent`, or NaN when it is too close between two doubles to
 * tell. For `high` below 2^53, `low` of up to six digits, and an exponent from -22 to 22.
 *
 * The number is carried as the sum of two doubles, with the error-free sum and product of Dekker ("A floating-point
 * technique for extending the available precision", 1971).
 */
export function roundedDecimal(high: number, low: number, lowDigits: number, exponent: number): number {
  const scale = POWERS_OF_TEN[lowDigits]!;
  const product = high * scale;
  const sum = product + low;
  const added = sum - product;
  const rest = productError(high, scale, product) + (product - (sum - added) + (low - added));
  const power = POWERS_OF_TEN[Math.abs(exponent)]!;
  let upper: number;
  let lower: number;
  if (exponent < 0) {
    upper = sum / power;
    const back = upper * power;
    lower = (sum - back - productError(upper, power, back) + rest) / power;
  } else {
    upper = sum * power;
    lower = productError(sum, power, upper) + rest * power;
  }
  const doubt = Math.abs(lower) * LOW_ERROR + Math.abs(upper) * HIGH_ERROR;
  const least = upper + (lower - doubt);
  return least === upper + (lower + doubt) ? least : NaN;
}

/** What is missing from `product`, the rounded product of `a` and `b`. */
function productError(a: number, b: number, product: number): number {
  const aBig = SPLITTER * a;
  const aHigh = aBig - (aBig - a);
  const aLow = a - aHigh;
  const bBig = SPLITTER * b;
  const bHigh = bBig - (bBig - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}
