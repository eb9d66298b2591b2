/** What a scan for a number found: how far it read, and whether that is a number. */
export interface NumberScan {
  readonly end: number;
  readonly valid: boolean;
}

const DECIMAL = /[0-9]/;
const HEXADECIMAL = /[0-9a-fA-F]/;

/**
 * Reads a number as PromQL writes them: decimal with point and exponent, hexadecimal behind `0x`, underscores between
 * digits. A point, an exponent or an underscore may not stand twice or side by side, and no letter may follow. Where
 * it is no number, `end` tells how much to show in the error.
 */
export function scanNumber(text: string, start: number): NumberScan {
  let at = start;
  let digit = DECIMAL;
  const peek = (): string => text[at] ?? '';
  const take = (set: string): boolean => {
    if (peek() === '' || !set.includes(peek())) return false;
    at++;
    return true;
  };
  if (take('0') && take('xX')) {
    take('_');
    digit = HEXADECIMAL;
  }
  let pointSeen = false;
  let exponentSeen = false;
  take('.');
  if (digit.test(peek())) at++;
  for (;;) {
    const next = peek();
    if (next === '.') {
      at++;
      if (pointSeen) return { end: at, valid: false };
      pointSeen = true;
      if (take('_.') || digit === HEXADECIMAL) return { end: at, valid: false };
    } else if (digit.test(next)) {
      while (digit.test(peek())) at++;
    } else if (next === 'e' || next === 'E') {
      at++;
      if (exponentSeen) return { end: at, valid: false };
      exponentSeen = true;
      take('+-');
      if (take('._eE') || peek() === '') return { end: at, valid: false };
    } else if (next === '_') {
      at++;
      if (take('._eE') || peek() === '') return { end: at, valid: false };
    } else break;
  }
  return { end: at, valid: at > start && !isAlphaNumeric(peek()) };
}

/**
 * Reads what is left of a duration such as `1h30m` behind its first digits. Which units may follow each other is left
 * to the duration's own parser.
 */
export function scanDurationRest(text: string, start: number): NumberScan {
  let at = start;
  const unit = (set: string): boolean => {
    if (text[at] === undefined || !set.includes(text[at]!)) return false;
    at++;
    // Milliseconds.
    if (text[at] === 's') at++;
    return true;
  };
  if (!unit('smhdwy')) return { end: at, valid: false };
  while (DECIMAL.test(text[at] ?? '')) {
    while (DECIMAL.test(text[at] ?? '')) at++;
    if (!unit('smhdw')) return { end: at, valid: false };
  }
  const valid = !isAlphaNumeric(text[at] ?? '');
  return { end: valid ? at : at + 1, valid };
}

export function isAlpha(character: string): boolean {
  return /^[a-zA-Z_]$/.test(character);
}

export function isAlphaNumeric(character: string): boolean {
  return /^[a-zA-Z0-9_]$/.test(character);
}
