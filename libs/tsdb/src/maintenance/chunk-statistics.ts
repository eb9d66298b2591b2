/** Upper bounds of the buckets that chunks are counted in, as upstream's metrics have them. */
export const CHUNK_BOUNDS: ChunkBounds = {
  sizeBytes: exponential(32, 1.5, 12),
  samples: exponential(4, 1.5, 12),
  rangeMs: exponential(100, 4, 10),
};

interface ChunkBounds {
  readonly sizeBytes: readonly number[];
  readonly samples: readonly number[];
  readonly rangeMs: readonly number[];
}

/** What a histogram has counted. */
export interface BucketCounts {
  /** By bucket, not added up; the last one is that without a bound. */
  readonly counts: number[];
  sum: number;
}

/** The chunks of a new block in three histograms. */
export interface ChunkCounts {
  readonly sizeBytes: BucketCounts;
  readonly samples: BucketCounts;
  readonly rangeMs: BucketCounts;
}

export function createChunkCounts(): ChunkCounts {
  return {
    sizeBytes: createBuckets(CHUNK_BOUNDS.sizeBytes),
    samples: createBuckets(CHUNK_BOUNDS.samples),
    rangeMs: createBuckets(CHUNK_BOUNDS.rangeMs),
  };
}

export function createBuckets(bounds: readonly number[]): BucketCounts {
  return { counts: new Array<number>(bounds.length + 1).fill(0), sum: 0 };
}

export function countInto(buckets: BucketCounts, bounds: readonly number[], value: number): void {
  let at = 0;
  while (at < bounds.length && value > bounds[at]!) at++;
  buckets.counts[at]!++;
  buckets.sum += value;
}

export function addBuckets(to: BucketCounts, from: BucketCounts): void {
  from.counts.forEach((count, at) => (to.counts[at]! += count));
  to.sum += from.sum;
}

function exponential(start: number, factor: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => start * factor ** at);
}
