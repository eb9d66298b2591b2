import { formatTime, instantFromUnixMs, sprintf } from '@narthex/gotemplate';

const LARGE = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
const LARGE_BINARY = ['ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi'];
const SMALL = ['m', 'u', 'n', 'p', 'f', 'a', 'z', 'y'];
const LONGEST_UNIX_SECONDS = 2 ** 63 / 1e9;

/** Four significant digits, as Go's `%.4g`. */
function short(value: number): string {
  return sprintf('%.4g', [value]);
}

/** The value with a metric prefix: `1.235k`, `12.5m` (https://prometheus.io/docs/prometheus/latest/configuration/template_reference/). */
export function humanize(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return short(value);
  if (Math.abs(value) >= 1) return scaledDown(value, 1000, LARGE);
  return scaledUp(value);
}

/** The value with a binary prefix: `1.5ki`. */
export function humanize1024(value: number): string {
  if (Math.abs(value) <= 1 || !Number.isFinite(value)) return short(value);
  return scaledDown(value, 1024, LARGE_BINARY);
}

/** Seconds as `1d 2h 3m 4s`, below a minute with a fraction, below a second with a prefix. */
export function humanizeDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return short(seconds);
  if (seconds === 0) return '0s';
  if (Math.abs(seconds) < 1) return `${scaledUp(seconds)}s`;
  const sign = seconds < 0 ? '-' : '';
  const whole = toInt64(Math.abs(seconds));
  const [days, hours, minutes, rest] = [
    whole / 86_400n,
    (whole / 3600n) % 24n,
    (whole / 60n) % 60n,
    whole % 60n,
  ];
  if (days !== 0n) return `${sign}${days}d ${hours}h ${minutes}m ${rest}s`;
  if (hours !== 0n) return `${sign}${hours}h ${minutes}m ${rest}s`;
  if (minutes !== 0n) return `${sign}${minutes}m ${rest}s`;
  return `${sign}${short(Math.abs(seconds))}s`;
}

/** As Go makes an integer of a float on the machines that matter: one that does not fit becomes the lowest. */
function toInt64(value: number): bigint {
  return value >= 2 ** 63 ? -(2n ** 63n) : BigInt(Math.trunc(value));
}

export function humanizePercentage(ratio: number): string {
  return `${short(ratio * 100)}%`;
}

/**
 * Unix seconds as Go prints a time in UTC.
 * @throws Error when the time is out of Go's range.
 */
export function humanizeTimestamp(unixSeconds: number): string {
  if (!Number.isFinite(unixSeconds)) return short(unixSeconds);
  return formatTime(instantFromUnixMs(unixMsOf(unixSeconds)), '2006-01-02 15:04:05.999999999 -0700 MST');
}

/**
 * Unix seconds in whole milliseconds, cut as upstream's times are that pass through nanoseconds.
 * @throws Error when they are out of Go's range.
 */
export function unixMsOf(unixSeconds: number): number {
  if (Math.abs(unixSeconds) >= LONGEST_UNIX_SECONDS) {
    throw new Error(
      `${sprintf('%v', [unixSeconds])} cannot be represented as a nanoseconds timestamp since it overflows int64`,
    );
  }
  return Number(BigInt(Math.trunc(unixSeconds * 1e9)) / 1_000_000n);
}

function scaledDown(value: number, base: number, prefixes: readonly string[]): string {
  let [scaled, prefix] = [value, ''];
  for (const next of prefixes) {
    if (Math.abs(scaled) < base) break;
    scaled /= base;
    prefix = next;
  }
  return short(scaled) + prefix;
}

function scaledUp(value: number): string {
  let [scaled, prefix] = [value, ''];
  for (const next of SMALL) {
    if (Math.abs(scaled) >= 1) break;
    scaled *= 1000;
    prefix = next;
  }
  return short(scaled) + prefix;
}
