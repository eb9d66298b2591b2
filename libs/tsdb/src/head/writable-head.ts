import { type SharedAllocator } from '@narthex/bytes';
import { type Labels } from '@narthex/model';
import { type MetadataRecord, type SampleBatch } from '@narthex/wal';
import { type LabelIndex } from '../index/label-index.js';
import { type ControlBlock } from '../shared/control-block.js';
import { type RowTable } from '../shared/row-table.js';
import { type BatchPool } from './batch-pool.js';
import { type HeadCounters } from './counters.js';
import { type SeriesStore } from './series-store.js';

/** The head as its transactions and its truncation change it. */
export interface WritableHead {
  readonly counters: HeadCounters;
  readonly control: ControlBlock;
  readonly allocator: SharedAllocator;
  readonly rows: RowTable;
  readonly store: SeriesStore;
  readonly index: LabelIndex;
  readonly batches: BatchPool;
  /** Samples before this time are refused. */
  readonly minValidTimeMs: number;
  /** The id of the series with these labels, made when new. @throws StorageError */
  series(labels: Labels): number;
  /** The row of a series that is there; 0 when it is gone. */
  row(id: number): number;
  /** How far back samples are taken, given the first one of a transaction. */
  minAppendableMs(firstMs: number): number;
  /** @throws StorageError with code `WAL_WRITE`; nothing is in the log then */
  writeLog(metadata: readonly MetadataRecord[], samples: SampleBatch): void;
  /** Adds the samples of a batch as one commit; how many the rules took. */
  append(ids: Uint32Array, batch: SampleBatch): number;
  /** Runs a change of published words in a window of its own. */
  publish(change: () => void): void;
  /** True when an open transaction may still add samples to the series. */
  isTouched(row: number): boolean;
}
