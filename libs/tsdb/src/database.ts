import { EpochTable, SharedAllocator } from '@narthex/bytes';
import { compileDecodeKernel } from '@narthex/chunks';
import { type Registry } from '@narthex/client';
import { type Matcher } from '@narthex/model';
import { type Clock, type Logger } from '@narthex/process';
import {
  type Appender,
  type AppendOptions,
  type ChunkQuerier,
  type Database,
  type ExemplarSeries,
  type Querier,
  StorageError,
} from '@narthex/storage';
import { loadWalCodecs, type WalCompression, WalWriter } from '@narthex/wal';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type DirectoryLock, lockDirectory } from './disk/directory-lock.js';
import { refuseForeignData } from './disk/foreign-data.js';
import { type ReplayStats, WalReplay } from './disk/wal-replay.js';
import { deleteSamples } from './head/deletion.js';
import { Head } from './head/head.js';
import { DatabaseMetrics } from './metrics.js';
import { HeadReader } from './read/head-reader.js';
import { ControlBlock } from './shared/control-block.js';
import { QueryFlags } from './threads/query-flags.js';
import { type HeadShare, HeadSharing } from './threads/shared-head.js';

/** Main's own slot in the epoch table. */
const MAIN_SLOT = 0;
const READER_SLOTS = 64;

export interface TsdbOptions {
  /** The data directory, as `--storage.tsdb.path`. Made when missing. */
  readonly path: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Gets the `prometheus_tsdb_…` metrics. */
  readonly registry?: Registry;
  /** As `--storage.tsdb.min-block-duration`; default 2h. Chunks end at multiples of it. */
  readonly minBlockDurationMs?: number;
  /** The most series at a time; 0, the default, for no limit. */
  readonly maxSeries?: number;
  /** As `--storage.tsdb.wal-compression-type`; default snappy. */
  readonly walCompression?: WalCompression;
  readonly walSegmentSizeBytes?: number;
  /** As `--storage.tsdb.no-lockfile`. */
  readonly noLockfile?: boolean;
  /** Seeds the hash tables; a number that no client can foretell. Default: random. */
  readonly hashSeed?: number;
}

interface Parts {
  readonly options: TsdbOptions;
  readonly head: Head;
  readonly wal: WalWriter;
  readonly lock: DirectoryLock | undefined;
  readonly sharing: HeadSharing;
  readonly reader: HeadReader;
  readonly flags: QueryFlags;
  readonly replay: ReplayStats;
}

/**
 * The local database. In this version all of it is the head: what the log holds is in memory, there are no blocks,
 * and nothing is dropped for its age.
 */
export class TsdbDatabase implements Database {
  /** Flags by which queries in workers are stopped. */
  readonly flags: QueryFlags;
  /** What was read at the start. */
  readonly replay: ReplayStats;
  readonly #head: Head;
  readonly #wal: WalWriter;
  readonly #lock: DirectoryLock | undefined;
  readonly #sharing: HeadSharing;
  readonly #reader: HeadReader;
  readonly #logger: Logger;
  #closed = false;

  private constructor({ options, head, wal, lock, sharing, reader, flags, replay }: Parts) {
    this.#logger = options.logger;
    this.#head = head;
    this.#wal = wal;
    this.#lock = lock;
    this.#sharing = sharing;
    this.#reader = reader;
    this.flags = flags;
    this.replay = replay;
  }

  /**
   * Locks the directory, reads the log and opens it for writing. The event loop stays free meanwhile.
   * @throws StorageError `LOCKED`, `UNSUPPORTED` for blocks, `CORRUPT` where the log cannot be read or repaired
   */
  static async open(options: TsdbOptions): Promise<TsdbDatabase> {
    const { path, logger } = options;
    mkdirSync(path, { recursive: true });
    const lock = options.noLockfile ? undefined : lockDirectory(path, logger);
    try {
      refuseForeignData(path);
      return await TsdbDatabase.#open(options, lock);
    } catch (error) {
      lock?.release();
      throw error;
    }
  }

  static async #open(options: TsdbOptions, lock: DirectoryLock | undefined): Promise<TsdbDatabase> {
    const { path, clock, logger } = options;
    const control = ControlBlock.create(options.hashSeed ?? (Math.random() * 2 ** 32) | 0);
    const epochs = EpochTable.create(READER_SLOTS);
    const flags = new QueryFlags();
    const kernelModule = compileDecodeKernel();
    let announce: (index: number, buffer: SharedArrayBuffer) => void = () => undefined;
    const allocator = new SharedAllocator({ epochs, onSegment: (index, buffer) => announce(index, buffer) });
    const chunkRangeMs = options.minBlockDurationMs ?? 2 * 3600 * 1000;
    const head = new Head({
      allocator,
      control,
      epochs,
      clock,
      chunkRangeMs,
      maxSeries: options.maxSeries ?? 0,
    });
    const sharing = new HeadSharing({
      control,
      epochs,
      flags,
      allocator,
      kernelModule,
      firstSlot: MAIN_SLOT + 1,
    });
    announce = (index, buffer) => sharing.announce(index, buffer);

    const codecs = await loadWalCodecs();
    const directory = join(path, 'wal');
    const startedMs = clock.monotonicMs();
    const { stats, loss } = await new WalReplay({ directory, codecs, head, clock, logger }).run();
    const replayMs = clock.monotonicMs() - startedMs;
    if (loss !== undefined) {
      const { segment, keptBytes, lostBytes, droppedSegments, reason } = loss;
      const dropped = droppedSegments.join(',');
      logger.error('Repaired damaged WAL', {
        segment,
        keptBytes,
        lostBytes,
        droppedSegments: dropped,
        reason,
      });
    }
    logger.info('WAL replay completed', { ...stats, durationMs: Math.round(replayMs) });
    if (stats.unsupportedRecords > 0) {
      logger.warn('Histograms and exemplars in the WAL are kept there but not shown by this version', {
        records: stats.unsupportedRecords,
      });
    }
    const metrics = options.registry === undefined ? undefined : new DatabaseMetrics(options.registry);
    const wal = WalWriter.open({
      directory,
      codecs,
      ...(options.walCompression === undefined ? {} : { compression: options.walCompression }),
      ...(options.walSegmentSizeBytes === undefined ? {} : { segmentSizeBytes: options.walSegmentSizeBytes }),
      observer: {
        synced: (durationMs) => metrics?.observeFsync(durationMs),
        syncFailed: (segment, err) => logger.error('sync previous segment', { segment, err: String(err) }),
      },
    });
    head.log = wal;
    const reader = new HeadReader({ views: allocator.views, control, epochs, slot: MAIN_SLOT, kernelModule });
    metrics?.watch({
      head,
      wal,
      reader,
      sharing,
      replayMs,
      corruptions: loss === undefined ? 0 : 1,
      cleanStart: lock === undefined ? -1 : Number(!lock.leftBehind),
    });
    return new TsdbDatabase({ options, head, wal, lock, sharing, reader, flags, replay: stats });
  }

  querier(minTimeMs: number, maxTimeMs: number): Querier {
    this.#checkOpen();
    return this.#reader.querier(minTimeMs, maxTimeMs);
  }

  chunkQuerier(minTimeMs: number, maxTimeMs: number): ChunkQuerier {
    this.#checkOpen();
    return this.#reader.chunkQuerier(minTimeMs, maxTimeMs);
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
    return maxTimeMs === -Infinity ? undefined : { minTimeMs, maxTimeMs };
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

  /** Exemplars are not kept by this version. */
  selectExemplars(): Promise<readonly ExemplarSeries[]> {
    return Promise.resolve([]);
  }

  delete(minTimeMs: number, maxTimeMs: number, matchers: readonly Matcher[]): Promise<void> {
    this.#checkOpen();
    return deleteSamples({
      head: this.#head,
      reader: this.#reader,
      log: this.#wal,
      minTimeMs,
      maxTimeMs,
      matchers,
    });
  }

  /** Nothing to do: there are no blocks to rewrite. */
  cleanTombstones(): Promise<void> {
    this.#checkOpen();
    return Promise.resolve();
  }

  /** @throws StorageError with code `UNSUPPORTED`: this version writes no blocks */
  snapshot(): Promise<void> {
    return Promise.reject(
      new StorageError('UNSUPPORTED', 'snapshots need blocks, which this version does not write'),
    );
  }

  /** Syncs and closes the log and unlocks the directory. Other threads must have stopped reading. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#sharing.close();
    try {
      await this.#wal.close();
    } finally {
      this.#lock?.release();
      this.#logger.debug('TSDB closed');
    }
  }

  #checkOpen(): void {
    if (this.#closed) throw new StorageError('CLOSED', 'the database is closed');
  }
}
