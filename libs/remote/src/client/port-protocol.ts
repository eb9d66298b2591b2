import { type MatchType } from '@narthex/model';
import { type SelectHints } from '@narthex/storage';

/*
 * What a thread that reads and the thread that talks to the stores say to each other: plain data, that survives
 * structured clone. Each ask is answered once.
 */

/** A matcher as data. */
export type MatcherFields = readonly [type: MatchType, name: string, value: string];

/** What is wanted of all stores: times in ms, both ends included. */
export interface RemoteSelect {
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly hints: SelectHints;
  readonly matchers: readonly MatcherFields[];
}

export type FromReader =
  | { readonly kind: 'select'; readonly id: number; readonly select: RemoteSelect }
  /** Names or values of labels, which stores cannot be asked for. */
  | { readonly kind: 'labels'; readonly id: number; readonly minTimeMs: number; readonly maxTimeMs: number }
  /** Nobody wants the answer any more. */
  | { readonly kind: 'abort'; readonly id: number };

export interface ToReader {
  readonly id: number;
  readonly answers: readonly StoreAnswer[];
}

/** What one store said. */
export type StoreAnswer = StoreFailure | StoreSeries;

export interface StoreFailure {
  readonly warning: string;
}

export interface StoreSeries {
  readonly warning?: undefined;
  /** A `prometheus.ReadResponse`, or a stream of `prometheus.ChunkedReadResponse`. */
  readonly form: 'samples' | 'chunks';
  readonly bytes: Uint8Array;
  /** Labels that were asked for on top, and are to be taken off the series again. */
  readonly addedLabels: readonly string[];
  /** The most bytes of one frame. */
  readonly frameLimitBytes: number;
}
