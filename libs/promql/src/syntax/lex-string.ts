/** Where a string literal ends, or what is wrong with it. */
export type StringScan = { readonly end: number } | { readonly error: string };

/** Reads a literal in double or single quotes, with Go's escapes, from its opening quote on. */
export function scanQuoted(text: string, start: number): StringScan {
  const quote = text[start]!;
  for (let at = start + 1; ;) {
    const character = text[at];
    if (character === undefined || character === '\n') return { error: 'unterminated quoted string' };
    if (character === quote) return { end: at + 1 };
    if (character === '\\') {
      const escape = scanEscape(text, at + 1, quote);
      if (typeof escape === 'string') return { error: escape };
      at = escape;
    } else at++;
  }
}

/** Reads a literal in back quotes, which knows no escapes. */
export function scanRaw(text: string, start: number): StringScan {
  const end = text.indexOf('`', start + 1);
  return end < 0 ? { error: 'unterminated raw string' } : { end: end + 1 };
}

const FORMS: Readonly<
  Record<string, { readonly digits: number; readonly base: number; readonly limit: number }>
> = {
  x: { digits: 2, base: 16, limit: 255 },
  u: { digits: 4, base: 16, limit: 0x10ffff },
  U: { digits: 8, base: 16, limit: 0x10ffff },
};
const OCTAL = { digits: 3, base: 8, limit: 255 };

/** The offset behind an escape whose backslash has been read, or the error. */
function scanEscape(text: string, start: number, quote: string): number | string {
  const letter = characterAt(text, start);
  if (letter === '') return 'escape sequence not terminated';
  if ('abfnrtv\\'.includes(letter) || letter === quote) return start + 1;
  const octal = /^[0-7]$/.test(letter);
  const form = octal ? OCTAL : FORMS[letter];
  if (form === undefined) return `unknown escape sequence ${unicodeName(letter)}`;
  let at = octal ? start : start + 1;
  let code = 0;
  for (let n = 0; n < form.digits; n++) {
    const digit = characterAt(text, at);
    if (digit === '') return 'escape sequence not terminated';
    const value = /^[0-9a-fA-F]$/.test(digit) ? parseInt(digit, 16) : 16;
    if (value >= form.base) return `illegal character ${unicodeName(digit)} in escape sequence`;
    code = code * form.base + value;
    at++;
  }
  if (code > form.limit || (code >= 0xd800 && code < 0xe000))
    return 'escape sequence is an invalid Unicode code point';
  return at;
}

function characterAt(text: string, at: number): string {
  const code = text.codePointAt(at);
  return code === undefined ? '' : String.fromCodePoint(code);
}

/** Go's `%#U`: `U+0071 'q'`. */
function unicodeName(character: string): string {
  const code = character.codePointAt(0)!;
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character) ? `${name} '${character}'` : name;
}
