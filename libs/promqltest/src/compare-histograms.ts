import {
  compactHistogram,
  customBoundsMatch,
  formatFloatG,
  type NativeHistogram,
  usesCustomBuckets,
} from '@narthex/model';
import { almostEqual } from './almost-equal.js';

/** True when two histograms are the same but for rounding; their hints have to agree if `withHint`. */
export function histogramsMatch(expected: NativeHistogram, got: NativeHistogram, withHint: boolean): boolean {
  const a = compactHistogram(expected);
  const b = compactHistogram(got);
  return (
    a.schema === b.schema &&
    almostEqual(a.count, b.count) &&
    almostEqual(a.sum, b.sum) &&
    (!usesCustomBuckets(a) || customBoundsMatch(a.customValues, b.customValues)) &&
    a.zeroThreshold === b.zeroThreshold &&
    almostEqual(a.zeroCount, b.zeroCount) &&
    spansMatch(a.negativeSpans, b.negativeSpans) &&
    countsMatch(a.negativeBuckets, b.negativeBuckets) &&
    spansMatch(a.positiveSpans, b.positiveSpans) &&
    countsMatch(a.positiveBuckets, b.positiveBuckets) &&
    (!withHint || a.counterResetHint === b.counterResetHint)
  );
}

type Spans = NativeHistogram['positiveSpans'];

function spansMatch(a: Spans, b: Spans): boolean {
  return (
    a.length === b.length &&
    a.every((span, i) => span.offset === b[i]!.offset && span.length === b[i]!.length)
  );
}

function countsMatch(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((count, i) => almostEqual(count, b[i]!));
}

const HINTS = ['', 'reset', 'not_reset', 'gauge'] as const;

/** A histogram as scripts write it. */
export function formatScriptHistogram(histogram: NativeHistogram): string {
  const parts: string[] = [];
  const add = (name: string, value: number): void => {
    if (value !== 0) parts.push(`${name}:${formatFloatG(value)}`);
  };
  add('schema', histogram.schema);
  add('count', histogram.count);
  add('sum', histogram.sum);
  add('z_bucket', histogram.zeroCount);
  add('z_bucket_w', histogram.zeroThreshold);
  if (usesCustomBuckets(histogram)) parts.push(`custom_values:${list(histogram.customValues)}`);
  if (histogram.counterResetHint !== 0) parts.push(`counter_reset_hint:${HINTS[histogram.counterResetHint]}`);
  parts.push(...side('offset', 'buckets', histogram.positiveSpans, histogram.positiveBuckets));
  parts.push(...side('n_offset', 'n_buckets', histogram.negativeSpans, histogram.negativeBuckets));
  return `{{${parts.join(' ')}}}`;
}

function side(offset: string, buckets: string, spans: Spans, counts: readonly number[]): readonly string[] {
  if (counts.length === 0) return [];
  const filled: number[] = [];
  let at = 0;
  spans.forEach((span, i) => {
    if (i > 0) for (let gap = 0; gap < span.offset; gap++) filled.push(0);
    for (let k = 0; k < span.length; k++) filled.push(counts[at++]!);
  });
  const first = spans[0]?.offset ?? 0;
  return [...(first === 0 ? [] : [`${offset}:${first}`]), `${buckets}:${list(filled)}`];
}

function list(numbers: readonly number[]): string {
  return `[${numbers.map(formatFloatG).join(' ')}]`;
}
