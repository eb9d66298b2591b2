import { DurationError, NumberError, parseDuration, parseFloatGo } from '@narthex/model';
import { type TokenStream } from './token-stream.js';
import { type Token } from './token.js';

/** Whole numbers as Go's `strconv.ParseInt(text, 0, 64)` reads them: 0x1f, 0o17, 017, 0b101, 1_000. */
const INTEGER = /^(?:0[xX](_?[0-9a-fA-F]+)+|0[bB](_?[01]+)+|0[oO]?(_?[0-7]+)+|[1-9](_?[0-9]+)*|0)$/;

/** Underscores stand between digits only, as in 1_000.5. */
const BETWEEN_DIGITS = /^(?:[^_]|(?<=[0-9])_(?=[0-9]))*$/;

/** The value of a NUMBER token. */
export function numberOf(tokens: TokenStream, token: Token): number {
  return parseNumber(token.text) ?? outOfRange(tokens, token);
}

/** A number as PromQL writes it; undefined when it is none. */
export function parseNumber(text: string): number | undefined {
  if (INTEGER.test(text)) {
    const value = integerValue(text.replaceAll('_', ''));
    if (value !== undefined) return value;
  }
  try {
    return parseFloatGo(BETWEEN_DIGITS.test(text) ? text.replaceAll('_', '') : text);
  } catch (error) {
    if (error instanceof NumberError) return undefined;
    throw error;
  }
}

function integerValue(text: string): number | undefined {
  const octal = /^0[0-7]+$/.test(text);
  const value = BigInt(octal ? `0o${text.slice(1)}` : text.toLowerCase());
  // Past int64 Go reads a float instead, which hexadecimal numbers without exponent are not.
  return value < 1n << 63n ? Number(value) : undefined;
}

function outOfRange(tokens: TokenStream, token: Token): never {
  let reason = '';
  try {
    parseFloatGo(token.text);
  } catch (error) {
    if (!(error instanceof NumberError)) throw error;
    reason = error.message;
  }
  tokens.fail(token.start, `error parsing number: ${reason}`);
}

/** The seconds of a DURATION token. */
export function durationSecondsOf(tokens: TokenStream, token: Token): number {
  try {
    return parseDuration(token.text) / 1000;
  } catch (error) {
    if (error instanceof DurationError) tokens.fail(token.start, error.message);
    throw error;
  }
}
