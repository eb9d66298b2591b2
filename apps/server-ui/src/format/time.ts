import { parseDuration } from './duration';

/** Which clock the pages read times from. */
export type TimeZone = 'utc' | 'local';

/** The zero time of the server's language, sent for "never". */
const never = '0001-01-01T00:00:00Z';

/** Milliseconds of an RFC 3339 time; undefined for "never" and for what is no time. */
export function parseServerTime(text: string | undefined): number | undefined {
  if (text === undefined || text === never) return undefined;
  const timestampMs = Date.parse(text);
  return Number.isNaN(timestampMs) ? undefined : timestampMs;
}

interface Fields {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
}

function fieldsOf(timestampMs: number, zone: TimeZone): Fields {
  const date = new Date(timestampMs);
  const millisecond = date.getUTCMilliseconds();
  return zone === 'utc'
    ? {
        year: date.getUTCFullYear(),
        month: date.getUTCMonth() + 1,
        day: date.getUTCDate(),
        hour: date.getUTCHours(),
        minute: date.getUTCMinutes(),
        second: date.getUTCSeconds(),
        millisecond,
      }
    : {
        year: date.getFullYear(),
        month: date.getMonth() + 1,
        day: date.getDate(),
        hour: date.getHours(),
        minute: date.getMinutes(),
        second: date.getSeconds(),
        millisecond,
      };
}

const two = (value: number): string => String(value).padStart(2, '0');

/** `2026-03-01 09:05:00`, with milliseconds only where there are any. */
export function formatTimestamp(timestampMs: number, zone: TimeZone): string {
  const at = fieldsOf(timestampMs, zone);
  const date = `${String(at.year).padStart(4, '0')}-${two(at.month)}-${two(at.day)}`;
  const fraction = at.millisecond === 0 ? '' : `.${String(at.millisecond).padStart(3, '0')}`;
  return `${date} ${two(at.hour)}:${two(at.minute)}:${two(at.second)}${fraction}`;
}

/** The same with the zone said: `2026-03-01 09:05:00 UTC`. */
export function formatTimestampWithZone(timestampMs: number, zone: TimeZone): string {
  if (zone === 'utc') return `${formatTimestamp(timestampMs, zone)} UTC`;
  const offsetMinutes = -new Date(timestampMs).getTimezoneOffset();
  const sign = offsetMinutes < 0 ? '-' : '+';
  const size = Math.abs(offsetMinutes);
  return `${formatTimestamp(timestampMs, zone)} ${sign}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

const absolute =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/i;
const relative = /^now\s*(?:([+-])\s*(\S+))?$/i;

/**
 * What a person types for a moment: `2026-03-01 09:05:00` (the parts after the day may be left out), the same
 * with `Z` or an offset, Unix seconds, `now`, `now-1h`.
 * @returns milliseconds, or undefined when it is none of these
 */
export function parseTimeInput(text: string, zone: TimeZone, nowMs: number): number | undefined {
  const trimmed = text.trim();
  const fromNow = relative.exec(trimmed);
  if (fromNow !== null) {
    const [, sign, amount] = fromNow;
    if (amount === undefined) return nowMs;
    const amountMs = parseDuration(amount);
    return amountMs === undefined ? undefined : nowMs + (sign === '-' ? -amountMs : amountMs);
  }
  if (/^\d{5,}(\.\d+)?$/.test(trimmed)) return Math.round(Number(trimmed) * 1000);
  const match = absolute.exec(trimmed);
  return match === null ? undefined : fromParts(match, zone);
}

function fromParts(match: RegExpExecArray, zone: TimeZone): number | undefined {
  const part = (index: number): number => Number(match[index] ?? 0);
  const millisecond = Math.floor(Number(`0.${match[7] ?? '0'}`) * 1000);
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map(part) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const utcMs = Date.UTC(year, month - 1, day, hour, minute, second, millisecond);
  const check = new Date(utcMs);
  if (check.getUTCMonth() !== month - 1 || check.getUTCDate() !== day) return undefined;
  const offset = match[8]?.toUpperCase();
  if (offset === undefined) {
    return zone === 'utc'
      ? utcMs
      : new Date(year, month - 1, day, hour, minute, second, millisecond).getTime();
  }
  if (offset === 'Z' || offset === 'UTC') return utcMs;
  const offsetMinutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2));
  return utcMs - (offset.startsWith('-') ? -1 : 1) * offsetMinutes * 60_000;
}
