import { type InstantValue } from '../operators/latest-samples.js';

/**
 * What is to be computed of each series of a selection, by itself: plain data, so that another thread can compute it.
 * Only floats travel; a series with histograms is left to the query's own thread.
 */
export type SeriesWork = RangeWork | InstantWork;

interface WorkTimes {
  /** The steps: see `Steps`. */
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
  readonly lookbackMs: number;
  /** Where the selector looks, seen from a step: see `TimeShift`. */
  readonly offsetMs: number;
  readonly fixedMs: number | undefined;
}

/** A function over the windows of a range selector. */
export interface RangeWork extends WorkTimes {
  readonly kind: 'range';
  readonly name: string;
  readonly rangeMs: number;
  /** Its scalar arguments, a number for each step. */
  readonly scalars: readonly Float64Array[];
  readonly anchored: boolean;
  readonly smoothed: boolean;
  readonly startTimestamps: boolean;
}

/** The latest sample at each step. */
export interface InstantWork extends WorkTimes {
  readonly kind: 'instant';
  readonly show: InstantValue;
}

/** An invitation to other threads. All of it survives structured clone. */
export interface SeriesOffer {
  readonly work: SeriesWork;
  /** The memory of a `SeriesBoard`. */
  readonly board: SharedArrayBuffer;
  /** Which use of that memory. */
  readonly use: number;
  /** The series, as their set has given them away: see `SeriesSet.handOver` of the storage's contract. */
  readonly series: object;
}
