import { type SeriesSet } from '@narthex/storage';
import { type JoinData } from '../blocks/series-join.js';
import { type Intervals } from '../samples/intervals.js';
import { type GivenOoo } from '../ooo/ooo-views.js';

/**
 * Series that one thread has selected and another is to read: plain data over shared memory. What they point to is held
 * in place by the view of the thread that selected them.
 */
export type GivenSeries = GivenHead | GivenBlock | GivenJoin;

/** Series of the head, as they stood at a commit. */
export interface GivenHead {
  readonly from: 'head';
  /** What the view holds. */
  readonly epoch: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly newestOnly: boolean;
  readonly length: number;
  /** See `Descriptors`. */
  readonly ids: Uint32Array;
  readonly words: Uint32Array;
  readonly ooo: GivenOoo;
}

/** Series of one block. */
export interface GivenBlock {
  readonly from: 'block';
  readonly folder: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly length: number;
  /** See `FoundSeries`. */
  readonly refs: Uint32Array;
  readonly chunkEnds: Uint32Array;
  readonly minTimesMs: Float64Array;
  readonly maxTimesMs: Float64Array;
  readonly chunkRefs: Float64Array;
  /** What is deleted of the series, by their refs. */
  readonly deleted: readonly (readonly [ref: number, times: Intervals])[];
}

/** Series that several parts have. */
export interface GivenJoin {
  readonly from: 'join';
  readonly parts: readonly (GivenHead | GivenBlock)[];
  readonly newestFirst: boolean;
  readonly join: JoinData;
}

/** Given series, as the other thread has them. */
export interface TakenSeries {
  readonly set: SeriesSet;
  /** To be called once. */
  close(): void;
}
