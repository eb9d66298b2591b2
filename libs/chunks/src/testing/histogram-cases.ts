import { STALE_NAN } from '@narthex/bytes';
import {
  type BucketSpan,
  COUNTER_RESET_HINT,
  CUSTOM_BUCKETS_SCHEMA,
  type NativeHistogram,
} from '@narthex/model';
import { indexesOf } from '../bucket-indexes.js';

/** A sample as it was sent to the original Prometheus: a histogram of either kind, or a float. */
export type CaseSample =
  | { readonly timestampMs: number; readonly integer: boolean; readonly histogram: NativeHistogram }
  | { readonly timestampMs: number; readonly value: number };

export interface HistogramCase {
  readonly name: string;
  readonly samples: readonly CaseSample[];
}

const START_MS = 1_700_000_040_000;
const INTERVAL_MS = 15_000;
/** The zero threshold that client libraries begin with. */
const DEFAULT_THRESHOLD = 2 ** -128;

/** Numbers that look random and are always the same. */
function sequence(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** One side of a growing histogram: counts by bucket. */
type Counts = Map<number, number>;

function spansAndCounts(counts: Counts): { spans: BucketSpan[]; buckets: number[] } {
  const spans: BucketSpan[] = [];
  const buckets: number[] = [];
  let end = 0;
  for (const [index, count] of [...counts].sort(([a], [b]) => a - b)) {
    const last = spans.at(-1);
    if (last !== undefined && index === end) spans[spans.length - 1] = { ...last, length: last.length + 1 };
    else spans.push({ offset: index - end, length: 1 });
    buckets.push(count);
    end = index + 1;
  }
  return { spans, buckets };
}

function histogramOf(
  positive: Counts,
  negative: Counts,
  more: Partial<NativeHistogram> = {},
): NativeHistogram {
  const up = spansAndCounts(positive);
  const down = spansAndCounts(negative);
  const zeroCount = more.zeroCount ?? 0;
  const total = [...up.buckets, ...down.buckets].reduce((sum, count) => sum + count, zeroCount);
  return {
    counterResetHint: COUNTER_RESET_HINT.unknown,
    schema: 3,
    zeroThreshold: DEFAULT_THRESHOLD,
    zeroCount,
    count: total,
    sum: total * 1.25 - 3,
    positiveSpans: up.spans,
    negativeSpans: down.spans,
    positiveBuckets: up.buckets,
    negativeBuckets: down.buckets,
    customValues: [],
    ...more,
  };
}

function observe(counts: Counts, index: number, by: number): void {
  counts.set(index, (counts.get(index) ?? 0) + by);
}

/** Samples at even steps, a little jitter now and then. */
function series(integer: boolean, count: number, make: (at: number) => NativeHistogram): CaseSample[] {
  return Array.from({ length: count }, (_, at) => ({
    timestampMs: START_MS + at * INTERVAL_MS + (at % 7 === 3 ? 2 : 0),
    integer,
    histogram: make(at),
  }));
}

const stale = (hint: NativeHistogram['counterResetHint'] = COUNTER_RESET_HINT.unknown): NativeHistogram => ({
  ...histogramOf(new Map(), new Map(), { schema: 0, zeroThreshold: 0 }),
  counterResetHint: hint,
  sum: STALE_NAN,
});

/** Buckets come up one after the other. */
function growing(integer: boolean, unit: number): CaseSample[] {
  const random = sequence(7);
  const positive: Counts = new Map();
  const negative: Counts = new Map();
  let zeroCount = 0;
  return series(integer, 260, (at) => {
    for (let i = 0; i < 4; i++) observe(positive, random(3 + Math.floor(at / 6)) - 4, (1 + random(9)) * unit);
    if (at % 5 === 0) observe(negative, 2 + random(5), unit);
    zeroCount += random(3) * unit;
    return histogramOf(positive, negative, { zeroCount, sum: at * 12.5 + random(1000) / 64 });
  });
}

/** Everything that makes a counter begin anew. */
function resets(integer: boolean, unit: number): CaseSample[] {
  let positive: Counts = new Map([[1, unit]]);
  return series(integer, 60, (at) => {
    observe(positive, 1 + (at % 4), 3 * unit);
    if (at === 10) positive = new Map([[2, unit]]);
    // The count grows, one bucket shrinks.
    if (at === 18)
      positive = new Map([
        [1, unit],
        [2, 500 * unit],
      ]);
    // The count grows, one populated bucket is gone.
    if (at === 26)
      positive = new Map([
        [2, 2000 * unit],
        [3, 2000 * unit],
      ]);
    const more: Partial<NativeHistogram> = {
      schema: at >= 32 ? 2 : 3,
      zeroThreshold: at >= 38 ? 0.001 : DEFAULT_THRESHOLD,
      zeroCount: at >= 44 ? 0 : 5 * unit,
      counterResetHint: at === 50 ? COUNTER_RESET_HINT.reset : COUNTER_RESET_HINT.unknown,
    };
    return histogramOf(positive, new Map(), more);
  });
}

/**
 * Empty buckets that are not always there, which is no reset; odd spans. All are there at first: the original's 3.5.3
 * muddles spans when empty buckets come while others are missing, which was put right later.
 */
function emptyBuckets(integer: boolean, unit: number): CaseSample[] {
  return series(integer, 40, (at) => {
    const counts: Counts = new Map([
      [0, (at + 1) * unit],
      [6, 2 * at * unit],
    ]);
    const negative: Counts = new Map([[3, at * unit]]);
    if (at % 3 === 0) for (const index of [2, 3, 9]) counts.set(index, 0);
    if (at % 4 === 0) for (const index of [4, 12]) counts.set(index, 0);
    if (at % 5 === 0) negative.set(1, 0);
    const histogram = histogramOf(counts, negative);
    if (at !== 20) return histogram;
    // The same buckets in spans that could be fewer.
    const indexes = indexesOf(histogram.positiveSpans);
    const positiveSpans = indexes.map((index, i) => ({
      offset: i === 0 ? index : index - indexes[i - 1]! - 1,
      length: 1,
    }));
    return { ...histogram, positiveSpans };
  });
}

function gauges(integer: boolean, unit: number): CaseSample[] {
  const random = sequence(99);
  return series(integer, 70, (at) => {
    if (at === 30 || at === 31) return stale(COUNTER_RESET_HINT.gauge);
    const positive: Counts = new Map();
    const negative: Counts = new Map();
    const first = Math.floor(at / 10);
    for (let i = 0; i < 6; i++) positive.set(first + random(12), random(40) * unit);
    if (at > 40) negative.set(random(4), random(9) * unit);
    const more = {
      counterResetHint: at >= 62 ? COUNTER_RESET_HINT.unknown : COUNTER_RESET_HINT.gauge,
      schema: at >= 50 ? 1 : 0,
      zeroThreshold: 0,
    };
    return histogramOf(positive, negative, more);
  });
}

function custom(integer: boolean, unit: number): CaseSample[] {
  const plain = [0.005, 0.01, 0.025, 0.1, 1, 2.5, 10];
  const odd = [-3, 0, 1 / 3, 33_554.43, 33_554.431, 1e9];
  const counts: Counts = new Map([[0, unit]]);
  return series(integer, 50, (at) => {
    observe(counts, at % 6, unit);
    const customValues = at < 20 ? plain : at < 35 ? odd : plain.slice(0, 6);
    return histogramOf(counts, new Map(), { schema: CUSTOM_BUCKETS_SCHEMA, zeroThreshold: 0, customValues });
  });
}

function stales(integer: boolean, unit: number): CaseSample[] {
  const counts: Counts = new Map([[0, unit]]);
  return series(integer, 40, (at) => {
    if (at === 0 || at === 1 || at === 12 || at === 13 || at === 25) return stale();
    observe(counts, at % 3, 2 * unit);
    return histogramOf(counts, new Map(), { zeroThreshold: 0.3, sum: at === 20 ? Infinity : at * 0.1 });
  });
}

/** So many buckets that ten samples exceed a chunk's size; and large counts. */
function wide(integer: boolean, unit: number): CaseSample[] {
  const random = sequence(3);
  const positive: Counts = new Map();
  for (let index = -80; index < 80; index++) positive.set(index, 2 ** (index & 31) * unit);
  return series(integer, 45, () => {
    for (const index of positive.keys()) observe(positive, index, random(2 ** 20) * unit);
    return histogramOf(positive, new Map(), { zeroCount: 2 ** 40 * unit });
  });
}

/** Kinds of sample take turns. */
function mixed(): CaseSample[] {
  const counts: Counts = new Map();
  return Array.from({ length: 48 }, (_, at): CaseSample => {
    const timestampMs = START_MS + at * INTERVAL_MS;
    observe(counts, at % 4, 4);
    const kind = Math.floor(at / 6) % 4;
    if (kind === 0) return { timestampMs, value: at / 4 };
    if (kind === 3) return { timestampMs, value: at % 2 ? STALE_NAN : -at };
    return { timestampMs, integer: kind === 1, histogram: histogramOf(counts, new Map()) };
  });
}

/** The cases, in both kinds of count. */
export function histogramCases(): readonly HistogramCase[] {
  const shapes = { growing, resets, emptyBuckets, gauges, custom, stales, wide };
  const cases: HistogramCase[] = [];
  for (const [name, make] of Object.entries(shapes)) {
    cases.push({ name: `${name} integer`, samples: make(true, 1) });
    cases.push({ name: `${name} float`, samples: make(false, 0.75) });
  }
  cases.push({ name: 'mixed', samples: mixed() });
  return cases;
}
