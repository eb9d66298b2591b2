/** An inclusive range of whole numbers. */
export interface Range {
  readonly begin: number;
  readonly end: number;
}

/** A recurring span of time: every field that is there has to hold. Times are read in `location`, or in UTC. */
export interface TimeInterval {
  /** Minutes of the day; the end is exclusive. */
  readonly times?: readonly Range[];
  /** 0 is Sunday. */
  readonly weekdays?: readonly Range[];
  /** From 1, or from -1 backwards for days counted from the month's end. */
  readonly daysOfMonth?: readonly Range[];
  readonly months?: readonly Range[];
  readonly years?: readonly Range[];
  /** A name of the IANA time zone database. */
  readonly location?: string;
}

/** True when the moment lies in the interval. */
export function containsTime(interval: TimeInterval, nowMs: number): boolean {
  const { year, month, day, weekday, minute } = civilTime(nowMs, interval.location ?? 'UTC');
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const within = (ranges: readonly Range[] | undefined, value: number): boolean =>
    ranges === undefined || ranges.some(({ begin, end }) => value >= begin && value <= end);
  const fromMonthStart = (given: number): number => (given < 0 ? lastDay + given + 1 : given);
  const days = interval.daysOfMonth
    ?.map(({ begin, end }) => ({ begin: fromMonthStart(begin), end: fromMonthStart(end) }))
    .filter(({ begin }) => begin <= lastDay);
  return (
    (interval.times === undefined ||
      interval.times.some(({ begin, end }) => minute >= begin && minute < end)) &&
    within(days, day) &&
    within(interval.months, month) &&
    within(interval.weekdays, weekday) &&
    within(interval.years, year)
  );
}

interface CivilTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  /** Minutes since midnight. */
  readonly minute: number;
}

/** Date and time as a clock on the wall of `location` shows them. */
function civilTime(nowMs: number, location: string): CivilTime {
  if (location === 'UTC') return fromUtcFields(new Date(nowMs));
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: location,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  }).formatToParts(nowMs);
  const field = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((part) => part.type === type)?.value);
  const local = Date.UTC(field('year'), field('month') - 1, field('day'), field('hour'), field('minute'));
  return fromUtcFields(new Date(local));
}

function fromUtcFields(date: Date): CivilTime {
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: date.getUTCDay(),
    minute: date.getUTCHours() * 60 + date.getUTCMinutes(),
  };
}

/** True for a name of the time zone database that this machine knows. */
export function isKnownLocation(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
