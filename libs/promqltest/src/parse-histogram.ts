import {
  COUNTER_RESET_HINT,
  type CounterResetHint,
  CUSTOM_BUCKETS_SCHEMA,
  type NativeHistogram,
} from '@narthex/model';
import { ScriptError } from './errors.js';
import { parseNumber } from './parse-number.js';

const HINTS: Readonly<Record<string, CounterResetHint>> = {
  unknown: COUNTER_RESET_HINT.unknown,
  reset: COUNTER_RESET_HINT.reset,
  not_reset: COUNTER_RESET_HINT.notReset,
  gauge: COUNTER_RESET_HINT.gauge,
};

/** The histogram that a script writes as `{{schema:1 sum:3 count:22 buckets:[5 10 7]}}`, and whether it names a hint. */
export interface ParsedHistogram {
  readonly histogram: NativeHistogram;
  readonly hintGiven: boolean;
}

/** @throws ScriptError when the text between the braces is no histogram. */
export function parseHistogram(inner: string): ParsedHistogram {
  const fields = fieldsOf(inner);
  const number = (name: string): number => {
    const value = fields.get(name);
    return value === undefined ? 0 : parseNumber(value);
  };
  const list = (name: string): readonly number[] => {
    const value = fields.get(name);
    if (value === undefined) return [];
    if (!value.startsWith('[')) throw new ScriptError(`${name} of a histogram takes a list`);
    return value.slice(1, -1).split(/\s+/).filter(Boolean).map(parseNumber);
  };
  const hint = fields.get('counter_reset_hint');
  if (hint !== undefined && !(hint in HINTS)) throw new ScriptError(`unknown counter_reset_hint ${hint}`);
  const [positiveBuckets, negativeBuckets] = [list('buckets'), list('n_buckets')];
  const customValues = list('custom_values');
  const schema = number('schema');
  if (customValues.length > 0 && schema !== CUSTOM_BUCKETS_SCHEMA) {
    throw new ScriptError(`custom_values belong to schema ${CUSTOM_BUCKETS_SCHEMA}`);
  }
  const spanOf = (offset: number, length: number): NativeHistogram['positiveSpans'] =>
    length === 0 ? [] : [{ offset, length }];
  return {
    hintGiven: hint !== undefined,
    histogram: {
      counterResetHint: hint === undefined ? COUNTER_RESET_HINT.unknown : HINTS[hint]!,
      schema,
      zeroThreshold: number('z_bucket_w'),
      zeroCount: number('z_bucket'),
      count: number('count'),
      sum: number('sum'),
      positiveSpans: spanOf(number('offset'), positiveBuckets.length),
      negativeSpans: spanOf(number('n_offset'), negativeBuckets.length),
      positiveBuckets,
      negativeBuckets,
      customValues,
    },
  };
}

const KNOWN = new Set([
  'schema',
  'sum',
  'count',
  'z_bucket',
  'z_bucket_w',
  'custom_values',
  'buckets',
  'offset',
  'n_buckets',
  'n_offset',
  'counter_reset_hint',
]);

function fieldsOf(inner: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const field = /\s*([a-z_]+)\s*:\s*(\[[^\]]*\]|[^\s[\]]+)\s*/y;
  while (field.lastIndex < inner.trimEnd().length) {
    const at = field.lastIndex;
    const match = field.exec(inner);
    if (match === null) throw new ScriptError(`"${inner.slice(at)}" is no part of a histogram`);
    const [, name = '', value = ''] = match;
    if (!KNOWN.has(name)) throw new ScriptError(`unknown histogram field ${name}`);
    if (fields.has(name)) throw new ScriptError(`histogram field ${name} stands twice`);
    fields.set(name, value);
  }
  return fields;
}
