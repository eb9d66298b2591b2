const SIMPLE: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
};

const ESCAPE = /\\(?:([abfnrtv\\"])|x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/y;

/**
 * Takes the double quotes off a text as Go's `strconv.Unquote` does (https://pkg.go.dev/strconv#Unquote).
 * Undefined when it is no such text, or when its bytes are no UTF-8.
 */
export function unquote(quoted: string): string | undefined {
  const inner = quoted.slice(1, -1);
  if (inner.includes('\n')) return undefined;
  if (!inner.includes('\\')) return inner;
  const parts: (string | number)[] = [];
  for (let i = 0; i < inner.length;) {
    if (inner[i] !== '\\') {
      const end = inner.indexOf('\\', i);
      parts.push(inner.slice(i, end === -1 ? undefined : end));
      i = end === -1 ? inner.length : end;
      continue;
    }
    ESCAPE.lastIndex = i;
    const match = ESCAPE.exec(inner);
    if (match === null) return undefined;
    const [, simple, hex, octal, short, long] = match;
    if (simple !== undefined) parts.push(SIMPLE[simple]!);
    else if (hex !== undefined) parts.push(Number.parseInt(hex, 16));
    else if (octal !== undefined) parts.push(Number.parseInt(octal, 8));
    else {
      const codePoint = Number.parseInt(short ?? long!, 16);
      if (codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint < 0xe000)) return undefined;
      parts.push(String.fromCodePoint(codePoint));
    }
    i = ESCAPE.lastIndex;
  }
  return decode(parts);
}

/** Joins texts and single bytes. */
function decode(parts: readonly (string | number)[]): string | undefined {
  if (parts.some((part) => typeof part === 'number' && part > 255)) return undefined;
  const bytes = Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part]))),
  );
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
