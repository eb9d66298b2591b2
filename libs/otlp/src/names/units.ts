/*
 * Units of OpenTelemetry (UCUM, https://ucum.org/ucum) in the words of Prometheus, as upstream's otlptranslator has
 * them (https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#metric-metadata-1).
 */

const UNITS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    d: 'days',
    h: 'hours',
    min: 'minutes',
    s: 'seconds',
    ms: 'milliseconds',
    us: 'microseconds',
    ns: 'nanoseconds',
    By: 'bytes',
    KiBy: 'kibibytes',
    MiBy: 'mebibytes',
    GiBy: 'gibibytes',
    TiBy: 'tibibytes',
    KBy: 'kilobytes',
    MBy: 'megabytes',
    GBy: 'gigabytes',
    TBy: 'terabytes',
    m: 'meters',
    V: 'volts',
    A: 'amperes',
    J: 'joules',
    W: 'watts',
    g: 'grams',
    Cel: 'celsius',
    Hz: 'hertz',
    '1': '',
    '%': 'percent',
  }),
);

/** Behind a slash, in the singular. */
const UNITS_PER: ReadonlyMap<string, string> = new Map(
  Object.entries({
    s: 'second',
    m: 'minute',
    h: 'hour',
    d: 'day',
    w: 'week',
    mo: 'month',
    y: 'year',
  }),
);

/** What a unit adds to a name. Either may be empty. */
export interface UnitSuffixes {
  readonly main: string;
  /** Begins with `per_`. */
  readonly per: string;
}

/** The suffixes of a unit such as `By/s`. What stands in braces is an annotation and adds nothing. */
export function unitSuffixes(unit: string): UnitSuffixes {
  const slash = unit.indexOf('/');
  const main = wordOf(slash < 0 ? unit : unit.slice(0, slash), UNITS);
  const per = slash < 0 ? '' : wordOf(unit.slice(slash + 1), UNITS_PER);
  return { main, per: per === '' ? '' : `per_${per}` };
}

function wordOf(part: string, words: ReadonlyMap<string, string>): string {
  const name = part.trim();
  if (name === '' || name.includes('{') || name.includes('}')) return '';
  return words.get(name) ?? name;
}

/** A suffix with nothing in it that a plain metric name may not have, without a leading underscore. */
export function plainSuffix(suffix: string): string {
  return suffix
    .replace(/[^a-zA-Z0-9:]/gu, '_')
    .replace(/_+/g, '_')
    .replace(/^_/, '');
}

/** The unit as metadata have it: `By/s` is `bytes_per_second`. */
export function metadataUnit(unit: string): string {
  const { main, per } = unitSuffixes(unit);
  const joined = [plainSuffix(main), plainSuffix(per)].filter((part) => part !== '').join('_');
  return joined.replace(/^_/, '').replace(/_$/, '');
}
