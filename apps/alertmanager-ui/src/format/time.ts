export type TimeZone = 'utc' | 'local';

/** `2026-11-22 11:30:00 UTC`. */
export function formatTime(timeMs: number, zone: TimeZone): string {
  const date = new Date(timeMs);
  if (zone === 'utc') return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  const two = (part: number): string => String(part).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** What a date and time field of the browser takes and gives: no zone, seconds included. */
export function toFieldValue(timeMs: number, zone: TimeZone): string {
  return formatTime(timeMs, zone).slice(0, 19).replace(' ', 'T');
}

/** Undefined when the field is empty or not complete. */
export function fromFieldValue(value: string, zone: TimeZone): number | undefined {
  const timeMs = Date.parse(zone === 'utc' ? `${value}Z` : value);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}
