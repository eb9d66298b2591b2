import {
  addHistograms,
  type HistogramMerge,
  type Labels,
  type NativeHistogram,
  subtractHistograms,
} from '@narthex/model';
import { parseHistogram, type ParsedHistogram } from './parse-histogram.js';
import { parseMetric } from './parse-metric.js';
import { parseNumber } from './parse-number.js';
import { STALE_NAN } from './stale.js';
import { TextCursor } from './text-cursor.js';

/** One place in a sequence of samples. */
export type SequenceValue =
  | { readonly kind: 'omitted' }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'stale' }
  | ({ readonly kind: 'histogram' } & ParsedHistogram);

export interface SeriesDescription {
  readonly labels: Labels;
  readonly values: readonly SequenceValue[];
}

const NUMBER =
  /[+-]?(?:[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+\.|[iI][nN][fF]|[nN][aA][nN])(?=[ \t+\-x]|$)/y;
const COUNT = /[0-9]+/y;
/** More are a slip of the keyboard. */
export const MOST_REPEATS = 1_000_000;

/**
 * Reads a series and its samples: `metric{a="b"} 1 2+3x4 _ stale {{count:1}}x2`
 * (https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series).
 */
export function parseSeries(line: string): SeriesDescription {
  const cursor = new TextCursor(line.trim());
  const labels = parseMetric(cursor);
  const values: SequenceValue[] = [];
  for (;;) {
    cursor.skipSpace();
    if (cursor.isAtEnd) return { labels, values };
    values.push(...parseItem(cursor));
    if (!/^(?:[ \t]|$)/.test(cursor.rest)) cursor.fail('expected a space');
  }
}

/** Reads a series without samples. */
export function parseMetricText(text: string): Labels {
  const cursor = new TextCursor(text.trim());
  const labels = parseMetric(cursor);
  if (!cursor.isAtEnd) cursor.fail('unexpected text behind a metric');
  return labels;
}

function parseItem(cursor: TextCursor): readonly SequenceValue[] {
  if (cursor.accept('{{')) return parseHistograms(cursor);
  if (cursor.accept('_'))
    return repeat(cursor.accept('x') ? parseCount(cursor) : 1, () => ({ kind: 'omitted' }));
  if (cursor.accept('stale')) return [{ kind: 'stale' }];
  return parseFloats(cursor);
}

function parseFloats(cursor: TextCursor): readonly SequenceValue[] {
  let value = parseFloatItem(cursor);
  const sign = cursor.accept('+') ? 1 : cursor.accept('-') ? -1 : 0;
  const step = sign === 0 ? 0 : sign * parseFloatItem(cursor);
  if (sign !== 0) cursor.expect('x');
  else if (!cursor.accept('x')) return [{ kind: 'float', value }];
  return repeat(parseCount(cursor) + 1, () => {
    const current = value;
    value += step;
    return { kind: 'float', value: current };
  });
}

function parseFloatItem(cursor: TextCursor): number {
  const text = cursor.match(NUMBER);
  const value = text === undefined ? undefined : parseNumber(text);
  if (value === undefined) cursor.fail('expected a number');
  return value;
}

function parseHistograms(cursor: TextCursor): readonly SequenceValue[] {
  const first = parseHistogram(cursor);
  const combine = cursor.accept('+') ? addHistograms : cursor.accept('-') ? subtractHistograms : undefined;
  if (combine === undefined) {
    const count = cursor.accept('x') ? parseCount(cursor) + 1 : 1;
    return repeat(count, () => ({ kind: 'histogram', ...first }));
  }
  cursor.expect('{{');
  const step = parseHistogram(cursor);
  cursor.expect('x');
  return progression(first, step, parseCount(cursor), combine);
}

function progression(
  first: ParsedHistogram,
  step: ParsedHistogram,
  count: number,
  combine: (a: NativeHistogram, b: NativeHistogram) => HistogramMerge,
): readonly SequenceValue[] {
  const values: SequenceValue[] = [];
  let { histogram } = first;
  for (let i = 0; i <= count; i++) {
    values.push({ kind: 'histogram', histogram, hintGiven: step.hintGiven });
    histogram = combine(histogram, step.histogram).histogram;
  }
  return values;
}

function parseCount(cursor: TextCursor): number {
  const text = cursor.match(COUNT);
  if (text === undefined) cursor.fail('expected a repeat count');
  const count = Number(text);
  if (count > MOST_REPEATS) cursor.fail(`more than ${MOST_REPEATS} repeats`);
  return count;
}

function repeat(count: number, make: () => SequenceValue): readonly SequenceValue[] {
  return Array.from({ length: count }, make);
}

/** The float that a place stands for; undefined for a histogram or an omission. */
export function floatOf(value: SequenceValue): number | undefined {
  if (value.kind === 'float') return value.value;
  return value.kind === 'stale' ? STALE_NAN : undefined;
}
