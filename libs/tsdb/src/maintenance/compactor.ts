import { type Clock, type Logger } from '@narthex/process';
import { rm } from 'node:fs/promises';
import {
  type BlockCompaction,
  type BlockMeta,
  OUT_OF_ORDER_HINT,
  STALE_SERIES_HINT,
} from '../block/block-meta.js';
import { makeUlid } from '../block/ulid.js';
import { blockRangeEnd } from '../compact/block-ranges.js';
import { findOverlaps } from '../compact/overlaps.js';
import { planCompaction } from '../compact/planner.js';
import { MaintenanceError } from '../errors.js';
import { type Head } from '../head/head.js';
import { type BlockStore } from './block-store.js';
import { countInto } from './chunk-statistics.js';
import { COMPACTION_SECONDS, type MaintenanceCounters } from './maintenance-counters.js';
import { type HeadBlockTask } from './protocol.js';
import { type MaintenanceThread } from './maintenance-thread.js';
import { type WalTruncation } from './wal-truncation.js';

export interface CompactorOptions {
  /** Where blocks are kept. */
  readonly path: string;
  readonly head: Head;
  readonly store: BlockStore;
  readonly thread: MaintenanceThread;
  readonly walTruncation: WalTruncation;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly counters: MaintenanceCounters;
  /** The ranges that blocks grow through, shortest first; see `blockRanges`. */
  readonly rangesMs: readonly number[];
  readonly mergeOverlaps: boolean;
  /** How long the compaction of the head is put off; 0 for not at all. */
  readonly delayMs: number;
  /** The size of a file of chunks. */
  readonly segmentBytes?: number;
  /** Gives a test that is false for a block that must not be compacted yet, nor any behind it. */
  readonly mayCompact: () => (meta: BlockMeta) => boolean;
  /** Writes blocks of what came out of order; called when blocks of what came in order were written. */
  readonly compactOutOfOrder: () => Promise<void>;
}

/** Turns the head into blocks and blocks into larger ones (upstream: `DB.Compact`, `tsdb/db.go`). One run at a time. */
export class Compactor {
  readonly #options: CompactorOptions;
  #delayedSinceMs: number | undefined;
  #headCompactedAtMs: number | undefined;
  #stopped = false;

  constructor(options: CompactorOptions) {
    this.#options = options;
  }

  /** When a part of the head became a block last, on the monotonic clock; undefined while none has. */
  get headCompactedAtMs(): number | undefined {
    return this.#headCompactedAtMs;
  }

  /** No more is begun. */
  stop(): void {
    this.#stopped = true;
  }

  /**
   * Does all there is to do: blocks of the head first, then the log, then blocks of blocks.
   * @throws what stood in the way; MaintenanceError CANCELLED when the database is closing
   */
  async run(): Promise<void> {
    const { counters, walTruncation } = this.#options;
    let writtenUpToMs = -Infinity;
    try {
      try {
        const isHeadCompacted = await this.#compactHead((endMs) => (writtenUpToMs = endMs));
        // Room on the disk first: blocks are merged after.
        await walTruncation.run(writtenUpToMs);
        if (isHeadCompacted) await this.#options.compactOutOfOrder();
        await this.#compactBlocks();
      } finally {
        await walTruncation.run(writtenUpToMs);
      }
    } catch (error) {
      if (!isCancelled(error)) counters.compactionsFailed++;
      throw error;
    }
  }

  /**
   * Writes a part of the head as a block somewhere. Undefined where it has no samples.
   * @param part also what came out of order, or only that, of chunks with lower numbers than this, or only some series
   */
  async writeHeadBlock(
    folder: string,
    minTimeMs: number,
    maxTimeMs: number,
    part: Pick<HeadBlockTask, 'everything' | 'outOfOrderBefore' | 'seriesIds'> = {},
  ): Promise<BlockMeta | undefined> {
    const { clock, thread, logger, counters, segmentBytes } = this.#options;
    const ulid = makeUlid(clock.nowMs());
    const span = { mint: minTimeMs, maxt: maxTimeMs };
    const startMs = clock.monotonicMs();
    const { meta, chunks } = await this.#counted(() =>
      thread.run({
        kind: 'headBlock',
        folder,
        ulid,
        minTimeMs,
        maxTimeMs,
        ...part,
        ...(segmentBytes !== undefined && { segmentBytes }),
      }),
    );
    counters.addChunks(chunks);
    const duration = `${(clock.monotonicMs() - startMs).toFixed(3)}ms`;
    const ooo = part.outOfOrderBefore !== undefined;
    if (meta === undefined) logger.info('write block resulted in empty block', { ...span, duration });
    else logger.info('write block', { ...span, ulid, duration, ooo });
    return meta;
  }

  /**
   * Makes one block of several, which go; where no samples are left, there is none. False when they had to stay.
   * @throws what stood in the way; the blocks are marked as failed then
   */
  async mergeBlocks(metas: readonly BlockMeta[]): Promise<boolean> {
    const ulid = makeUlid(this.#options.clock.nowMs());
    this.#noteOverlaps(metas, ulid);
    try {
      return await this.#merge(metas, ulid);
    } catch (error) {
      if (!isCancelled(error)) await this.#markFailed(metas);
      throw error;
    }
  }

  /**
   * Writes a block anew without what was deleted in it: of level 1 and its own source, as upstream has it. False when
   * it had to stay.
   */
  async rewriteBlock(meta: BlockMeta): Promise<boolean> {
    const ulid = makeUlid(this.#options.clock.nowMs());
    const hints = meta.compaction.hints.filter(
      (hint) => hint === OUT_OF_ORDER_HINT || hint === STALE_SERIES_HINT,
    );
    return this.#merge([meta], ulid, { level: 1, sources: [ulid], hints });
  }

  async #merge(
    metas: readonly BlockMeta[],
    ulid: string,
    compaction?: Partial<BlockCompaction>,
  ): Promise<boolean> {
    const { clock, path, thread, logger, segmentBytes } = this.#options;
    const blocks = this.#folders(metas);
    const sources = `[${metas.map((meta) => meta.ulid).join(' ')}]`;
    const startMs = clock.monotonicMs();
    const { meta } = await this.#counted(() =>
      thread.run({
        kind: 'merge',
        folder: path,
        ulid,
        blocks,
        ...(compaction !== undefined && { compaction }),
        ...(segmentBytes !== undefined && { segmentBytes }),
      }),
    );
    const told = {
      count: metas.length,
      sources,
      duration: `${(clock.monotonicMs() - startMs).toFixed(3)}ms`,
    };
    if (meta === undefined && this.#isNewest(metas)) {
      logger.info('compact blocks resulted in empty block, which is kept as the newest', told);
      return false;
    }
    if (meta === undefined) {
      await thread.run({ kind: 'mark', blocks, mark: { deletable: true } });
      logger.info('compact blocks resulted in empty block', told);
    } else {
      logger.info('compact blocks', { mint: meta.minTimeMs, maxt: meta.maxTimeMs, ulid, ...told });
    }
    await this.makeCurrent(meta);
    return true;
  }

  /**
   * Whether no other block reaches as far. The log still has samples of its times, and the next start would take them
   * in again, deleted or not, were there no block to say how far the log has become blocks.
   */
  #isNewest(metas: readonly BlockMeta[]): boolean {
    const { store } = this.#options;
    const gone = new Set(metas.map(({ ulid }) => ulid));
    const endMs = store.inOrderMaxTimeMs ?? -Infinity;
    const isEnd = ({ maxTimeMs, compaction: { hints } }: BlockMeta): boolean =>
      maxTimeMs === endMs && !hints.includes(OUT_OF_ORDER_HINT) && !hints.includes(STALE_SERIES_HINT);
    return metas.some(isEnd) && !store.stored.some(({ meta }) => !gone.has(meta.ulid) && isEnd(meta));
  }

  /** Whether there was anything to do. Calls `onWritten` whenever the log need not have anything before a time. */
  async #compactHead(onWritten: (endMs: number) => void): Promise<boolean> {
    const { head, rangesMs, path, clock, logger } = this.#options;
    const rangeMs = rangesMs[0]!;
    const startMs = clock.monotonicMs();
    let isCompacted = false;
    while (!this.#stopped && head.compactable && !this.#isDelayed()) {
      const { minTimeMs } = head;
      const endMs = blockRangeEnd(minTimeMs, rangeMs);
      await head.appendersUpTo(endMs - 1);
      const meta = await this.writeHeadBlock(path, minTimeMs, endMs);
      await this.makeCurrent(meta);
      await this.#truncateHead(endMs);
      this.#headCompactedAtMs = clock.monotonicMs();
      isCompacted = true;
      // Where all samples were deleted there is no block to say so at the next start: the log has to.
      if (meta !== undefined) onWritten(endMs);
    }
    if (!head.compactable) this.#delayedSinceMs = undefined;
    const durationMs = clock.monotonicMs() - startMs;
    if (durationMs <= rangeMs) return isCompacted;
    logger.warn(
      "Head compaction took longer than the block time range, compactions are falling behind and won't be able to catch up",
      { duration: `${Math.round(durationMs)}ms`, block_range: rangeMs },
    );
    return isCompacted;
  }

  async #truncateHead(minTimeMs: number): Promise<void> {
    const { head, counters, clock, logger } = this.#options;
    const startMs = clock.monotonicMs();
    try {
      await head.truncate(minTimeMs);
      const duration = `${(clock.monotonicMs() - startMs).toFixed(3)}ms`;
      logger.info('Head GC completed', { caller: 'truncateMemory', duration });
    } catch (error) {
      counters.headTruncationsFailed++;
      throw error;
    }
  }

  async #compactBlocks(): Promise<void> {
    const { head, rangesMs, mergeOverlaps, logger } = this.#options;
    while (!this.#stopped) {
      if (head.compactable && !this.#isDelayed()) {
        logger.warn('aborting block compactions to persist the head block');
        return;
      }
      const plan = planCompaction(this.#mayBeCompacted(), { rangesMs, mergeOverlaps });
      if (plan.length === 0) return;
      if (!(await this.mergeBlocks(plan))) return;
    }
  }

  /** By age, up to the first that must stay as it is. */
  #mayBeCompacted(): readonly BlockMeta[] {
    const { store, mayCompact } = this.#options;
    const metas = store.stored
      .map(({ meta }) => meta)
      .filter((meta) => !this.#isAheadOfHead(meta))
      .sort((a, b) => (a.ulid < b.ulid ? -1 : 1));
    const may = mayCompact();
    const held = metas.findIndex((meta) => !may(meta));
    return held === -1 ? metas : metas.slice(0, held);
  }

  /**
   * Whether a block holds out-of-order samples, or stale series, of times whose other samples are in the head still.
   * Merged with others it would look as if those were in blocks, and the next start would pass them over in the log.
   */
  #isAheadOfHead({ compaction, maxTimeMs }: BlockMeta): boolean {
    const isPart =
      compaction.hints.includes(OUT_OF_ORDER_HINT) || compaction.hints.includes(STALE_SERIES_HINT);
    return isPart && maxTimeMs > this.#options.head.minTimeMs;
  }

  #isDelayed(): boolean {
    const { clock, delayMs } = this.#options;
    if (delayMs === 0) return false;
    this.#delayedSinceMs ??= clock.monotonicMs();
    return clock.monotonicMs() - this.#delayedSinceMs < delayMs;
  }

  /** Has a new block read. Where that fails it is taken away again, for nothing says that it may stand for others. */
  async makeCurrent(written: BlockMeta | undefined): Promise<void> {
    const { store } = this.#options;
    try {
      await store.reload(written?.ulid);
    } catch (error) {
      if (written !== undefined) await rm(store.folder(written.ulid), { recursive: true, force: true });
      throw error;
    }
  }

  async #markFailed(metas: readonly BlockMeta[]): Promise<void> {
    const { thread, store, logger } = this.#options;
    try {
      await thread.run({ kind: 'mark', blocks: this.#folders(metas), mark: { failed: true } });
      store.refreshMetas();
    } catch (error) {
      logger.error('setting compaction failed for block', {
        err: error instanceof Error ? error : String(error),
      });
    }
  }

  #folders(metas: readonly BlockMeta[]): string[] {
    return metas.map(({ ulid }) => this.#options.store.folder(ulid));
  }

  #noteOverlaps(metas: readonly BlockMeta[], ulid: string): void {
    const { counters, logger } = this.#options;
    if (findOverlaps(metas).length === 0) return;
    counters.verticalCompactions++;
    logger.info('Found overlapping blocks during compaction', { ulid });
  }

  async #counted<T>(write: () => Promise<T>): Promise<T> {
    const { clock, counters } = this.#options;
    const startMs = clock.monotonicMs();
    counters.populating = 1;
    try {
      return await write();
    } finally {
      counters.populating = 0;
      counters.compactions++;
      countInto(counters.compactionSeconds, COMPACTION_SECONDS, (clock.monotonicMs() - startMs) / 1000);
    }
  }
}

export function isCancelled(error: unknown): boolean {
  return error instanceof MaintenanceError && error.code === 'CANCELLED';
}
