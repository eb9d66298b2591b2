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
 * Milliseconds of a duration as Go writes it (https://pkg.go.dev/time#ParseDuration), such as `1h30m` or `1.5s`, with
 * days and weeks as upstream's flags take them.
 * @throws Error with Go's words
 */
export function parseGoDuration(text: string): number {
  const [, sign = '', body = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (body === '0') return 0;
  const piece = /(\d+\.?\d*|\.\d+)([^\d.]*)/y;
  let totalMs = 0;
  do {
    const match = piece.exec(body);
    if (match === null) throw new Error(`time: invalid duration ${JSON.stringify(text)}`);
    const [, number = '', unit = ''] = match;
    if (unit === '') throw new Error(`time: missing unit in duration ${JSON.stringify(text)}`);
    const unitMs = UNITS_MS[unit];
    if (unitMs === undefined) {
      throw new Error(`time: unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}`);
    }
    totalMs += Number(number) * unitMs;
  } while (piece.lastIndex < body.length);
  return sign === '-' ? -totalMs : totalMs;
}
