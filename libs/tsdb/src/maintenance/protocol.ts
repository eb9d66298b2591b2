import { type MatchType } from '@narthex/model';
import { type CheckpointStats, type WalCompression } from '@narthex/wal';
import { type BlockCompaction, type BlockMeta } from '../block/block-meta.js';
import { type SharedHeadHandles } from '../threads/shared-head.js';
import { type ChunkCounts } from './chunk-statistics.js';

/** Writes the samples of the head in `[minTimeMs, maxTimeMs)` as a block: those that came in order, or the others. */
export interface HeadBlockTask {
  readonly kind: 'headBlock';
  /** Where the block's folder goes. */
  readonly folder: string;
  readonly ulid: string;
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  /** Out-of-order chunks with numbers below this one are written, and nothing else. */
  readonly outOfOrderBefore?: number;
  /** Only these series, ids ascending, which have become stale; not along with the others. */
  readonly seriesIds?: Uint32Array;
  /** Samples that came out of order are written as well, merged with the others; not along with the one above. */
  readonly everything?: boolean;
  readonly segmentBytes?: number;
}

/** Makes one block of several. */
export interface MergeTask {
  readonly kind: 'merge';
  readonly folder: string;
  readonly ulid: string;
  /** The folders of the blocks, oldest first. */
  readonly blocks: readonly string[];
  /** What `meta.json` says of the new block's making, where it is not a usual compaction. */
  readonly compaction?: Partial<BlockCompaction>;
  readonly segmentBytes?: number;
}

/** Marks samples of a block as deleted, both times included. */
export interface DeletionTask {
  readonly kind: 'deletion';
  readonly block: string;
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly matchers: readonly MatcherText[];
}

export interface MatcherText {
  readonly type: MatchType;
  readonly name: string;
  readonly value: string;
}

/** Writes a checkpoint of the log. */
export interface CheckpointTask {
  readonly kind: 'checkpoint';
  readonly directory: string;
  readonly fromSegment: number;
  readonly toSegment: number;
  readonly minTimeMs: number;
  /** The earliest late sample: tombstones from there on are kept. */
  readonly tombstonesFromMs: number;
  readonly compression: WalCompression;
  readonly segmentSizeBytes?: number;
  /** Numbers of series that are gone from the head and that later segments still mention. */
  readonly mentionedRefs: Float64Array;
}

/** Writes down in the `meta.json` of blocks what became of their compaction. */
export interface MarkTask {
  readonly kind: 'mark';
  readonly blocks: readonly string[];
  readonly mark: Partial<Pick<BlockCompaction, 'failed' | 'deletable'>>;
}

export type MaintenanceTask = MarkTask | HeadBlockTask | MergeTask | DeletionTask | CheckpointTask;

/** What each kind of task comes back with. */
export interface MaintenanceResults {
  /** No block where there was no sample. */
  readonly headBlock: { readonly meta: BlockMeta | undefined; readonly chunks: ChunkCounts };
  readonly merge: { readonly meta: BlockMeta | undefined };
  readonly deletion: { readonly numTombstones: number };
  readonly checkpoint: { readonly stats: CheckpointStats };
  readonly mark: undefined;
}

export type ToMaintenance =
  | {
      readonly kind: 'open';
      readonly handles: SharedHeadHandles;
      /** One word; not 0 asks all work to stop. */
      readonly stop: SharedArrayBuffer;
    }
  | { readonly kind: 'task'; readonly id: number; readonly task: MaintenanceTask }
  /** Ends the worker once it is idle. */
  | { readonly kind: 'close' };

/** An error on its way between threads. */
export interface ErrorText {
  readonly message: string;
  /** Of a StorageError or a MaintenanceError, or what the file system said. */
  readonly code: string | undefined;
}

export type FromMaintenance =
  | {
      readonly kind: 'done';
      readonly id: number;
      readonly result: MaintenanceResults[MaintenanceTask['kind']];
    }
  | { readonly kind: 'failed'; readonly id: number; readonly error: ErrorText };
