const DAY_SECONDS = 86_400;
/**
 * What fits no int64 becomes the smallest of them in Go, which is before the beginning of its calendar, so that it
 * comes out at the end.
 */
const NO_INT64 = 2 ** 63;

interface Day {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly dayOfMonth: number;
  readonly dayOfYear: number;
}

/** Functions of seconds since the Unix epoch, in UTC. */
export const CALENDAR_FUNCTIONS: ReadonlyMap<string, (seconds: number) => number> = new Map([
  ['year', (seconds: number) => dayOf(seconds).year],
  ['month', (seconds: number) => dayOf(seconds).month],
  ['day_of_month', (seconds: number) => dayOf(seconds).dayOfMonth],
  ['day_of_year', (seconds: number) => dayOf(seconds).dayOfYear],
  ['day_of_week', (seconds: number) => modulo(daysSince1970(seconds) + 4, 7)],
  ['days_in_month', daysInMonth],
  ['hour', (seconds: number) => Math.floor(modulo(whole(seconds), DAY_SECONDS) / 3600)],
  ['minute', (seconds: number) => Math.floor(modulo(whole(seconds), 3600) / 60)],
]);

function whole(seconds: number): number {
  return Math.abs(seconds) < 2 ** 63 ? Math.trunc(seconds) : NO_INT64;
}

/** Exact, however large the value; never minus zero. */
function modulo(value: number, divisor: number): number {
  const remainder = value % divisor;
  return remainder < 0 ? remainder + divisor : remainder + 0;
}

function daysSince1970(seconds: number): number {
  const value = whole(seconds);
  return Math.round((value - modulo(value, DAY_SECONDS)) / DAY_SECONDS);
}

function isLeap(year: number): boolean {
  return modulo(year, 4) === 0 && (modulo(year, 100) !== 0 || modulo(year, 400) === 0);
}

function daysInMonth(seconds: number): number {
  const { year, month } = dayOf(seconds);
  if (month === 2) return isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/**
 * The day of the proleptic Gregorian calendar, for years far beyond those of `Date`. Counts from 1 March of year 0, so
 * that the leap day is a year's last (https://howardhinnant.github.io/date_algorithms.html).
 */
function dayOf(seconds: number): Day {
  const days = daysSince1970(seconds) + 719_468;
  const era = Math.floor(days / 146_097);
  const ofEra = days - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofMarchYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * ofMarchYear + 2) / 153);
  const dayOfMonth = ofMarchYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const dayOfYear = ofMarchYear >= 306 ? ofMarchYear - 305 : ofMarchYear + 60 + (isLeap(year) ? 1 : 0);
  return { year, month, dayOfMonth, dayOfYear };
}
