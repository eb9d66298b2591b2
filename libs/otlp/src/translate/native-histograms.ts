import { STALE_NAN } from '@narthex/bytes';
import {
  COUNTER_RESET_HINT,
  CUSTOM_BUCKETS_SCHEMA,
  emptyHistogram,
  FINEST_SCHEMA,
  type NativeHistogram,
} from '@narthex/model';
import {
  type ExponentialPoint,
  type HistogramPoint,
  NO_RECORDED_VALUE,
  TEMPORALITY,
} from '../data/metrics-data.js';
import { TranslationError } from '../errors.js';
import { merged, sparse } from './buckets.js';

const COARSEST_SCHEMA = -4;
/** Upstream sets this whatever threshold was sent. */
const ZERO_THRESHOLD = 1e-128;

const EMPTY = emptyHistogram({ schema: CUSTOM_BUCKETS_SCHEMA, zeroThreshold: 0, customValues: [] });

export interface TranslatedHistogram {
  readonly histogram: NativeHistogram;
  /** What is odd about it. */
  readonly warning: string | undefined;
}

/**
 * An exponential histogram as a native one. A bucket of OpenTelemetry has its lower bound's index, one of Prometheus its
 * upper's; scales beyond the finest schema are brought down.
 * @throws TranslationError when the scale is coarser than the coarsest schema.
 */
export function exponentialToNative(point: ExponentialPoint, temporality: number): TranslatedHistogram {
  if (point.scale < COARSEST_SCHEMA) {
    throw new TranslationError(
      `cannot convert exponential to native histogram. Scale must be >= ${COARSEST_SCHEMA}, was ${point.scale}`,
    );
  }
  const scaleDown = Math.max(0, point.scale - FINEST_SCHEMA);
  const empty: NativeHistogram = {
    ...EMPTY,
    counterResetHint: hintOf(temporality),
    schema: point.scale - scaleDown,
    zeroThreshold: ZERO_THRESHOLD,
  };
  if (isStale(point)) return { histogram: { ...empty, sum: STALE_NAN }, warning: undefined };
  const positive = merged(point.positive, scaleDown);
  const negative = merged(point.negative, scaleDown);
  const above = sparse(positive.counts, positive.offset + 1);
  const below = sparse(negative.counts, negative.offset + 1);
  const histogram: NativeHistogram = {
    ...empty,
    zeroCount: point.zeroCount,
    count: point.count,
    sum: point.sum ?? 0,
    positiveSpans: above.spans,
    positiveBuckets: above.counts,
    negativeSpans: below.spans,
    negativeBuckets: below.counts,
  };
  return { histogram, warning: warningOf(point, 'exponential histogram') };
}

/** A histogram with explicit bounds as a native one with custom buckets, whose bounds mean the same. */
export function explicitToNative(point: HistogramPoint, temporality: number): TranslatedHistogram {
  const empty: NativeHistogram = {
    ...EMPTY,
    counterResetHint: hintOf(temporality),
    customValues: point.explicitBounds,
  };
  if (isStale(point)) return { histogram: { ...empty, sum: STALE_NAN }, warning: undefined };
  const { spans, counts } = sparse(point.bucketCounts, 0);
  const histogram: NativeHistogram = {
    ...empty,
    count: point.count,
    sum: point.sum ?? 0,
    positiveSpans: spans,
    positiveBuckets: counts,
  };
  return { histogram, warning: warningOf(point, 'histogram') };
}

/** Whether the sender counted on is not known; deltas are marked as gauges so that nothing is taken for a reset. */
function hintOf(temporality: number): NativeHistogram['counterResetHint'] {
  return temporality === TEMPORALITY.delta ? COUNTER_RESET_HINT.gauge : COUNTER_RESET_HINT.unknown;
}

function isStale({ flags }: HistogramPoint | ExponentialPoint): boolean {
  return (flags & NO_RECORDED_VALUE) !== 0;
}

function warningOf({ sum = 0, count }: HistogramPoint | ExponentialPoint, what: string): string | undefined {
  if (count !== 0 || sum === 0) return undefined;
  return `${what} data point has zero count, but non-zero sum: ${sum.toFixed(6)}`;
}
