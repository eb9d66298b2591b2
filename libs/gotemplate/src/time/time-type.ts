import { func, method } from '../values/function.js';
import { GoType, type GoValue, type Method } from '../values/value.js';
import { namedBasic, types } from '../values/type.js';
import { durationType } from './duration.js';
import {
  clockFields,
  floorDivide,
  instantFromClock,
  zeroInstant,
  type ClockFields,
  type Instant,
} from './instant.js';
import { dayNames, formatTime, monthNames } from './layout.js';
import { utc } from './zone.js';

const monthType = namedBasic<bigint>({
  name: 'time.Month',
  base: types.int,
  text: (month) => monthNames[Number(month) - 1] ?? `%!Month(${month})`,
  methods: { String: method([], (self: bigint) => monthNames[Number(self) - 1] ?? `%!Month(${self})`) },
});

const weekdayType = namedBasic<bigint>({
  name: 'time.Weekday',
  base: types.int,
  text: (day) => dayNames[Number(day)] ?? `%!Weekday(${day})`,
  methods: { String: method([], (self: bigint) => dayNames[Number(self)] ?? `%!Weekday(${self})`) },
});

const text = (self: Instant): string => formatTime(self, '2006-01-02 15:04:05.999999999 -0700 MST');

/** Go's `time.Time` with the methods that make sense in a template. `timeType.of(instant)` makes a value. */
export const timeType: GoType<Instant> = new GoType<Instant>({
  name: 'time.Time',
  kind: 'struct',
  zero: null,
  text,
  json: (self) => formatTime(self, '2006-01-02T15:04:05.999999999Z07:00'),
  equal: (left, right) =>
    left.unixNanoseconds === right.unixNanoseconds && left.zone.name === right.zone.name,
  methods: {
    String: method([], text),
    Format: method([types.string], (self: Instant, layout) => formatTime(self, layout)),
    UTC: method([], (self: Instant) => timeType.of({ ...self, zone: utc })),
    Unix: method([], (self: Instant) => types.int64.of(floorDivide(self.unixNanoseconds, 1_000_000_000n))),
    UnixMilli: method([], (self: Instant) => types.int64.of(floorDivide(self.unixNanoseconds, 1_000_000n))),
    UnixMicro: method([], (self: Instant) => types.int64.of(floorDivide(self.unixNanoseconds, 1_000n))),
    UnixNano: method([], (self: Instant) => types.int64.of(self.unixNanoseconds)),
    Year: clock((fields) => BigInt(fields.year)),
    Month: clock((fields) => monthType.of(BigInt(fields.month))),
    Day: clock((fields) => BigInt(fields.day)),
    Hour: clock((fields) => BigInt(fields.hour)),
    Minute: clock((fields) => BigInt(fields.minute)),
    Second: clock((fields) => BigInt(fields.second)),
    Nanosecond: clock((fields) => BigInt(fields.nanosecond)),
    Weekday: clock((fields) => weekdayType.of(BigInt(fields.weekday))),
    YearDay: clock((fields) => BigInt(fields.yearDay)),
    IsZero: method([], (self: Instant) => self.unixNanoseconds === zeroInstant.unixNanoseconds),
    Add: method([durationType], (self: Instant, by) => shifted(self, by)),
    AddDate: method([types.int, types.int, types.int], (self: Instant, years, months, days) =>
      timeType.of(addDate(self, Number(years), Number(months), Number(days))),
    ),
    Truncate: method([durationType], (self: Instant, unit) => truncated(self, unit, 0n)),
    Round: method([durationType], (self: Instant, unit) => truncated(self, unit, unit / 2n)),
    Sub: withTime((self, other) => durationType.of(self.unixNanoseconds - other.unixNanoseconds)),
    Before: withTime((self, other) => self.unixNanoseconds < other.unixNanoseconds),
    After: withTime((self, other) => self.unixNanoseconds > other.unixNanoseconds),
    Equal: withTime((self, other) => self.unixNanoseconds === other.unixNanoseconds),
    Compare: withTime((self, other) =>
      BigInt(Math.sign(Number(self.unixNanoseconds - other.unixNanoseconds))),
    ),
  },
});

function clock(read: (fields: ClockFields) => GoValue): Method<Instant> {
  return method([], (self: Instant) => read(clockFields(self)));
}

/** A method that takes a time; bound late, when the type it belongs to is complete. */
function withTime(call: (self: Instant, other: Instant) => GoValue): Method<Instant> {
  return { bind: (self) => func([timeType], (other) => call(self, other)) };
}

function shifted(instant: Instant, by: bigint): GoValue {
  return timeType.of({ ...instant, unixNanoseconds: instant.unixNanoseconds + by });
}

/** Multiples are counted from the zero time. */
function truncated(instant: Instant, unit: bigint, add: bigint): GoValue {
  if (unit <= 0n) return timeType.of(instant);
  const since = instant.unixNanoseconds - zeroInstant.unixNanoseconds;
  return shifted(instant, floorDivide(since + add, unit) * unit - since);
}

function addDate(instant: Instant, years: number, months: number, days: number): Instant {
  const { year, month, day, hour, minute, second, nanosecond } = clockFields(instant);
  return instantFromClock(
    [year + years, month + months, day + days, hour, minute, second],
    nanosecond,
    instant.zone,
  );
}
