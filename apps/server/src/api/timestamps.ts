/** The times that clients send for "from the beginning" and "to the end": they lie outside of what a Date can hold. */
const EARLIEST_TEXT = '-292273086-05-16T16:47:06Z';
const LATEST_TEXT = '292277025-08-18T07:12:54.999999999Z';
export const EARLIEST_MS = -Number.MAX_SAFE_INTEGER;
export const LATEST_MS = Number.MAX_SAFE_INTEGER;

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** Milliseconds of Unix seconds, whole or with a fraction, or of an RFC 3339 time; undefined when it is neither. */
export function parseTimestamp(given: string): number | undefined {
  if (/^[+-]?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?$/.test(given) && !/_(?!\d)|__/.test(given)) {
    const seconds = Number(given.replaceAll('_', ''));
    return Math.min(Math.max(Math.round(seconds * 1000), EARLIEST_MS), LATEST_MS);
  }
  if (given === EARLIEST_TEXT) return EARLIEST_MS;
  if (given === LATEST_TEXT) return LATEST_MS;
  if (!RFC3339.test(given)) return undefined;
  const timeMs = Date.parse(given);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

/** A time as Go writes it in JSON; the zero time when there is none. */
export function goTime(timeMs: number | undefined): string {
  if (timeMs === undefined) return '0001-01-01T00:00:00Z';
  const text = new Date(timeMs).toISOString();
  return text.replace(/\.?0+Z$/, 'Z');
}

/** A duration as Go shows one in seconds: no finer than its nanoseconds. */
export function goSeconds(seconds: number): number {
  return Math.round(seconds * 1e9) / 1e9;
}
