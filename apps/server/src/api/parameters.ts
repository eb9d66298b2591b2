import { type Matcher, NumberError, parseDuration, parseFloatGo } from '@narthex/model';
import { parseMetricSelector } from '@narthex/promql';
import { ApiError, invalidParameter } from './errors.js';
import { type FormValues } from './form-values.js';
import { parseTimestamp } from './timestamps.js';

/** The parameters of a request: those of a form in its body first, then those of its URL. */
export class Parameters {
  readonly #sources: readonly FormValues[];

  constructor(form: FormValues | undefined, query: FormValues) {
    this.#sources = form === undefined ? [query] : [form, query];
  }

  /** Every value of a parameter. */
  all(name: string): readonly string[] {
    return this.#sources.flatMap((values) => values.all(name));
  }

  /** @throws ApiError with upstream's words when a form or query was not well-formed; {@link all} passes over that. */
  checkForm(): void {
    const fault = this.#sources.find((values) => values.fault !== undefined)?.fault;
    if (fault !== undefined) throw new ApiError('bad_data', `error parsing form values: ${fault}`);
  }

  /** The first value of a parameter; empty when there is none. */
  get(name: string): string {
    for (const values of this.#sources) {
      const first = values.all(name)[0];
      if (first !== undefined) return first;
    }
    return '';
  }

  /** A time in ms; undefined when not given. */
  time(name: string): number | undefined {
    const given = this.get(name);
    if (given === '') return undefined;
    const timeMs = parseTimestamp(given);
    if (timeMs !== undefined) return timeMs;
    throw invalidParameter(name, `invalid time value for '${name}': ${noTimestamp(given)}`);
  }

  /** A time in ms that has to be there, with the words of `query_range`. */
  requiredTime(name: string): number {
    const timeMs = parseTimestamp(this.get(name));
    if (timeMs === undefined) throw invalidParameter(name, noTimestamp(this.get(name)));
    return timeMs;
  }

  /** A duration in ms; undefined when not given. */
  duration(name: string): number | undefined {
    const given = this.get(name);
    if (given === '') return undefined;
    const durationMs = durationOf(given);
    if (typeof durationMs === 'string') throw invalidParameter(name, durationMs);
    return durationMs;
  }

  /** A whole number that is not negative; 0, which means "no limit", when not given. */
  limit(): number {
    const given = this.get('limit');
    if (given === '') return 0;
    const limit = integerOf(given);
    if (limit === undefined)
      throw invalidParameter('limit', `strconv.Atoi: parsing "${given}": invalid syntax`);
    if (Math.abs(limit) >= 2 ** 63)
      throw invalidParameter('limit', `strconv.Atoi: parsing "${given}": value out of range`);
    if (limit < 0) throw invalidParameter('limit', 'limit must be non-negative');
    return limit;
  }

  /** The selectors of `match[]`, each with one matcher at least that the empty text does not pass. */
  selectors(refuse: (reason: string) => ApiError): readonly (readonly Matcher[])[] {
    return this.all('match[]').map((text) => {
      const matchers = selectorOf(text, refuse);
      if (matchers.some((matcher) => !matcher.matchesEmpty)) return matchers;
      throw refuse('match[] must contain at least one non-empty matcher');
    });
  }
}

export function selectorOf(text: string, refuse: (reason: string) => ApiError): readonly Matcher[] {
  try {
    return parseMetricSelector(text);
  } catch (error) {
    throw refuse((error as Error).message);
  }
}

/** Milliseconds of float seconds or of a Prometheus duration, or why it is neither. */
export function durationOf(given: string): number | string {
  const complaint = `cannot parse ${JSON.stringify(given)} to a valid duration`;
  const seconds = floatOf(given);
  if (seconds !== undefined) {
    return Math.abs(seconds) * 1e9 > 2 ** 63 ? `${complaint}. It overflows int64` : seconds * 1000;
  }
  try {
    return parseDuration(given);
  } catch {
    return complaint;
  }
}

/** A float as Go's strconv.ParseFloat takes it: digits may have underscores between them. */
function floatOf(given: string): number | undefined {
  try {
    return parseFloatGo(given.replace(/(?<=[\da-fA-FxX])_(?=[\da-fA-F])/g, ''));
  } catch (error) {
    if (error instanceof NumberError) return undefined;
    throw error;
  }
}

/** A whole number as Go's strconv.Atoi takes it. */
export function integerOf(given: string): number | undefined {
  return /^[+-]?\d+$/.test(given) ? Number(given) : undefined;
}

/** As {@link integerOf}; undefined also when 64 bits do not hold it. */
export function machineIntegerOf(given: string): number | undefined {
  const value = integerOf(given);
  return value === undefined || Math.abs(value) >= 2 ** 63 ? undefined : value;
}

function noTimestamp(given: string): string {
  return `cannot parse ${JSON.stringify(given)} to a valid timestamp`;
}
