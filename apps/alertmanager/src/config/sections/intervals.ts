import { check, type Field, list, parsed, section, text } from '@narthex/config';
import { type z } from 'zod';
import { isKnownLocation, type Range, type TimeInterval } from '../../intervals/time-interval';

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

const timesSection = check(
  section('timeinterval.yamlTimeRange', { start_time: text(), end_time: text() }),
  ({ start_time, end_time }) => {
    if (start_time === '' || end_time === '') return 'both start and end times must be provided';
    const bad = [start_time, end_time].find((time) => minutesOf(time) === undefined);
    if (bad !== undefined) return `couldn't parse timestamp ${bad}, invalid format`;
    const isForward = minutesOf(start_time)! < minutesOf(end_time)!;
    return isForward ? undefined : 'start time cannot be equal or greater than end time';
  },
);

const intervalSection = section('timeinterval.TimeInterval', {
  times: list(timesSection, { goType: '[]timeinterval.TimeRange' }),
  weekdays: ranges(parseWeekdays, (day) => WEEKDAYS[day]!),
  days_of_month: ranges(parseDaysOfMonth, String),
  months: ranges(parseMonths, String),
  years: ranges(parseYears, String),
  location: parsed('', {
    parse: (name) => {
      if (!isKnownLocation(name)) throw new Error(`unknown time zone ${name}`);
      return name;
    },
    print: (name) => (name === '' ? null : name),
  }),
});

const namedIntervalFields = section('config.plain', {
  name: text({ always: true }),
  time_intervals: list(intervalSection, { always: true, goType: '[]timeinterval.TimeInterval' }),
});

export type NamedIntervalSection = z.output<typeof namedIntervalFields>;

/** An element of `time_intervals` or `mute_time_intervals`; `kind` is what complaints call it. */
export function namedIntervalSection(kind: string): z.ZodType<NamedIntervalSection> {
  return check(namedIntervalFields, ({ name }) => (name === '' ? `missing name in ${kind}` : undefined));
}

/** The intervals that it stands for. */
export function timeIntervals({ time_intervals }: NamedIntervalSection): TimeInterval[] {
  return time_intervals.map((interval) => ({
    ...filled(
      'times',
      interval.times.map(({ start_time, end_time }) => range(minutesOf(start_time)!, minutesOf(end_time)!)),
    ),
    ...filled('weekdays', interval.weekdays),
    ...filled('daysOfMonth', interval.days_of_month),
    ...filled('months', interval.months),
    ...filled('years', interval.years),
    ...(interval.location === '' ? {} : { location: interval.location }),
  }));
}

function filled<K extends string>(key: K, values: readonly Range[]): Partial<Record<K, readonly Range[]>> {
  return values.length === 0 ? {} : ({ [key]: values } as Record<K, readonly Range[]>);
}

function ranges(parse: (text: string) => Range, print: (member: number) => string): Field<readonly Range[]> {
  const member = parsed<Range>(range(0, 0), {
    parse,
    print: ({ begin, end }) => (begin === end ? print(begin) : `${print(begin)}:${print(end)}`),
  });
  return list(member, { flow: true });
}

function range(begin: number, end: number): Range {
  return { begin, end };
}

function parseRange(given: string, parseMember: (text: string) => number): Range {
  const lower = given.toLowerCase();
  const [first = '', second, ...more] = lower.split(':');
  if (more.length > 0) throw new Error(`couldn't parse range ${lower}, invalid format`);
  return range(parseMember(first), parseMember(second ?? first));
}

function integer(text: string): number {
  if (!/^[+-]?\d+$/.test(text))
    throw new Error(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

function parseWeekdays(given: string): Range {
  const days = parseRange(given, (name) => {
    const day = WEEKDAYS.indexOf(name);
    if (day === -1) throw new Error(`${name} is not a valid weekday`);
    return day;
  });
  if (days.begin > days.end) throw new Error('start day cannot be before end day');
  return days;
}

function parseDaysOfMonth(given: string): Range {
  const days = parseRange(given, integer);
  for (const day of [days.begin, days.end]) {
    if (day === 0 || Math.abs(day) > 31)
      throw new Error(`${day} is not a valid day of the month: out of range`);
  }
  if (days.begin < 0 && days.end > 0) throw new Error('end day must be negative if start day is negative');
  // A month has at least 28 days: what is backwards in the shortest month cannot be meant.
  const inShortest = (day: number): number => (day < 0 ? 28 + day : day);
  if (inShortest(days.begin) > inShortest(days.end)) {
    throw new Error(`end day ${days.end} is always before start day ${days.begin}`);
  }
  return days;
}

function parseMonths(given: string): Range {
  const months = parseRange(given, (name) => {
    const month = MONTHS.indexOf(name) + 1;
    if (month > 0) return month;
    if (!/^[+-]?\d+$/.test(name)) throw new Error(`${name} is not a valid month`);
    return Number(name);
  });
  if (months.begin > months.end) {
    throw new Error(
      `end month ${MONTHS[months.end - 1] ?? ''} is before start month ${MONTHS[months.begin - 1] ?? ''}`,
    );
  }
  return months;
}

function parseYears(given: string): Range {
  const years = parseRange(given, integer);
  if (years.begin > years.end) throw new Error(`end year ${years.end} is before start year ${years.begin}`);
  return years;
}

/** Minutes of the day of `HH:MM`, `24:00` included. */
function minutesOf(time: string): number | undefined {
  if (!/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/.test(time)) return undefined;
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}
