import { DurationError } from './errors.js';
import { quoteGo } from './quote.js';

const UNITS_MS = {
  y: 31_536_000_000,
  w: 604_800_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
} as const;
const DURATION = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;

/** Upstream keeps durations as int64 nanoseconds. */
const LONGEST_MS = 9_223_372_036_854;

/**
 * Milliseconds of a Prometheus duration such as `1h30m` or `0`
 * (https://prometheus.io/docs/prometheus/latest/configuration/configuration/, `<duration>`).
 * @throws DurationError with upstream's words.
 */
export function parseDuration(text: string): number {
  if (text === '0') return 0;
  if (text === '') throw new DurationError('empty duration string');
  const groups = DURATION.exec(text);
  if (groups === null) throw new DurationError(complaintOf(text));
  const units = Object.values(UNITS_MS);
  const totalMs = units.reduce((sum, unitMs, i) => sum + Number(groups[i + 1] ?? 0) * unitMs, 0);
  if (totalMs > LONGEST_MS) throw new DurationError('duration out of range');
  return totalMs;
}

/** What is wrong with a text, looking from its beginning: a unit that nobody knows, or else its form. */
function complaintOf(text: string): string {
  const parts = /(\d+)(\D*)|\D+/gy;
  for (const [, digits, unit] of text.matchAll(parts)) {
    if (digits === undefined || unit === '' || unit === undefined) break;
    if (!(unit in UNITS_MS)) return `unknown unit ${quoteGo(unit)} in duration ${quoteGo(text)}`;
  }
  return `not a valid duration string: ${quoteGo(text)}`;
}

/**
 * Prints whole milliseconds as upstream's `model.Duration` does: years, weeks and days only where they divide the
 * whole, so `90m` is `1h30m` and eight days are `8d`, a week `1w`.
 */
export function formatDuration(durationMs: number): string {
  if (durationMs === 0) return '0s';
  if (durationMs < 0) return `-${formatDuration(-durationMs)}`;
  let restMs = Math.trunc(durationMs);
  let text = '';
  const take = (unit: keyof typeof UNITS_MS, exactOnly: boolean): void => {
    const unitMs = UNITS_MS[unit];
    if (exactOnly && restMs % unitMs !== 0) return;
    const count = Math.floor(restMs / unitMs);
    if (count > 0) text += `${count}${unit}`;
    restMs -= count * unitMs;
  };
  take('y', true);
  take('w', true);
  take('d', false);
  take('h', false);
  take('m', false);
  take('s', false);
  take('ms', false);
  return text;
}
