import { type ExponentialBuckets, type ExponentialPoint } from '../data/metrics-data.js';
import { merged } from '../translate/buckets.js';

/** More buckets on one side are not kept: the scale is lowered until they fit. */
const MOST_BUCKETS = 160;
const NONE: ExponentialBuckets = { offset: 0, counts: [] };

/** What of an exponential histogram adds up. */
export type ExponentialState = Pick<
  ExponentialPoint,
  'scale' | 'zeroCount' | 'zeroThreshold' | 'positive' | 'negative'
>;

/**
 * Adds two exponential histograms: at the coarser scale of both, or a still coarser one where there would be too many
 * buckets, and with the wider zero bucket of both
 * (https://opentelemetry.io/docs/specs/otel/metrics/data-model/#exponentialhistogram).
 */
export function addExponential(a: ExponentialState, b: ExponentialState): ExponentialState {
  let [left, right] = sameScale(a, b);
  const scaleDown = Math.max(excess(left.positive, right.positive), excess(left.negative, right.negative));
  left = lowered(left, scaleDown);
  right = lowered(right, scaleDown);
  const threshold = Math.max(left.zeroThreshold, right.zeroThreshold);
  left = withZero(left, threshold);
  right = withZero(right, threshold);
  return {
    scale: left.scale,
    zeroCount: left.zeroCount + right.zeroCount,
    zeroThreshold: Math.max(left.zeroThreshold, right.zeroThreshold),
    positive: addBuckets(left.positive, right.positive),
    negative: addBuckets(left.negative, right.negative),
  };
}

function sameScale(a: ExponentialState, b: ExponentialState): [ExponentialState, ExponentialState] {
  const scale = Math.min(a.scale, b.scale);
  return [lowered(a, a.scale - scale), lowered(b, b.scale - scale)];
}

function lowered(state: ExponentialState, by: number): ExponentialState {
  if (by === 0) return state;
  const { scale, positive, negative } = state;
  return {
    ...state,
    scale: scale - by,
    positive: merged(positive, by),
    negative: merged(negative, by),
  };
}

/** By how much the scale has to be lowered so that the buckets of both fit, however far apart they lie. */
function excess(a: ExponentialBuckets, b: ExponentialBuckets): number {
  const sides = [trimmed(a), trimmed(b)].filter(({ counts }) => counts.length > 0);
  if (sides.length === 0) return 0;
  let first = Math.min(...sides.map(({ offset }) => offset));
  let last = Math.max(...sides.map(({ offset, counts }) => offset + counts.length - 1));
  let by = 0;
  while (last - first >= MOST_BUCKETS) {
    first = Math.floor(first / 2);
    last = Math.floor(last / 2);
    by++;
  }
  return by;
}

/** Sums bucket by bucket, from the first to the last that is not empty. */
function addBuckets(a: ExponentialBuckets, b: ExponentialBuckets): ExponentialBuckets {
  const left = trimmed(a);
  const right = trimmed(b);
  if (left.counts.length === 0) return right;
  if (right.counts.length === 0) return left;
  const offset = Math.min(left.offset, right.offset);
  const end = Math.max(left.offset + left.counts.length, right.offset + right.counts.length);
  const counts = new Array<number>(end - offset).fill(0);
  for (const side of [left, right]) {
    for (const [i, count] of side.counts.entries()) counts[side.offset - offset + i]! += count;
  }
  return { offset, counts };
}

function trimmed({ offset, counts }: ExponentialBuckets): ExponentialBuckets {
  const first = counts.findIndex((count) => count !== 0);
  if (first < 0) return NONE;
  const last = counts.findLastIndex((count) => count !== 0);
  return { offset: offset + first, counts: counts.slice(first, last + 1) };
}

/** Widens the zero bucket to a threshold, and on to the bound of the bucket in which that lies. */
function withZero(state: ExponentialState, threshold: number): ExponentialState {
  if (threshold <= state.zeroThreshold) return state;
  const within = indexOf(threshold, state.scale);
  const positive = split(state.positive, within);
  const negative = split(state.negative, within);
  return {
    scale: state.scale,
    zeroCount: state.zeroCount + positive.within + negative.within,
    zeroThreshold: Math.max(threshold, upperBound(within, state.scale)),
    positive: positive.beyond,
    negative: negative.beyond,
  };
}

function split(
  { offset, counts }: ExponentialBuckets,
  index: number,
): { within: number; beyond: ExponentialBuckets } {
  const taken = Math.min(Math.max(index + 1 - offset, 0), counts.length);
  const within = counts.slice(0, taken).reduce((sum, count) => sum + count, 0);
  return { within, beyond: { offset: offset + taken, counts: counts.slice(taken) } };
}

/** The bucket in which a value lies: bucket i reaches from base^i (exclusive) to base^(i+1). */
function indexOf(value: number, scale: number): number {
  return Math.ceil(Math.log2(value) * 2 ** scale) - 1;
}

function upperBound(index: number, scale: number): number {
  return 2 ** ((index + 1) / 2 ** scale);
}
