import { type Labels, type Matcher } from '@narthex/model';
import { type LabelQuerier, type SelectHints } from './query.js';

/**
 * How a chunk's bytes are encoded, by the number that stands before it on disk
 * (https://github.com/prometheus/prometheus/blob/main/tsdb/docs/format/chunks.md).
 */
export const CHUNK_ENCODING = {
  xor: 1,
  histogram: 2,
  floatHistogram: 3,
  xor2: 4,
  histogramST: 5,
  floatHistogramST: 6,
} as const;
export type ChunkEncoding = (typeof CHUNK_ENCODING)[keyof typeof CHUNK_ENCODING];

/** One chunk as compaction and streamed remote read pass it on, undecoded. */
export interface ChunkRead {
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly encoding: ChunkEncoding;
  /**
   * Samples that belong to the view. A chunk still being written may hold more in its bytes: its header is newer than
   * the view, so readers count with this.
   */
  readonly sampleCount: number;
  /** The chunk's data without length, encoding and checksum. Valid until the next call on the same set. */
  readonly bytes: Uint8Array;
}

/** The chunks of the series found, in time order within a series; they may overlap when out-of-order data is there. */
export interface ChunkSeriesSet {
  readonly length: number;
  readonly warnings: readonly string[];
  labels(index: number): Labels;
  chunks(index: number): IterableIterator<ChunkRead>;
}

/** As {@link Querier}, giving chunks: for streamed remote read, compaction and snapshots. */
export interface ChunkQuerier extends LabelQuerier {
  select(sorted: boolean, hints: SelectHints, matchers: readonly Matcher[]): Promise<ChunkSeriesSet>;
  close(): void;
}

export interface ChunkQueryable {
  chunkQuerier(minTimeMs: number, maxTimeMs: number): ChunkQuerier;
}
