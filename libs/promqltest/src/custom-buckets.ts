import {
  COUNTER_RESET_HINT,
  CUSTOM_BUCKETS_SCHEMA,
  type Labels,
  LabelsBuilder,
  METRIC_NAME,
  type NativeHistogram,
} from '@narthex/model';
import { parseNumber } from './parse-number.js';
import { type ScriptPoint, type ScriptSeries } from './script.js';

const PARTS = ['_bucket', '_count', '_sum'] as const;
type Part = (typeof PARTS)[number];

interface Classic {
  readonly labels: Labels;
  readonly buckets: Map<number, readonly ScriptPoint[]>;
  sums: readonly ScriptPoint[];
  counts: readonly ScriptPoint[];
}

/** The native histograms with custom buckets that classic histogram series amount to. */
export function customBucketSeries(series: readonly ScriptSeries[]): readonly ScriptSeries[] {
  const histograms = new Map<string, Classic>();
  for (const { labels, points } of series) {
    const name = labels.get(METRIC_NAME);
    const part = PARTS.find((suffix) => name.endsWith(suffix));
    if (part === undefined) continue;
    const builder = new LabelsBuilder(labels).set(METRIC_NAME, name.slice(0, -part.length));
    const own = (part === '_bucket' ? builder.delete('le') : builder).labels();
    const classic = histograms.get(own.key) ?? { labels: own, buckets: new Map(), sums: [], counts: [] };
    histograms.set(own.key, classic);
    take(classic, part, labels, points);
  }
  return [...histograms.values()].filter(({ buckets }) => buckets.size > 0).map(nativeSeries);
}

function take(classic: Classic, part: Part, labels: Labels, points: readonly ScriptPoint[]): void {
  if (part === '_bucket') classic.buckets.set(parseNumber(labels.get('le')), points);
  else if (part === '_sum') classic.sums = points;
  else classic.counts = points;
}

function nativeSeries(classic: Classic): ScriptSeries {
  const length = Math.max(...[...classic.buckets.values()].map((points) => points.length));
  const points = Array.from({ length }, (_, i): ScriptPoint => {
    const histogram = histogramAt(classic, i);
    return histogram === undefined ? { kind: 'missing' } : { kind: 'histogram', histogram, hintGiven: false };
  });
  return { labels: classic.labels, points };
}

function floatAt(points: readonly ScriptPoint[] | undefined, i: number): number | undefined {
  const point = points?.[i];
  return point?.kind === 'float' ? point.value : undefined;
}

function histogramAt({ buckets, sums, counts }: Classic, i: number): NativeHistogram | undefined {
  const cumulative = [...buckets]
    .map(([bound, points]) => [bound, floatAt(points, i)] as const)
    .filter((entry): entry is readonly [number, number] => entry[1] !== undefined)
    .sort(([a], [b]) => a - b);
  if (cumulative.length === 0) return undefined;
  const count = floatAt(counts, i) ?? cumulative.at(-1)![1];
  const bounds = cumulative.map(([bound]) => bound).filter((bound) => bound !== Infinity);
  const upTo = [...cumulative.filter(([bound]) => bound !== Infinity).map(([, value]) => value), count];
  const positiveBuckets = upTo.map((value, at) => value - (upTo[at - 1] ?? 0));
  return {
    counterResetHint: COUNTER_RESET_HINT.unknown,
    schema: CUSTOM_BUCKETS_SCHEMA,
    zeroThreshold: 0,
    zeroCount: 0,
    count,
    sum: floatAt(sums, i) ?? 0,
    positiveSpans: [{ offset: 0, length: positiveBuckets.length }],
    negativeSpans: [],
    positiveBuckets,
    negativeBuckets: [],
    customValues: bounds,
  };
}
