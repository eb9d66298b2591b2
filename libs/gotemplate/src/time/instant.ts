import { utc, type Zone, type ZoneOffset } from './zone.js';

/** A point in time with nanoseconds, seen in a zone: what stands behind Go's `time.Time`. */
export interface Instant {
  readonly unixNanoseconds: bigint;
  readonly zone: Zone;
}

/** Year, month from 1, and so on, as the zone's clock shows them. */
export interface ClockFields extends ZoneOffset {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanosecond: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** From 1. */
  readonly yearDay: number;
}

/** Go's zero time, January 1 of year 1, UTC. */
export const zeroInstant: Instant = { unixNanoseconds: -62135596800n * 1_000_000_000n, zone: utc };

export function instantFromUnixMs(unixMs: number, zone: Zone = utc): Instant {
  const whole = Math.floor(unixMs);
  const rest = BigInt(Math.round((unixMs - whole) * 1e6));
  return { unixNanoseconds: BigInt(whole) * 1_000_000n + rest, zone };
}

export function unixMsOf(instant: Instant): number {
  return Number(floorDivide(instant.unixNanoseconds, 1_000_000n));
}

export function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}

export function clockFields(instant: Instant): ClockFields {
  const unixMs = unixMsOf(instant);
  const offset = instant.zone.at(unixMs);
  const local = new Date(Math.floor(unixMs / 1000) * 1000 + offset.offsetSeconds * 1000);
  const startOfYear = new Date(local);
  startOfYear.setUTCMonth(0, 1);
  const nanosecond = Number(((instant.unixNanoseconds % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n);
  return {
    ...offset,
    year: local.getUTCFullYear(),
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    second: local.getUTCSeconds(),
    nanosecond,
    weekday: local.getUTCDay(),
    yearDay: Math.round((local.getTime() - startOfYear.getTime()) / 86_400_000) + 1,
  };
}

/** The instant at which the zone's clock shows the given fields; they may overflow into each other. */
export function instantFromClock(
  fields: readonly [year: number, month: number, day: number, hour: number, minute: number, second: number],
  nanosecond: number,
  zone: Zone,
): Instant {
  const [year, month, day, hour, minute, second] = fields;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const wallMs = date.getTime();
  let unixMs = wallMs - zone.at(wallMs).offsetSeconds * 1000;
  // Near a change of the clock the first guess may stand on the wrong side of it.
  unixMs = wallMs - zone.at(unixMs).offsetSeconds * 1000;
  return { unixNanoseconds: BigInt(unixMs) * 1_000_000n + BigInt(nanosecond), zone };
}
