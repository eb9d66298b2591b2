import { type Matcher } from '@narthex/model';
import { type Clock, type Logger } from '@narthex/process';
import { type WalCompression, type WalWriter } from '@narthex/wal';
import { type Worker } from 'node:worker_threads';
import { type BlockMeta } from '../block/block-meta.js';
import { type BlockSet } from '../blocks/block-set.js';
import { blockRanges } from '../compact/block-ranges.js';
import { type Head } from '../head/head.js';
import { type HeadShare } from '../threads/shared-head.js';
import { BlockAdministration } from './administration.js';
import { type BlockStore } from './block-store.js';
import { Compactor } from './compactor.js';
import { type MaintenanceCounters } from './maintenance-counters.js';
import { MaintenanceLoop } from './maintenance-loop.js';
import { MaintenanceThread } from './maintenance-thread.js';
import { type MentionedRefs } from './mentioned-refs.js';
import { StaleCompaction } from './stale-compaction.js';
import { Turns } from './turns.js';
import { WalTruncation } from './wal-truncation.js';

export interface MaintenanceOptions {
  /** The data directory. */
  readonly path: string;
  readonly head: Head;
  readonly set: BlockSet;
  readonly store: BlockStore;
  readonly wal: WalWriter;
  readonly mentioned: MentionedRefs;
  readonly counters: MaintenanceCounters;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly share: () => HeadShare;
  /** Starts a maintenance worker; without it the work runs in this thread. */
  readonly spawn?: () => Worker;
  readonly minBlockMs: number;
  readonly maxBlockMs: number;
  readonly mergeOverlaps: boolean;
  readonly compactionDelayMs: number;
  readonly reloadIntervalMs: number;
  readonly chunkSegmentBytes?: number;
  readonly walCompression: WalCompression;
  readonly walSegmentSizeBytes?: number;
  readonly mayCompact: () => (meta: BlockMeta) => boolean;
  readonly compactOutOfOrder: () => Promise<void>;
  /** The part of all series that has to be stale to be moved into blocks early; 0 for never. It may change. */
  readonly staleThreshold: () => number;
  readonly deleteInHead: (
    minTimeMs: number,
    maxTimeMs: number,
    matchers: readonly Matcher[],
  ) => Promise<void>;
}

/** The life of the stored data: compaction, retention, checkpoints, and what the admin API asks for. */
export class Maintenance {
  readonly #thread: MaintenanceThread;
  readonly #turns = new Turns();
  readonly #path: string;
  readonly #head: Head;
  readonly #compactor: Compactor;
  readonly #loop: MaintenanceLoop;
  readonly #administration: BlockAdministration;

  constructor(options: MaintenanceOptions) {
    const { head, set, store, wal, mentioned, counters, clock, logger, path } = options;
    this.#path = path;
    this.#head = head;
    this.#thread = new MaintenanceThread({
      clock,
      share: options.share,
      ...(options.spawn !== undefined && { spawn: options.spawn }),
    });
    const thread = this.#thread;
    const walTruncation = new WalTruncation({
      wal,
      thread,
      clock,
      logger,
      counters,
      mentioned,
      earliestLateMs: () => head.outOfOrder.store.loggedMinTimeMs,
      compression: options.walCompression,
      ...(options.walSegmentSizeBytes !== undefined && { segmentSizeBytes: options.walSegmentSizeBytes }),
    });
    this.#compactor = new Compactor({
      path,
      head,
      store,
      thread,
      walTruncation,
      clock,
      logger,
      counters,
      rangesMs: blockRanges(options.minBlockMs, options.maxBlockMs),
      mergeOverlaps: options.mergeOverlaps,
      delayMs: options.compactionDelayMs,
      mayCompact: options.mayCompact,
      compactOutOfOrder: options.compactOutOfOrder,
      ...(options.chunkSegmentBytes !== undefined && { segmentBytes: options.chunkSegmentBytes }),
    });
    const staleCompaction = new StaleCompaction({
      path,
      head,
      compactor: this.#compactor,
      wal,
      rangeMs: options.minBlockMs,
      threshold: options.staleThreshold,
      counters,
      clock,
      logger,
    });
    this.#loop = new MaintenanceLoop({
      store,
      compactor: this.#compactor,
      staleCompaction,
      turns: this.#turns,
      clock,
      logger,
      counters,
      reloadIntervalMs: options.reloadIntervalMs,
    });
    const { deleteInHead } = options;
    this.#administration = new BlockAdministration({
      path,
      head,
      set,
      store,
      compactor: this.#compactor,
      thread,
      clock,
      logger,
      counters,
      deleteInHead,
    });
  }

  /** Begins to look after the data by itself. */
  start(): void {
    this.#head.onCommit = () => {
      if (this.#head.compactable) this.#loop.requestCompaction();
    };
    this.#loop.start();
  }

  /** Compacts now, all there is to compact. */
  compact(): Promise<void> {
    return this.#turns.take(() => this.#compactor.run());
  }

  /** Writes a block of full chunks of late samples with lower numbers than `before`; for the compaction itself. */
  writeLateBlock(minTimeMs: number, maxTimeMs: number, before: number): Promise<BlockMeta | undefined> {
    return this.#compactor.writeHeadBlock(this.#path, minTimeMs, maxTimeMs, { outOfOrderBefore: before });
  }

  delete(minTimeMs: number, maxTimeMs: number, matchers: readonly Matcher[]): Promise<void> {
    return this.#turns.take(() => this.#administration.delete(minTimeMs, maxTimeMs, matchers));
  }

  cleanTombstones(): Promise<void> {
    return this.#turns.take(() => this.#administration.cleanTombstones());
  }

  snapshot(folder: string, withHead: boolean): Promise<void> {
    return this.#turns.take(() => this.#administration.snapshot(folder, withHead));
  }

  /** Stops what is under way, as upstream cancels a compaction, and ends the thread. */
  async close(): Promise<void> {
    this.#head.onCommit = () => undefined;
    this.#compactor.stop();
    this.#thread.cancel();
    await this.#loop.stop();
    await this.#turns.settled();
    await this.#thread.close();
  }
}
