import { binaryFloat, hexadecimalFloat } from './float-bits.js';
import { exactDecimal, roundDecimal, shortestDecimal, type Decimal } from './decimal.js';

export type FloatVerb = 'b' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'x' | 'X';

/**
 * Formats as Go's `strconv.FormatFloat(value, verb, precision, 64)`; precision -1 asks for the shortest digits that
 * read back as the same number. `NaN`, `+Inf` and `-Inf` are written so. `keepZeros` is the `#` of `%#g`.
 */
export function formatGoFloat(value: number, verb: FloatVerb, precision: number, keepZeros = false): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  return sign + magnitude(Math.abs(value), verb, precision, keepZeros);
}

function magnitude(value: number, verb: FloatVerb, precision: number, keepZeros: boolean): string {
  if (verb === 'b') return binaryFloat(value);
  if (verb === 'x') return hexadecimalFloat(value, precision);
  if (verb === 'X') return hexadecimalFloat(value, precision).toUpperCase();
  const shortest = precision < 0;
  const decimal = shortest ? shortestDecimal(value) : exactDecimal(value);
  switch (verb) {
    case 'e':
    case 'E':
      return exponential(decimal, shortest ? Math.max(decimal.digits.length - 1, 0) : precision, verb);
    case 'f':
    case 'F':
      return fixed(decimal, shortest ? Math.max(decimal.digits.length - decimal.point, 0) : precision);
    case 'g':
    case 'G':
      return general(decimal, shortest ? undefined : Math.max(precision, 1), verb, keepZeros);
  }
}

function exponential(decimal: Decimal, fraction: number, letter: 'e' | 'E'): string {
  const { digits, point } = roundDecimal(decimal, fraction + 1);
  const padded = digits.padEnd(fraction + 1, '0');
  const exponent = digits === '' ? 0 : point - 1;
  const mantissa = fraction > 0 ? `${padded.slice(0, 1)}.${padded.slice(1)}` : padded;
  const size = Math.abs(exponent).toString().padStart(2, '0');
  return `${mantissa}${letter}${exponent < 0 ? '-' : '+'}${size}`;
}

function fixed(decimal: Decimal, fraction: number): string {
  const { digits, point } = roundDecimal(decimal, decimal.point + fraction);
  const whole = digits.slice(0, Math.max(point, 0)).padEnd(Math.max(point, 0), '0');
  const behind = ('0'.repeat(Math.max(-point, 0)) + digits.slice(Math.max(point, 0))).padEnd(fraction, '0');
  return (whole === '' ? '0' : whole) + (fraction > 0 ? `.${behind.slice(0, fraction)}` : '');
}

function general(
  decimal: Decimal,
  precision: number | undefined,
  verb: 'g' | 'G',
  keepZeros: boolean,
): string {
  const rounded = precision === undefined ? decimal : roundDecimal(decimal, precision);
  const count = rounded.digits.length;
  const exponent = count === 0 ? 0 : rounded.point - 1;
  const threshold = precision ?? 6;
  const wanted = keepZeros ? (precision ?? 6) : count;
  if (exponent < -4 || exponent >= threshold) {
    return exponential(rounded, Math.max(wanted - 1, 0), verb === 'g' ? 'e' : 'E');
  }
  return fixed(rounded, Math.max(wanted - rounded.point - (count === 0 ? 1 : 0), 0));
}
