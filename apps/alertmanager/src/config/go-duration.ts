import { formatGoDuration as formatNanoseconds } from '@narthex/gotemplate';

const UNITS_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  '\u00b5s': 1e-3,
  '\u03bcs': 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/**
 * Milliseconds of a duration as Go writes it, such as `1h30m` or `1.5s` (https://pkg.go.dev/time#ParseDuration), days
 * and weeks included as upstream's flags take them.
 * @throws Error with Go's words
 */
export function parseGoDuration(text: string): number {
  const invalid = new Error(`time: invalid duration ${JSON.stringify(text)}`);
  const signed = /^[+-]?/.exec(text)?.[0] ?? '';
  const body = text.slice(signed.length);
  if (body === '0') return 0;
  if (body === '') throw invalid;
  let totalMs = 0;
  const piece = /(\d+\.?\d*|\.\d+)([^\d.]*)/y;
  for (let end = 0; end < body.length; end = piece.lastIndex) {
    const match = piece.exec(body);
    if (match === null) throw invalid;
    const [, number = '', unit = ''] = match;
    if (unit === '') throw new Error(`time: missing unit in duration ${JSON.stringify(text)}`);
    const unitMs = UNITS_MS[unit];
    if (unitMs === undefined)
      throw new Error(`time: unknown unit "${unit}" in duration ${JSON.stringify(text)}`);
    totalMs += Number(number) * unitMs;
  }
  return signed === '-' ? -totalMs : totalMs;
}

/** Prints a duration as Go does: `1h30m0s`, `1.5s`, `300ms`, `0s`. */
export function formatGoDuration(durationMs: number): string {
  return formatNanoseconds(BigInt(Math.round(durationMs * 1e6)));
}

export function isGoDuration(text: string): boolean {
  try {
    parseGoDuration(text);
    return true;
  } catch {
    return false;
  }
}
