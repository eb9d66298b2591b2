import { quoteGo } from '@narthex/model';

/*
 * Strings here are JavaScript's, yet PromQL's may hold any bytes: "\xc5" is one byte that is no UTF-8. Such a byte b
 * is kept as the lone surrogate U+DC00 + b, and printed as \xNN again.
 */
const RAW_BYTE = /[\udc80-\udcff]/;

/** What stands between the quotes of a Go string literal, whose escapes the lexer has checked. */
export function unquote(literal: string): string {
  const body = literal.slice(1, -1);
  if (literal.startsWith('`')) return body.replaceAll('\r', '');
  return body.includes('\\') ? decode(body) : body;
}

/** Go's `%q` of a string made by {@link unquote}. */
export function quoteText(text: string): string {
  if (!RAW_BYTE.test(text)) return quoteGo(text);
  let quoted = '';
  for (const character of text) {
    const code = character.codePointAt(0)!;
    quoted +=
      code >= 0xdc80 && code <= 0xdcff
        ? `\\x${(code - 0xdc00).toString(16)}`
        : quoteGo(character).slice(1, -1);
  }
  return `"${quoted}"`;
}

/** False for a string with bytes that are no UTF-8. */
export function isWellFormed(text: string): boolean {
  return !/[\ud800-\udfff]/u.test(text);
}

const SIMPLE: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '\\': 92,
  "'": 39,
  '"': 34,
};
const DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

function decode(body: string): string {
  let text = '';
  let bytes: number[] = [];
  const flush = (): void => {
    if (bytes.length > 0) text += fromBytes(bytes);
    bytes = [];
  };
  for (let i = 0; i < body.length;) {
    if (body[i] !== '\\') {
      flush();
      text += body[i++]!;
      continue;
    }
    const letter = body[i + 1] ?? '';
    const simple = SIMPLE[letter];
    const digits = DIGITS[letter];
    if (simple !== undefined) {
      bytes.push(simple);
      i += 2;
    } else if (digits === undefined) {
      bytes.push(parseInt(body.slice(i + 1, i + 4), 8));
      i += 4;
    } else {
      const code = parseInt(body.slice(i + 2, i + 2 + digits), 16);
      if (letter === 'x') bytes.push(code);
      else {
        flush();
        text += String.fromCodePoint(code);
      }
      i += 2 + digits;
    }
  }
  flush();
  return text;
}

/** Reads UTF-8; each byte that belongs to no character becomes a lone surrogate. */
function fromBytes(bytes: readonly number[]): string {
  let text = '';
  for (let i = 0; i < bytes.length;) {
    const length = sequenceLength(bytes, i);
    if (length === 0) text += String.fromCharCode(0xdc00 + bytes[i++]!);
    else {
      let code = length === 1 ? bytes[i]! : bytes[i]! & (0x7f >> length);
      for (let k = 1; k < length; k++) code = (code << 6) | (bytes[i + k]! & 0x3f);
      text += String.fromCodePoint(code);
      i += length;
    }
  }
  return text;
}

/** The length of the UTF-8 sequence at `i`, 0 when there is none. */
function sequenceLength(bytes: readonly number[], i: number): number {
  const first = bytes[i]!;
  if (first < 0x80) return 1;
  const length =
    first >= 0xc2 && first < 0xe0
      ? 2
      : first >= 0xe0 && first < 0xf0
        ? 3
        : first >= 0xf0 && first < 0xf5
          ? 4
          : 0;
  for (let k = 1; k < length; k++) if (((bytes[i + k] ?? 0) & 0xc0) !== 0x80) return 0;
  if (length < 3) return length;
  const second = bytes[i + 1]!;
  const overlong = (first === 0xe0 && second < 0xa0) || (first === 0xf0 && second < 0x90);
  const outside = (first === 0xed && second >= 0xa0) || (first === 0xf4 && second >= 0x90);
  return overlong || outside ? 0 : length;
}
