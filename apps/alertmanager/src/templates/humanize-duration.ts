import { type GoValue, sprintf, TemplateFunctionError, TypedValue } from '@narthex/gotemplate';
import { NumberError, parseFloatGo, quoteGo } from '@narthex/model';

const SMALL_UNITS = ['', 'm', 'u', 'n', 'p', 'f', 'a', 'z', 'y'];

/** Seconds as people read them: `1d 1h 1m 1s`, `59.9s`, `12.3ms`. */
export function humanizeDuration(given: GoValue): string {
  const seconds = numberOf(given);
  if (!Number.isFinite(seconds)) return sprintf('%.4g', [seconds]);
  if (seconds === 0) return `${sprintf('%.4g', [seconds])}s`;
  const sign = seconds < 0 ? '-' : '';
  const magnitude = Math.abs(seconds);
  if (magnitude < 1) return subsecond(seconds);
  const whole = Math.trunc(magnitude);
  const [days, hours, minutes, rest] = [
    Math.floor(whole / 86_400),
    Math.floor(whole / 3600) % 24,
    Math.floor(whole / 60) % 60,
    whole % 60,
  ];
  if (days > 0) return `${sign}${days}d ${hours}h ${minutes}m ${rest}s`;
  if (hours > 0) return `${sign}${hours}h ${minutes}m ${rest}s`;
  if (minutes > 0) return `${sign}${minutes}m ${rest}s`;
  return `${sign}${sprintf('%.4g', [magnitude])}s`;
}

function subsecond(seconds: number): string {
  let value = seconds;
  let unit = 0;
  while (Math.abs(value) < 1 && unit < SMALL_UNITS.length - 1) {
    value *= 1000;
    unit++;
  }
  return `${sprintf('%.4g', [value])}${SMALL_UNITS[unit]!}s`;
}

function numberOf(given: GoValue): number {
  const value = given instanceof TypedValue ? given.value : given;
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') {
    // A duration counts nanoseconds.
    return given instanceof TypedValue && given.type.name === 'time.Duration'
      ? Number(value) / 1e9
      : Number(value);
  }
  if (typeof value !== 'string') throw new TemplateFunctionError(`can't convert ${typeof value} to float`);
  try {
    return parseFloatGo(value);
  } catch (cause) {
    if (!(cause instanceof NumberError)) throw cause;
    throw new TemplateFunctionError(`strconv.ParseFloat: parsing ${quoteGo(value)}: invalid syntax`, {
      cause,
    });
  }
}
