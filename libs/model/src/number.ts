import { NumberError } from './errors.js';
import { quoteGo } from './quote.js';

/**
 * Prints a float as Go's `strconv.FormatFloat(f, 'f', -1, 64)`, which Prometheus uses in its API: the shortest digits
 * that read back the same, never an exponent; `NaN`, `+Inf`, `-Inf`.
 */
export function formatFloat(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return Object.is(value, -0) ? '-0' : String(value);
  if (!Number.isFinite(value)) return formatSpecial(value);
  const text = String(value);
  const at = text.indexOf('e');
  return at < 0 ? text : withoutExponent(text.slice(0, at), Number(text.slice(at + 1)));
}

/**
 * Prints a float as Go's `strconv.FormatFloat(f, 'g', -1, 64)` and `%v`, which the exposition formats use: an exponent
 * below 1e-4 and from 1e6 on, so `1e+06`, `1.234567e+06`, `123456`.
 */
export function formatFloatG(value: number): string {
  const magnitude = Math.abs(value);
  const plain = magnitude === 0 || (magnitude >= 1e-4 && magnitude < 1e6);
  return plain ? formatFloat(value) : formatFloatExponent(value);
}

/**
 * Prints a float as upstream's API does in vectors and matrices: an exponent below 1e-6 and from 1e21 on only
 * (https://github.com/prometheus/prometheus/blob/main/util/jsonutil/marshal.go).
 */
export function formatFloatJson(value: number): string {
  const magnitude = Math.abs(value);
  const plain = magnitude === 0 || (magnitude >= 1e-6 && magnitude < 1e21);
  return plain ? formatFloat(value) : formatFloatExponent(value);
}

/** Prints a float as Go's `strconv.FormatFloat(f, 'e', -1, 64)`: `1.5e+00`. */
export function formatFloatExponent(value: number): string {
  if (!Number.isFinite(value)) return formatSpecial(value);
  const [mantissa = '', exponent = ''] = (Object.is(value, -0) ? '-' : '')
    .concat(value.toExponential())
    .split('e');
  const digits = exponent.slice(1).padStart(2, '0');
  return `${mantissa}e${exponent[0] ?? '+'}${digits}`;
}

function formatSpecial(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}

function withoutExponent(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith('-') ? '-' : '';
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const digits = whole + fraction;
  const point = whole.length + exponent;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return (
    sign +
    (point >= digits.length ? digits.padEnd(point, '0') : `${digits.slice(0, point)}.${digits.slice(point)}`)
  );
}

const DECIMAL = /^[+-]?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?$/;
const HEXADECIMAL = /^([+-]?)0[xX]([\da-fA-F_]*)\.?([\da-fA-F_]*)[pP]([+-]?\d+)$/;
const SPECIAL = /^([+-]?)(?:(inf|infinity)|nan)$/i;

/**
 * Reads a float as Go's `strconv.ParseFloat` does: decimal, hexadecimal with `p` exponent, `Inf`, `Infinity`, `NaN` in
 * any case. Underscores are refused, as upstream does outside of PromQL.
 * @throws NumberError with Go's words.
 */
export function parseFloatGo(text: string): number {
  const special = SPECIAL.exec(text);
  if (special !== null && !(special[2] === undefined && special[1] !== '')) {
    if (special[2] === undefined) return NaN;
    return special[1] === '-' ? -Infinity : Infinity;
  }
  if (!text.includes('_')) {
    if (DECIMAL.test(text)) return inRange(text, Number(text));
    const hexadecimal = HEXADECIMAL.exec(text);
    if (hexadecimal !== null && `${hexadecimal[2]}${hexadecimal[3]}` !== '') {
      const [, sign, whole = '', fraction = '', exponent] = hexadecimal;
      const digits = parseInt(whole + fraction, 16);
      return inRange(text, (sign === '-' ? -1 : 1) * digits * 2 ** (Number(exponent) - 4 * fraction.length));
    }
  }
  throw new NumberError(`strconv.ParseFloat: parsing ${quoteGo(text)}: invalid syntax`);
}

function inRange(text: string, value: number): number {
  if (Number.isFinite(value)) return value;
  throw new NumberError(`strconv.ParseFloat: parsing ${quoteGo(text)}: value out of range`);
}
