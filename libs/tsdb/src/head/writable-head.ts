import { type SharedAllocator } from '@narthex/bytes';
import { type Labels } from '@narthex/model';
import { type ExemplarRecord, type MetadataRecord, type SampleBatch } from '@narthex/wal';
import { type LateRule } from '../ooo/late-rule.js';
import { type OutOfOrder } from '../ooo/out-of-order.js';
import { type HeadExemplars } from '../exemplars/head-exemplars.js';
import { type LabelIndex } from '../index/label-index.js';
import { type ControlBlock } from '../shared/control-block.js';
import { type RowTable } from '../shared/row-table.js';
import { type BatchPool } from './batch-pool.js';
import { type CommitQueue } from './commit-queue.js';
import { type HistogramBatch } from './histogram-batch.js';
import { type HeadCounters } from './counters.js';
import { type CommitPart } from './log-records.js';
import { type SeriesMetadata } from './series-metadata.js';
import { type SeriesStore } from './series-store.js';

/** What puts batches into the head. */
export interface BatchWriter {
  /** Adds the samples of a batch as one commit, in short steps between which there is no other commit. */
  steps(
    ids: Uint32Array,
    batch: SampleBatch,
    late: LateRule | undefined,
    histograms: HistogramBatch | undefined,
  ): Generator<void, number>;
}

/** The head as its transactions and its truncation change it. */
export interface WritableHead {
  readonly counters: HeadCounters;
  readonly control: ControlBlock;
  readonly allocator: SharedAllocator;
  readonly rows: RowTable;
  readonly store: SeriesStore;
  readonly outOfOrder: OutOfOrder;
  readonly exemplars: HeadExemplars;
  readonly metadata: SeriesMetadata;
  readonly index: LabelIndex;
  readonly batches: BatchPool;
  readonly commits: CommitQueue;
  readonly writer: BatchWriter;
  /** Samples before this time are refused. */
  readonly minValidTimeMs: number;
  /** Called after each commit. */
  readonly onCommit: () => void;
  /** Called for each series that goes, with its number in the log. */
  readonly onSeriesRemoved: (walRef: number) => void;
  /** The id of the series with these labels, made when new. @throws StorageError */
  series(labels: Labels): number;
  /** The row of a series that is there; 0 when it is gone. */
  row(id: number): number;
  /** How far back samples are taken, given the first one of a transaction. */
  minAppendableMs(firstMs: number): number;
  /** In short steps. @throws StorageError with code `WAL_WRITE`; nothing is in the log then */
  writeLog(
    metadata: readonly MetadataRecord[],
    parts: readonly CommitPart[],
    exemplars: readonly ExemplarRecord[],
  ): Generator<void>;
  /** The time of the newest sample; -Infinity while empty. */
  readonly maxTimeMs: number;
  /** Runs a change of published words in a window of its own. */
  publish(change: () => void): void;
  /** True when an open transaction may still add samples to the series. */
  isTouched(row: number): boolean;
}
