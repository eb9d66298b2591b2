import { method } from '../values/function.js';
import { namedBasic, types } from '../values/type.js';
import { type GoType } from '../values/value.js';

const units = [
  ['h', 3_600_000_000_000n],
  ['m', 60_000_000_000n],
] as const;

const [microsecond, millisecond, second] = [1_000n, 1_000_000n, 1_000_000_000n];

/** Go's `Duration.String`: `1h2m3.5s`, `1.5ms`, `0s`. */
export function formatGoDuration(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return '0s';
  const sign = nanoseconds < 0n ? '-' : '';
  let rest = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (rest < microsecond) return `${sign}${rest}ns`;
  if (rest < millisecond) return `${sign}${decimal(rest, microsecond)}µs`;
  if (rest < second) return `${sign}${decimal(rest, millisecond)}ms`;
  let text = sign;
  for (const [unit, size] of units) {
    if (rest >= size || text !== sign) text += `${rest / size}${unit}`;
    rest %= size;
  }
  return `${text}${decimal(rest, second)}s`;
}

function decimal(value: bigint, unit: bigint): string {
  const places = unit.toString().length - 1;
  const fraction = (value % unit).toString().padStart(places, '0').replace(/0+$/, '');
  return fraction === '' ? `${value / unit}` : `${value / unit}.${fraction}`;
}

/** Go's rounding to a multiple: halves away from zero. */
function round(value: bigint, unit: bigint): bigint {
  if (unit <= 0n) return value;
  const size = value < 0n ? -value : value;
  const rest = size % unit;
  const rounded = rest * 2n < unit ? size - rest : size - rest + unit;
  return value < 0n ? -rounded : rounded;
}

/** Go's `time.Duration`, in nanoseconds. */
export const durationType: GoType<bigint> = namedBasic<bigint>({
  name: 'time.Duration',
  base: types.int64,
  text: formatGoDuration,
  methods: {
    String: method([], (self: bigint) => formatGoDuration(self)),
    Hours: method([], (self: bigint) => Number(self) / 3.6e12),
    Minutes: method([], (self: bigint) => Number(self) / 6e10),
    Seconds: method([], (self: bigint) => Number(self) / 1e9),
    Milliseconds: method([], (self: bigint) => types.int64.of(self / millisecond)),
    Microseconds: method([], (self: bigint) => types.int64.of(self / microsecond)),
    Nanoseconds: method([], (self: bigint) => types.int64.of(self)),
    Abs: method([], (self: bigint) => durationType.of(self < 0n ? -self : self)),
    Truncate: method([types.int64], (self: bigint, unit) =>
      durationType.of(unit <= 0n ? self : self - (self % unit)),
    ),
    Round: method([types.int64], (self: bigint, unit) => durationType.of(round(self, unit))),
  },
});
