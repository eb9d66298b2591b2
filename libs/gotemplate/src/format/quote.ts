import { characters } from './characters.js';

/** Characters that Go's `strconv.IsPrint` calls printable: graphic ones, and of spaces only U+0020. */
export function isPrintable(point: number): boolean {
  if (point < 0x80) return point >= 0x20 && point < 0x7f;
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(String.fromCodePoint(point));
}

/** Quotes as Go's `%q`; with `ascii` as `%+q`. */
export function quoteGo(text: string, ascii = false): string {
  return `"${escapeGo(text, '"', ascii)}"`;
}

/** Quotes one character as Go's `%q` of an integer. */
export function quoteRune(point: number, ascii = false): string {
  const valid = point >= 0 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff);
  return `'${escapeGo(String.fromCodePoint(valid ? point : 0xfffd), "'", ascii)}'`;
}

const named: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
};

function escapeGo(text: string, quote: string, ascii: boolean): string {
  let result = '';
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    if (character === quote) result += `\\${quote}`;
    else if (named[character] !== undefined) result += named[character];
    else if (ascii ? point < 0x7f && point >= 0x20 : isPrintable(point)) result += character;
    else if (point < 0x20 || point === 0x7f) result += `\\x${point.toString(16).padStart(2, '0')}`;
    else if (point < 0x10000) result += `\\u${point.toString(16).padStart(4, '0')}`;
    else result += `\\U${point.toString(16).padStart(8, '0')}`;
  }
  return result;
}

/** As Go's `%#U`: `U+0061 'a'`. */
export function describeRune(point: number): string {
  const hex = point.toString(16).toUpperCase().padStart(4, '0');
  return isPrintable(point) ? `U+${hex} '${String.fromCodePoint(point)}'` : `U+${hex}`;
}

const simpleEscapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/**
 * Reads a Go string literal with its quotes (interpreted, raw or a character constant). Undefined where it is not
 * valid. Escapes of single bytes (`\x`, octal) are put together and decoded as UTF-8.
 */
export function unquoteGo(literal: string): string | undefined {
  const quote = literal.charAt(0);
  if (literal.length < 2 || literal.at(-1) !== quote) return undefined;
  const body = literal.slice(1, -1);
  if (quote === '`') return body.includes('`') ? undefined : body.replaceAll('\r', '');
  if (quote !== '"' && quote !== "'") return undefined;
  let result = '';
  let bytes: number[] = [];
  const flush = (): void => {
    if (bytes.length === 0) return;
    result += new TextDecoder().decode(new Uint8Array(bytes));
    bytes = [];
  };
  for (let index = 0; index < body.length;) {
    const character = body.charAt(index);
    if (character === quote || character === '\n') return undefined;
    if (character !== '\\') {
      flush();
      result += character;
      index++;
      continue;
    }
    const escape = readEscape(body, index + 1, quote);
    if (escape === undefined) return undefined;
    if (escape.byte !== undefined) bytes.push(escape.byte);
    else {
      flush();
      result += escape.text;
    }
    index = escape.end;
  }
  flush();
  if (quote === "'" && characters(result).length !== 1) return undefined;
  return result;
}

interface Escape {
  readonly text: string;
  readonly byte?: number;
  readonly end: number;
}

function readEscape(body: string, start: number, quote: string): Escape | undefined {
  const kind = body.charAt(start);
  const simple = simpleEscapes[kind] ?? (kind === quote ? kind : undefined);
  if (simple !== undefined) return { text: simple, end: start + 1 };
  const hexDigits = { x: 2, u: 4, U: 8 }[kind];
  if (hexDigits !== undefined) {
    const digits = body.slice(start + 1, start + 1 + hexDigits);
    if (digits.length !== hexDigits || !/^[0-9a-fA-F]+$/.test(digits)) return undefined;
    const value = parseInt(digits, 16);
    const end = start + 1 + hexDigits;
    if (kind === 'x') return { text: '', byte: value, end };
    if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return undefined;
    return { text: String.fromCodePoint(value), end };
  }
  const octal = /^[0-7]{3}/.exec(body.slice(start, start + 3));
  if (octal === null) return undefined;
  const byte = parseInt(octal[0], 8);
  return byte > 255 ? undefined : { text: '', byte, end: start + 3 };
}
