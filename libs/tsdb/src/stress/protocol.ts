import { type SharedHeadHandles } from '../threads/shared-head.js';

/** What main gives a reader at its start. */
export interface StressTask {
  readonly handles: SharedHeadHandles;
  readonly seed: number;
  /** How many reports to make. */
  readonly reports: number;
  /** One word that moves with every commit, so that no reader looks too often at the same. */
  readonly progress: ArrayBufferLike;
}

/** What a reader saw in one view: for every series its number, first and last time, and the count of its samples. */
export interface StressReport {
  readonly kind: 'samples' | 'chunks';
  /** The commit whose state was seen. */
  readonly commit: number;
  readonly startMs: number;
  readonly loose: boolean;
  readonly series: Float64Array;
  readonly restarts: number;
}

export const REPORT_STRIDE = 4;

/** The value that belongs to a time of a series: a reader needs nothing else to know whether a sample is right. */
export function valueAt(series: number, timestampMs: number): number {
  return Math.imul(series * 7919 + timestampMs, 0x9e3779b1) / 1024;
}

/** A small generator of random numbers, the same in all threads (Steele et al., "SplitMix", 2014; 32-bit variant). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** A whole number from 0 up to, not including, `limit`. */
  below(limit: number): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let z = this.#state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) % limit;
  }
}
