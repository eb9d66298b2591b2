import {
  compareStrings,
  type GoValue,
  type Instant,
  TemplateFunction,
  TemplateFunctionError,
  TypedValue,
} from '@narthex/gotemplate';
import { JSON_NAMES } from './template-types';

/**
 * A template value as Go's `json.Marshal` prints it: keys in order, structs under the names of their JSON.
 */
export function goJson(value: GoValue): string {
  return goStringify(plain(value));
}

/** JSON as Go writes it: `<`, `>`, `&` and two kinds of line ends are escaped. */
export function goStringify(value: unknown): string {
  const escape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, escape);
}

/** What JSON can hold. */
function plain(value: GoValue): unknown {
  if (value instanceof TypedValue) return plainTyped(value);
  if (value instanceof TemplateFunction) throw new TemplateFunctionError('json: unsupported type: func()');
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map((item: GoValue) => plain(item));
  if (value instanceof Map) return plainMap(value as ReadonlyMap<string, GoValue>);
  return value;
}

function plainTyped({ type, value }: TypedValue): unknown {
  if (type.name === 'time.Time') return formatInstant(value as Instant);
  if (type.kind !== 'struct') return plain(value as GoValue);
  const names = JSON_NAMES.get(type.name) ?? {};
  const fields = value as Readonly<Record<string, GoValue>>;
  return Object.fromEntries(
    type.fields.map((field) => [names[field] ?? field, plain(fields[field] ?? null)]),
  );
}

function plainMap(map: ReadonlyMap<string, GoValue>): Record<string, unknown> {
  const entries = [...map].sort(([a], [b]) => compareStrings(a, b));
  return Object.fromEntries(entries.map(([key, item]) => [key, plain(item)]));
}

/** RFC 3339 in UTC; zeros at the end of the fraction are left out. */
function formatInstant({ unixNanoseconds, zone }: Instant): string {
  const unixMs = Number(unixNanoseconds / 1_000_000n);
  const { offsetSeconds } = zone.at(unixMs);
  const local = new Date(Math.floor(unixMs / 1000) * 1000 + offsetSeconds * 1000).toISOString().slice(0, 19);
  const nanoseconds = ((unixNanoseconds % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  const fraction = nanoseconds === 0n ? '' : `.${String(nanoseconds).padStart(9, '0').replace(/0+$/, '')}`;
  if (offsetSeconds === 0) return `${local}${fraction}Z`;
  const minutes = Math.round(Math.abs(offsetSeconds) / 60);
  const two = (part: number): string => String(part).padStart(2, '0');
  const sign = offsetSeconds < 0 ? '-' : '+';
  return `${local}${fraction}${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
