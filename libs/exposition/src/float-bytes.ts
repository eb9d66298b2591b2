import { NORMAL_NAN } from '@narthex/bytes';
import { NumberError, parseFloatGo } from '@narthex/model';
import { ExpositionError } from './errors.js';
import { quoteGoBytes } from './quote-bytes.js';
import { POWERS_OF_TEN, roundedDecimal } from './rounded-decimal.js';

const ZERO = 0x30;
const POINT = 0x2e;
const PLUS = 0x2b;
const MINUS = 0x2d;

/** How many digits always fit below 2^53. */
const SAFE_DIGITS = 15;
const MOST_DIGITS = 21;
const LARGEST_EXACT = 2 ** 53;

/**
 * Reads a decimal number that starts at a position of a byte array, without making a string where the result is sure
 * to be the nearest double: with a mantissa below 2^53 and a power of ten up to 22 either side, one multiplication or
 * division rounds once (Clinger, "How to read floating point numbers accurately", 1990); up to 21 digits are put
 * together from two doubles.
 */
export class FloatReader {
  /** The number read last. */
  value = 0;
  /** The position behind it. */
  end = 0;

  /** False when no plain decimal number, `NaN`, `+Inf` or `-Inf` starts at `start`. Looks no further than `limit`. */
  read(bytes: Uint8Array, start: number, limit: number): boolean {
    let at = start;
    const first = bytes[at]!;
    const negative = first === MINUS;
    if (negative || first === PLUS) at++;
    const digitsFrom = at;
    let mantissa = 0;
    let digit: number;
    while (at < limit && (digit = bytes[at]! - ZERO) >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      at++;
    }
    let digits = at - digitsFrom;
    let exponent = 0;
    if (at < limit && bytes[at] === POINT) {
      const fractionFrom = ++at;
      while (at < limit && (digit = bytes[at]! - ZERO) >= 0 && digit <= 9) {
        mantissa = mantissa * 10 + digit;
        at++;
      }
      exponent = fractionFrom - at;
      digits -= exponent;
    }
    if (digits === 0) return this.#special(bytes, start, limit);
    if (at < limit && (bytes[at]! | 0x20) === 0x65) {
      let sign = 1;
      const signByte = bytes[++at];
      if (signByte === MINUS || signByte === PLUS) {
        if (signByte === MINUS) sign = -1;
        at++;
      }
      const exponentFrom = at;
      let power = 0;
      while (at < limit && (digit = bytes[at]! - ZERO) >= 0 && digit <= 9) {
        power = power * 10 + digit;
        at++;
      }
      if (at === exponentFrom || power > 9999) return false;
      exponent += sign * power;
    }
    this.end = at;
    if (exponent > 22 || exponent < -22) return this.#exact(bytes, start, at);
    let magnitude: number;
    if (mantissa < LARGEST_EXACT) {
      magnitude = exponent < 0 ? mantissa / POWERS_OF_TEN[-exponent]! : mantissa * POWERS_OF_TEN[exponent]!;
    } else {
      if (digits > MOST_DIGITS) return this.#exact(bytes, start, at);
      magnitude = roundedDigits(bytes, digitsFrom, digits, exponent);
      if (Number.isNaN(magnitude)) return this.#exact(bytes, start, at);
    }
    this.value = negative ? -magnitude : magnitude;
    return true;
  }

  #special(bytes: Uint8Array, start: number, limit: number): boolean {
    if (
      start + 3 <= limit &&
      bytes[start] === 0x4e &&
      bytes[start + 1] === 0x61 &&
      bytes[start + 2] === 0x4e
    ) {
      this.value = NORMAL_NAN;
      this.end = start + 3;
      return true;
    }
    const isInfinity = bytes[start + 1] === 0x49 && bytes[start + 2] === 0x6e && bytes[start + 3] === 0x66;
    if (start + 4 <= limit && isInfinity && (bytes[start] === PLUS || bytes[start] === MINUS)) {
      this.value = bytes[start] === PLUS ? Infinity : -Infinity;
      this.end = start + 4;
      return true;
    }
    return false;
  }

  #exact(bytes: Uint8Array, start: number, end: number): boolean {
    let text = '';
    for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!);
    this.value = Number(text);
    return Number.isFinite(this.value);
  }
}

/** Reads the digits again, in two parts: more than fit into one double. */
function roundedDigits(bytes: Uint8Array, from: number, digits: number, exponent: number): number {
  let high = 0;
  let low = 0;
  for (let at = from, read = 0; read < digits; at++) {
    const byte = bytes[at]!;
    if (byte === POINT) continue;
    if (read < SAFE_DIGITS) high = high * 10 + byte - ZERO;
    else low = low * 10 + byte - ZERO;
    read++;
  }
  return roundedDecimal(high, low, digits - SAFE_DIGITS, exponent);
}

/**
 * The number that the bytes spell as Go's `strconv.ParseFloat` reads it, but without hexadecimal exponents and
 * underscores.
 * @throws ExpositionError with upstream's words.
 */
export function parseFloatBytes(bytes: Uint8Array, start: number, end: number): number {
  let text = '';
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!);
  if (/[pP_]/.test(text)) throw new ExpositionError('unsupported character in float');
  try {
    const value = parseFloatGo(text);
    return Number.isNaN(value) ? NORMAL_NAN : value;
  } catch (cause) {
    if (!(cause instanceof NumberError)) throw cause;
    // The text above has one character a byte; what it says of bytes beyond ASCII has to be put right.
    if (!/[^\0-\x7f]/.test(text)) throw new ExpositionError(cause.message, { cause });
    const quoted = quoteGoBytes(bytes.subarray(start, end));
    throw new ExpositionError(`strconv.ParseFloat: parsing ${quoted}: invalid syntax`, { cause });
  }
}
