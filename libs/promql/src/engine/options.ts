import { type Clock } from '@narthex/process';
import { type SeriesOffer } from '../parallel/series-work.js';

/** Parts of the engine that upstream keeps behind feature flags; all are off unless given. */
export interface EngineFeatures {
  /** Take the metric name off results at the very end only. */
  readonly delayedNameRemoval?: boolean;
  /** Let start timestamps tell counter resets. */
  readonly startTimestamps?: boolean;
  readonly experimentalFunctions?: boolean;
  /** Arithmetic in `[…]` and behind `offset`. */
  readonly durationExpressions?: boolean;
  /** `anchored` and `smoothed`. */
  readonly extendedRangeSelectors?: boolean;
  /** `fill`, `fill_left`, `fill_right`. */
  readonly fillModifiers?: boolean;
  /** Judge by `__type__` whether a metric is a counter. */
  readonly typeAndUnitLabels?: boolean;
  /** Count samples at each step for queries that ask for it. */
  readonly samplesPerStep?: boolean;
}

export interface EngineOptions {
  readonly clock: Clock;
  readonly features?: EngineFeatures;
  /** How far back an instant selector looks, in ms. Default 5 minutes. */
  readonly lookbackDeltaMs?: number;
  /** Longest time for one query, in ms. Default 2 minutes. */
  readonly timeoutMs?: number;
  /** Most samples in memory at once. Default 50 million. */
  readonly maxSamples?: number;
  /** The step of subqueries that name none, in ms: the evaluation interval. Default 1 minute. */
  readonly defaultSubqueryStepMs?: number;
  /** Where so many samples and steps are left to compute, other threads are asked to help. Default 250,000. */
  readonly leastSharedSamples?: number;
}

export const ENGINE_DEFAULTS = {
  lookbackDeltaMs: 300_000,
  timeoutMs: 120_000,
  maxSamples: 50_000_000,
  defaultSubqueryStepMs: 60_000,
  /** Some milliseconds of work. */
  leastSharedSamples: 250_000,
} as const;

/** How whoever asked keeps hold of a running query. */
export interface QueryControl {
  /** Asked every few milliseconds; true ends the query. */
  cancelled(): boolean;
  /** Called between batches, at the latest every ten milliseconds; the query goes on when it resolves. */
  pause?(): Promise<void> | undefined;
  /**
   * Told when there are many series to compute, each by itself: other threads may help, by `helpWithSeries`. The query
   * goes on without waiting for them.
   */
  offer?(offer: SeriesOffer): void;
}

/** What may differ from query to query. */
export interface QueryOptions {
  readonly lookbackDeltaMs?: number;
  readonly timeoutMs?: number;
  /** Tell how many samples were looked at, at each step. */
  readonly samplesPerStep?: boolean;
}

export interface InstantRequest extends QueryOptions {
  readonly timestampMs: number;
}

export interface RangeRequest extends QueryOptions {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}
