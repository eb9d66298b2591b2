import { type Matcher } from '@narthex/model';
import { type Logger } from '@narthex/process';
import {
  type Appender,
  type AppendOptions,
  type ChunkQuerier,
  type Database,
  type ExemplarSeries,
  type Querier,
  StorageError,
} from '@narthex/storage';
import { type WalWriter } from '@narthex/wal';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { overlaps } from './blocks/block-list.js';
import { type BlockSet } from './blocks/block-set.js';
import { JoinedReader } from './blocks/joined-reader.js';
import { type RetentionSettings } from './compact/retention-settings.js';
import { type DirectoryLock, lockDirectory } from './disk/directory-lock.js';
import { removeLeftOvers } from './disk/left-overs.js';
import { type ReplayStats } from './disk/wal-replay.js';
import { type FloatChunkEncoding } from './head/chunk-format.js';
import { type Head } from './head/head.js';
import { type HeadDisk } from './head-disk/head-disk.js';
import { type Maintenance } from './maintenance/maintenance.js';
import { type OutOfOrderLog } from './ooo/out-of-order-log.js';
import { type DatabaseParts, openParts, type RetentionHolder, type StaleHolder } from './open/open-parts.js';
import { type BoundedSelect, type SelectBound, selectBound } from './read/select-bound.js';
import { writeSnapshot } from './snapshot/write-snapshot.js';
import { type QueryFlags } from './threads/query-flags.js';
import { type HeadShare, type HeadSharing } from './threads/shared-head.js';
import { type TsdbOptions } from './tsdb-options.js';

export { type TsdbOptions } from './tsdb-options.js';

/** The local database: the head, which is written, and the blocks that it becomes. */
export class TsdbDatabase implements Database {
  /** Flags by which queries in workers are stopped. */
  readonly flags: QueryFlags;
  /** What was read at the start. */
  readonly replay: ReplayStats;
  readonly #head: Head;
  readonly #wal: WalWriter;
  readonly #outOfOrder: OutOfOrderLog;
  readonly #lock: DirectoryLock | undefined;
  readonly #sharing: HeadSharing;
  readonly #blocks: BlockSet;
  readonly #headDisk: HeadDisk;
  readonly #joined: JoinedReader;
  readonly #maintenance: Maintenance;
  readonly #retention: RetentionHolder;
  readonly #stale: StaleHolder;
  readonly #logger: Logger;
  readonly #options: TsdbOptions;
  #closed = false;

  private constructor(options: TsdbOptions, lock: DirectoryLock | undefined, parts: DatabaseParts) {
    this.#options = options;
    this.#logger = options.logger;
    this.#lock = lock;
    this.#head = parts.head;
    this.#wal = parts.wal;
    this.#outOfOrder = parts.outOfOrder;
    this.#sharing = parts.sharing;
    this.#blocks = parts.blocks;
    this.#headDisk = parts.headDisk;
    this.#maintenance = parts.maintenance;
    this.#retention = parts.retention;
    this.#stale = parts.stale;
    this.#joined = new JoinedReader(parts.reader, parts.blocks);
    this.flags = parts.flags;
    this.replay = parts.stats;
  }

  /**
   * Locks the directory, opens the blocks, reads the log and opens it for writing. The event loop stays free
   * meanwhile.
   * @throws StorageError `LOCKED`, `CORRUPT` where a block cannot be read, or the log not repaired
   */
  static async open(options: TsdbOptions): Promise<TsdbDatabase> {
    const { path, logger } = options;
    mkdirSync(path, { recursive: true });
    const lock = options.noLockfile ? undefined : lockDirectory(path, logger);
    try {
      for (const directory of [path, join(path, 'wal')].filter((each) => existsSync(each))) {
        for (const dir of removeLeftOvers(directory)) logger.info('Found and deleted tmp dir', { dir });
      }
      return new TsdbDatabase(options, lock, await openParts(options, lock));
    } catch (error) {
      lock?.release();
      throw error;
    }
  }

  querier(minTimeMs: number, maxTimeMs: number): Querier {
    this.#checkOpen();
    return this.#joined.querier(minTimeMs, maxTimeMs);
  }

  chunkQuerier(minTimeMs: number, maxTimeMs: number): ChunkQuerier {
    this.#checkOpen();
    return this.#joined.chunkQuerier(minTimeMs, maxTimeMs);
  }

  /**
   * Bounds what a select would read, in next to no time; undefined where that is not to be had: where blocks have a
   * part in the answer, the series may be more than `mostSeries`, or the bound would take work of its own.
   */
  selectBound(select: BoundedSelect): SelectBound | undefined {
    this.#checkOpen();
    if (this.#blocks.blocks.some(({ meta }) => overlaps(meta, select.minTimeMs, select.maxTimeMs)))
      return undefined;
    const { allocator, rows, index } = this.#head;
    return selectBound({ views: allocator.views, rows, index }, select);
  }

  appender(options?: AppendOptions): Appender {
    this.#checkOpen();
    return this.#head.appender(options);
  }

  /**
   * Lets another thread read. The thread gets the handles and opens them with `openSharedReader`.
   * @throws StorageError when too many threads read already
   */
  share(): HeadShare {
    this.#checkOpen();
    return this.#sharing.share();
  }

  timeRange(): { readonly minTimeMs: number; readonly maxTimeMs: number } | undefined {
    const { minTimeMs, maxTimeMs } = this.#head;
    const metas = this.#blocks.blocks.map(({ meta }) => meta);
    const firstMs = Math.min(minTimeMs, ...metas.map((meta) => meta.minTimeMs));
    const lastMs = Math.max(maxTimeMs, ...metas.map((meta) => meta.maxTimeMs - 1));
    return lastMs === -Infinity ? undefined : { minTimeMs: firstMs, maxTimeMs: lastMs };
  }

  /** The first and last time of the samples in the head; undefined while it is empty. */
  headTimeRange(): { readonly minTimeMs: number; readonly maxTimeMs: number } | undefined {
    const { minTimeMs, maxTimeMs } = this.#head;
    return maxTimeMs === -Infinity ? undefined : { minTimeMs, maxTimeMs };
  }

  /** How much was committed since the database was opened, and the newest time there is. */
  appended(): {
    readonly samples: number;
    readonly exemplars: number;
    readonly histograms: number;
    readonly highestTimestampMs: number | undefined;
  } {
    const { counters, maxTimeMs } = this.#head;
    return {
      samples: counters.floatsAppended,
      exemplars: this.#head.exemplars.store.counters.appended,
      histograms: counters.histogramsAppended,
      highestTimestampMs: maxTimeMs === -Infinity ? undefined : maxTimeMs,
    };
  }

  get headSeriesCount(): number {
    return this.#head.seriesCount;
  }

  /** What the head takes, in bytes: shared blocks in use, shared segments of 4 MiB each, tables of main's own. */
  memory(): { readonly sharedBytes: number; readonly segments: number; readonly privateBytes: number } {
    const { allocator, index } = this.#head;
    return {
      sharedBytes: allocator.usedBytes,
      segments: allocator.segments.length,
      privateBytes: index.privateBytes,
    };
  }

  selectExemplars(
    startMs: number,
    endMs: number,
    matchers: readonly (readonly Matcher[])[],
  ): Promise<readonly ExemplarSeries[]> {
    return Promise.resolve(this.#head.exemplars.store.select(startMs, endMs, matchers));
  }

  /** Changes how many exemplars are kept; the newest stay. Only for a server that keeps exemplars at all. */
  setMaxExemplars(count: number): void {
    const { store } = this.#head.exemplars;
    const from = store.capacity;
    if (count === from) return;
    const migrated = store.resize(count);
    this.#logger.info('Exemplar storage resized', { from, to: count, migrated });
  }

  delete(minTimeMs: number, maxTimeMs: number, matchers: readonly Matcher[]): Promise<void> {
    this.#checkOpen();
    return this.#maintenance.delete(minTimeMs, maxTimeMs, matchers);
  }

  cleanTombstones(): Promise<void> {
    this.#checkOpen();
    return this.#maintenance.cleanTombstones();
  }

  /** @throws MaintenanceError `SNAPSHOT_FOLDER` where the folder cannot take a snapshot */
  snapshot(folder: string, withHead: boolean): Promise<void> {
    this.#checkOpen();
    return this.#maintenance.snapshot(folder, withHead);
  }

  /** Compacts now all there is to compact, and cuts the log. It happens by itself as well. */
  compact(): Promise<void> {
    this.#checkOpen();
    return this.#maintenance.compact();
  }

  /**
   * Takes over what the config file says, from the next transaction on.
   *
   * @param config `staleSeriesCompactionThreshold` is the part of the head's series that has to be stale for them to
   *   be moved into blocks at the next look; 0, the default, for never. `floatChunkEncoding` holds from the next chunk
   *   of a series on; left out, it stays as it is
   */
  applyConfig(config: {
    readonly outOfOrderTimeWindowMs: number;
    readonly staleSeriesCompactionThreshold?: number;
    readonly floatChunkEncoding?: FloatChunkEncoding;
  }): void {
    this.#checkOpen();
    this.#outOfOrder.applyWindow(config.outOfOrderTimeWindowMs);
    this.#stale.threshold = config.staleSeriesCompactionThreshold ?? 0;
    if (config.floatChunkEncoding !== undefined)
      this.#head.store.format.chooseFloats(config.floatChunkEncoding);
  }

  /** What is kept from now on; it shows with the next look for blocks. */
  setRetention(settings: RetentionSettings): void {
    this.#retention.settings = settings;
  }

  /**
   * Stops compactions, syncs and closes the log and unlocks the directory. Other threads must have stopped reading.
   */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#head.commits.idle();
    await this.#maintenance.close();
    this.#sharing.close();
    this.#blocks.close();
    try {
      await this.#headDisk.close();
      try {
        await this.#outOfOrder.close();
      } finally {
        await this.#wal.close();
      }
      await this.#keepMemory();
    } finally {
      this.#lock?.release();
      this.#logger.debug('TSDB closed');
    }
  }

  /** Failing at it costs nothing but time at the next start: the log has it all. */
  async #keepMemory(): Promise<void> {
    const { path, clock, logger, memorySnapshotOnShutdown, walCompression } = this.#options;
    if (!memorySnapshotOnShutdown) return;
    try {
      await writeSnapshot({
        path,
        wal: this.#wal,
        head: this.#head,
        compression: walCompression,
        clock,
        logger,
      });
    } catch (err) {
      logger.error('chunk snapshot failed', { err: String(err) });
    }
  }

  #checkOpen(): void {
    if (this.#closed) throw new StorageError('CLOSED', 'the database is closed');
  }
}
