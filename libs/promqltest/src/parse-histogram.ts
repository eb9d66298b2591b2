import { COUNTER_RESET_HINT, type CounterResetHint, type NativeHistogram } from '@narthex/model';
import { parseNumber } from './parse-number.js';
import { type TextCursor } from './text-cursor.js';

/** A histogram of a script. */
export interface ParsedHistogram {
  readonly histogram: NativeHistogram;
  /** The hint was written down, so it has to be met. */
  readonly hintGiven: boolean;
}

const WORD = /[a-zA-Z_]+/y;
const NUMBER = /[+-]?(?:[0-9.](?:[eE][+-][0-9]|[0-9a-zA-Z._])*|[iI]nf|[nN]a[nN])/y;

const HINTS: Readonly<Record<string, CounterResetHint>> = {
  unknown: COUNTER_RESET_HINT.unknown,
  reset: COUNTER_RESET_HINT.reset,
  not_reset: COUNTER_RESET_HINT.notReset,
  gauge: COUNTER_RESET_HINT.gauge,
};

const FIELDS = new Set([
  'schema',
  'sum',
  'count',
  'z_bucket',
  'z_bucket_w',
  'custom_values',
  'counter_reset_hint',
  'buckets',
  'offset',
  'n_buckets',
  'n_offset',
]);

/**
 * Reads `{{schema:1 sum:4 count:7 buckets:[1 2 4]}}`, whose opening braces have been read
 * (https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series).
 */
export function parseHistogram(cursor: TextCursor): ParsedHistogram {
  const numbers = new Map<string, number>();
  const lists = new Map<string, readonly number[]>();
  let hint: CounterResetHint | undefined;
  for (;;) {
    cursor.skipSpace();
    if (cursor.accept('}}')) break;
    const field = cursor.match(WORD);
    if (field === undefined || !FIELDS.has(field)) cursor.fail('expected the field of a histogram');
    if (numbers.has(field) || lists.has(field)) cursor.fail(`duplicate key "${field}" in histogram`);
    cursor.expect(':');
    if (field === 'counter_reset_hint') {
      hint = HINTS[cursor.match(WORD) ?? ''];
      if (hint === undefined) cursor.fail('unknown counter reset hint');
    } else if (cursor.accept('[')) lists.set(field, parseList(cursor));
    else numbers.set(field, parseOne(cursor));
  }
  const number = (field: string): number => numbers.get(field) ?? 0;
  const positiveBuckets = lists.get('buckets') ?? [];
  const negativeBuckets = lists.get('n_buckets') ?? [];
  const span = (length: number, offset: number): NativeHistogram['positiveSpans'] =>
    length === 0 ? [] : [{ offset, length }];
  return {
    hintGiven: hint !== undefined,
    histogram: {
      counterResetHint: hint ?? COUNTER_RESET_HINT.unknown,
      schema: number('schema'),
      zeroThreshold: number('z_bucket_w'),
      zeroCount: number('z_bucket'),
      count: number('count'),
      sum: number('sum'),
      positiveBuckets,
      positiveSpans: span(positiveBuckets.length, number('offset')),
      negativeBuckets,
      negativeSpans: span(negativeBuckets.length, number('n_offset')),
      customValues: lists.get('custom_values') ?? [],
    },
  };
}

function parseList(cursor: TextCursor): readonly number[] {
  const list: number[] = [];
  for (;;) {
    cursor.skipSpace();
    if (cursor.accept(']')) return list;
    list.push(parseOne(cursor));
  }
}

function parseOne(cursor: TextCursor): number {
  const text = cursor.match(NUMBER);
  const value = text === undefined ? undefined : parseNumber(text);
  if (value === undefined) cursor.fail('expected a number');
  return value;
}
