/** A place's clock: its name and how far it is from UTC at a given time. */
export interface Zone {
  /** `UTC`, `Local`, an IANA name or a fixed zone's abbreviation. */
  readonly name: string;
  at(unixMs: number): ZoneOffset;
}

export interface ZoneOffset {
  /** `UTC`, `CET`, `+03`. */
  readonly abbreviation: string;
  readonly offsetSeconds: number;
}

export const utc: Zone = { name: 'UTC', at: () => ({ abbreviation: 'UTC', offsetSeconds: 0 }) };

export function fixedZone(name: string, offsetSeconds: number): Zone {
  return { name, at: () => ({ abbreviation: name, offsetSeconds }) };
}

/** The zone of an IANA name such as `Europe/Paris`, '' and `UTC` for UTC; undefined where there is none. */
export function zoneByName(name: string): Zone | undefined {
  if (name === '' || name === 'UTC') return utc;
  let parts: Intl.DateTimeFormat;
  try {
    parts = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
      era: 'short',
    });
  } catch {
    return undefined;
  }
  const names = localesWithAbbreviations.map(
    (locale) => new Intl.DateTimeFormat(locale, { timeZone: name, timeZoneName: 'short' }),
  );
  return {
    name,
    at: (unixMs) => {
      const offsetSeconds = offsetAt(parts, unixMs);
      const abbreviation =
        fromTable(name, parts, unixMs) ?? abbreviationAt(names, unixMs) ?? numericName(offsetSeconds);
      return { abbreviation, offsetSeconds };
    },
  };
}

/**
 * Abbreviations of the time zone database that no locale's data has: in standard time and, where it differs, in
 * daylight saving time.
 */
const abbreviations: Readonly<Record<string, readonly [standard: string, daylight?: string]>> = {
  'Africa/Algiers': ['CET'],
  'Africa/Cairo': ['EET', 'EEST'],
  'Africa/Johannesburg': ['SAST'],
  'Africa/Khartoum': ['CAT'],
  'Africa/Lagos': ['WAT'],
  'Africa/Maputo': ['CAT'],
  'Africa/Nairobi': ['EAT'],
  'Africa/Tripoli': ['EET'],
  'Africa/Tunis': ['CET'],
  'America/St_Johns': ['NST', 'NDT'],
  'Asia/Beirut': ['EET', 'EEST'],
  'Asia/Calcutta': ['IST'],
  'Asia/Hong_Kong': ['HKT'],
  'Asia/Jakarta': ['WIB'],
  'Asia/Jayapura': ['WIT'],
  'Asia/Jerusalem': ['IST', 'IDT'],
  'Asia/Karachi': ['PKT'],
  'Asia/Kolkata': ['IST'],
  'Asia/Macau': ['CST'],
  'Asia/Makassar': ['WITA'],
  'Asia/Manila': ['PST'],
  'Asia/Pyongyang': ['KST'],
  'Asia/Seoul': ['KST'],
  'Asia/Shanghai': ['CST'],
  'Asia/Taipei': ['CST'],
  'Asia/Tokyo': ['JST'],
  'Europe/Kirov': ['MSK'],
  'Europe/Moscow': ['MSK'],
  'Europe/Simferopol': ['MSK'],
  'Europe/Volgograd': ['MSK'],
  'Pacific/Guam': ['ChST'],
};

/** Each knows the abbreviations of its own part of the world and writes `GMT+1` for the rest. */
const localesWithAbbreviations = ['en-US', 'en-GB', 'en-AU', 'en-IN', 'en-ZA', 'en-NZ'] as const;

function abbreviationAt(names: readonly Intl.DateTimeFormat[], unixMs: number): string | undefined {
  for (const format of names) {
    const name = format.formatToParts(unixMs).find((part) => part.type === 'timeZoneName')?.value;
    if (name !== undefined && (name === 'GMT' || !/^(?:GMT|UTC)[+-]/.test(name))) return name;
  }
  return undefined;
}

function fromTable(name: string, parts: Intl.DateTimeFormat, unixMs: number): string | undefined {
  const entry = abbreviations[name];
  if (entry === undefined) return undefined;
  const [standard, daylight = standard] = entry;
  // The year's least offset is standard time in both hemispheres.
  const halfYear = 182 * 86_400_000;
  const offset = offsetAt(parts, unixMs);
  return offset > Math.min(offset, offsetAt(parts, unixMs + halfYear)) ? daylight : standard;
}

function offsetAt(format: Intl.DateTimeFormat, unixMs: number): number {
  const fields = new Map(format.formatToParts(unixMs).map((part) => [part.type, part.value]));
  const number = (type: Intl.DateTimeFormatPartTypes): number => Number(fields.get(type) ?? '0');
  const year = fields.get('era') === 'BC' ? 1 - number('year') : number('year');
  const local = new Date(0);
  local.setUTCFullYear(year, number('month') - 1, number('day'));
  local.setUTCHours(number('hour'), number('minute'), number('second'));
  return Math.round((local.getTime() - Math.floor(unixMs / 1000) * 1000) / 1000);
}

/** As the time zone database names zones without an abbreviation: `+03`, `-0330`. */
function numericName(offsetSeconds: number): string {
  const minutes = Math.round(Math.abs(offsetSeconds) / 60);
  const hours = String(Math.floor(minutes / 60)).padStart(2, '0');
  const rest = minutes % 60 === 0 ? '' : String(minutes % 60).padStart(2, '0');
  return `${offsetSeconds < 0 ? '-' : '+'}${hours}${rest}`;
}
