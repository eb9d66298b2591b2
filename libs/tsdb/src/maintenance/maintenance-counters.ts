import {
  addBuckets,
  type BucketCounts,
  type ChunkCounts,
  createBuckets,
  createChunkCounts,
} from './chunk-statistics.js';

/** Upper bounds, in seconds, of the buckets that the durations of compactions are counted in, as upstream's. */
export const COMPACTION_SECONDS: readonly number[] = Array.from({ length: 14 }, (_, at) => 2 ** at);

/** What maintenance has done since the database was opened; the metrics are made from it. */
export class MaintenanceCounters {
  reloads = 0;
  reloadsFailed = 0;
  compactionsTriggered = 0;
  compactionsSkipped = 0;
  compactionsFailed = 0;
  /** Blocks written, or tried to. */
  compactions = 0;
  /** Of these, from blocks that overlap. */
  verticalCompactions = 0;
  /** 1 while a block is being written. */
  populating = 0;
  /** Of series that had become stale. */
  staleCompactions = 0;
  staleCompactionsFailed = 0;
  timeRetentions = 0;
  sizeRetentions = 0;
  checkpoints = 0;
  checkpointsFailed = 0;
  checkpointDeletions = 0;
  checkpointDeletionsFailed = 0;
  /** Segments found damaged by a checkpoint. */
  logCorruptions = 0;
  headTruncationsFailed = 0;
  /** Of the log, with all that belongs to them. */
  walTruncations = 0;
  walTruncationMs = 0;
  readonly compactionSeconds: BucketCounts = createBuckets(COMPACTION_SECONDS);
  readonly staleCompactionSeconds: BucketCounts = createBuckets(COMPACTION_SECONDS);
  readonly tombstoneSeconds: BucketCounts = createBuckets([]);
  readonly chunks: ChunkCounts = createChunkCounts();

  addChunks({ sizeBytes, samples, rangeMs }: ChunkCounts): void {
    addBuckets(this.chunks.sizeBytes, sizeBytes);
    addBuckets(this.chunks.samples, samples);
    addBuckets(this.chunks.rangeMs, rangeMs);
  }
}
