import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Worker } from 'node:worker_threads';
import { type Registry } from '@narthex/client';
import {
  type Clock,
  type DirectoryLock,
  DirectoryLockedError,
  lockDirectory,
  type Logger,
} from '@narthex/process';
import { type Appendable, type Appender, StorageError } from '@narthex/storage';
import {
  deleteTemporaryCheckpoints,
  loadWalCodecs,
  type WalCodecs,
  type WalCompression,
  WalWriter,
} from '@narthex/wal';
import { AgentAppender } from './agent-appender.js';
import { DeletedSeries } from './deleted-series.js';
import { AgentMetrics } from './metrics.js';
import { PendingPool } from './pending-samples.js';
import { SeriesLog } from './series-log.js';
import { SeriesTable } from './series-table.js';
import { Truncation } from './truncation.js';
import { WalReplay } from './wal-replay.js';

const DEFAULT_TRUNCATE_FREQUENCY_MS = 2 * 3_600_000;
const DEFAULT_MIN_AGE_MS = 5 * 60_000;
const DEFAULT_MAX_AGE_MS = 4 * 3_600_000;

/** Defaults are upstream's (`tsdb/agent/db.go`); what is not positive means the default. */
export interface AgentStorageOptions {
  /** The folder; the log is in `wal/` below it. */
  readonly path: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Registry;
  /** Default: snappy. */
  readonly walCompression?: WalCompression;
  /** A multiple of 32 KiB. Default: 128 MiB. */
  readonly walSegmentSizeBytes?: number;
  /** How often the log is cut. Default: 2 h. */
  readonly truncateFrequencyMs?: number;
  /** How old at least what was sent has to be to go. Default: 5 min. */
  readonly minAgeMs?: number;
  /** How old at most anything gets that was not sent. Default: 4 h; at least `minAgeMs` and the frequency. */
  readonly maxAgeMs?: number;
  readonly noLockfile?: boolean;
  /** As the feature `st-storage`: log when counters began to count, in records that upstream knows since 3.12. Default: false. */
  readonly storeStartTimestamps?: boolean;
  /** Make checkpoints out of memory, so many series a record. Default: out of the log. */
  readonly memoryCheckpointBatchSize?: number;
  /**
   * Starts a thread that calls `runCheckpointWorker` with its port, for a checkpoint out of the log. Without it they are
   * made in this thread, in slices.
   */
  readonly spawnWorker?: (() => Worker) | undefined;
  /** What was sent everywhere; undefined while nothing is sent anywhere. */
  readonly lowestSentTimestampMs: () => number | undefined;
}

/** How much was committed since the start. */
export interface Received {
  readonly samples: number;
  readonly histograms: number;
  readonly exemplars: number;
  /** Undefined before the first. */
  readonly highestTimestampMs: number | undefined;
}

interface Parts {
  readonly options: AgentStorageOptions;
  readonly lock: DirectoryLock | undefined;
  readonly wal: WalWriter;
  readonly log: SeriesLog;
  readonly truncation: Truncation;
}

/** The storage of agent mode: a log for remote write to read. It can be written to, and not be asked. */
export class AgentStorage implements Appendable {
  readonly #options: AgentStorageOptions;
  readonly #lock: DirectoryLock | undefined;
  readonly #wal: WalWriter;
  readonly #log: SeriesLog;
  readonly #truncation: Truncation;
  readonly #pool = new PendingPool();
  readonly #frequencyMs: number;
  #cancelTimer: () => void = () => undefined;
  #truncating: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor({ options, lock, wal, log, truncation }: Parts) {
    this.#options = options;
    this.#lock = lock;
    this.#wal = wal;
    this.#log = log;
    this.#truncation = truncation;
    this.#frequencyMs = positive(options.truncateFrequencyMs) ?? DEFAULT_TRUNCATE_FREQUENCY_MS;
    this.#schedule();
  }

  /**
   * Locks the folder, reads the log, repairs it where it is damaged, and opens it for writing.
   * @throws StorageError `LOCKED`, `CORRUPT` where the log cannot be repaired
   */
  static async open(options: AgentStorageOptions): Promise<AgentStorage> {
    const { path, logger } = options;
    mkdirSync(path, { recursive: true });
    const lock = options.noLockfile === true ? undefined : locked(path, logger);
    try {
      return new AgentStorage(await openParts(options, lock));
    } catch (error) {
      lock?.release();
      throw error;
    }
  }

  /** Where the log is. */
  get walDirectory(): string {
    return this.#wal.directory;
  }

  get activeSeries(): number {
    return this.#log.table.size;
  }

  get received(): Received {
    const { highestTimestampMs: highestMs, ...counts } = this.#log.received;
    return { ...counts, highestTimestampMs: highestMs === -Infinity ? undefined : highestMs };
  }

  appender(): Appender {
    if (this.#closed) throw new StorageError('CLOSED', 'the storage is closed');
    return new AgentAppender(this.#log, this.#pool);
  }

  /** Takes over what the config file says: `storage.tsdb.out_of_order_time_window`. */
  applyConfig(config: { readonly outOfOrderTimeWindowMs: number }): void {
    this.#log.windowMs = config.outOfOrderTimeWindowMs;
  }

  /**
   * Lets go of what was sent everywhere and is old enough, and of what is too old. It happens by itself as well; one
   * follows the other.
   */
  truncate(): Promise<void> {
    this.#truncating = this.#truncating.then(() => this.#truncate());
    return this.#truncating;
  }

  /** Syncs and closes the log, and unlocks the folder. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelTimer();
    await this.#truncating;
    try {
      this.#log.write([]);
    } finally {
      try {
        await this.#wal.close();
      } finally {
        this.#lock?.release();
      }
    }
  }

  #schedule(): void {
    this.#cancelTimer = this.#options.clock.after(this.#frequencyMs, () => {
      void this.truncate().then(() => {
        if (!this.#closed) this.#schedule();
      });
    });
  }

  async #truncate(): Promise<void> {
    const { logger } = this.#options;
    const timestampMs = this.#firstNeededMs();
    logger.debug('truncating the WAL', { ts: timestampMs });
    try {
      await this.#truncation.run(timestampMs);
    } catch (error) {
      logger.warn('failed to truncate WAL', { err: error instanceof Error ? error : String(error) });
    }
  }

  /** What is older may go: it was sent and is old enough, or it is too old to be waited for. */
  #firstNeededMs(): number {
    const { clock, lowestSentTimestampMs } = this.#options;
    const minAgeMs = positive(this.#options.minAgeMs) ?? DEFAULT_MIN_AGE_MS;
    const maxAgeMs = Math.max(
      positive(this.#options.maxAgeMs) ?? DEFAULT_MAX_AGE_MS,
      minAgeMs,
      this.#frequencyMs,
    );
    const sentMs = Math.max((lowestSentTimestampMs() ?? 0) - minAgeMs, 0);
    return Math.max(sentMs, Math.trunc(clock.nowMs()) - maxAgeMs);
  }
}

async function openParts(options: AgentStorageOptions, lock: DirectoryLock | undefined): Promise<Parts> {
  const { path, clock, logger, registry, walCompression = 'snappy', memoryCheckpointBatchSize } = options;
  const directory = join(path, 'wal');
  const segmentSizeBytes = positive(options.walSegmentSizeBytes);
  const hasLog = existsSync(directory);
  const codecs: WalCodecs = await loadWalCodecs(hasLog ? undefined : [walCompression]);
  if (hasLog) deleteTemporaryCheckpoints(directory);
  const metrics = new AgentMetrics(registry);
  const table = new SeriesTable();
  const memoryBatchSize =
    memoryCheckpointBatchSize === undefined ? undefined : Math.max(1, memoryCheckpointBatchSize);
  const deleted = new DeletedSeries(table, memoryBatchSize !== undefined);
  logger.info('replaying WAL, this may take a while', { dir: directory });
  const startMs = clock.monotonicMs();
  const { lastRef, loss } = await new WalReplay({ directory, codecs, table, deleted, clock, logger }).run();
  const replayMs = clock.monotonicMs() - startMs;
  const wal = WalWriter.open({
    directory,
    codecs,
    compression: walCompression,
    ...(segmentSizeBytes !== undefined && { segmentSizeBytes }),
    observer: {
      synced: (durationMs) => metrics.observeFsync(durationMs),
      syncFailed: (segment, error) =>
        logger.error('sync previous segment', {
          segment,
          err: error instanceof Error ? error : String(error),
        }),
    },
  });
  const log = new SeriesLog(table, wal, lastRef, options.storeStartTimestamps ?? false);
  if (loss !== undefined) log.counters.corruptions++;
  metrics.watch({
    counters: log.counters,
    wal,
    activeSeries: () => table.size,
    deletedSeries: () => deleted.size,
    replayMs,
    cleanStart: lock === undefined ? -1 : lock.leftBehind ? 0 : 1,
  });
  const truncation = new Truncation({
    log,
    wal,
    deleted,
    codecs,
    clock,
    logger,
    segmentSizeBytes,
    memoryBatchSize,
    spawnWorker: options.spawnWorker,
    onTruncated: (durationMs) => metrics.observeTruncation(durationMs),
  });
  return { options, lock, wal, log, truncation };
}

function locked(path: string, logger: Logger): DirectoryLock {
  try {
    const lock = lockDirectory(path, logger);
    if (lock.leftBehind) {
      const message = 'A lockfile from a previous execution already existed. It was replaced';
      logger.warn(message, { file: join(path, 'lock') });
    }
    return lock;
  } catch (cause) {
    if (!(cause instanceof DirectoryLockedError)) throw cause;
    throw new StorageError('LOCKED', cause.message, { cause });
  }
}

function positive(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined;
}
