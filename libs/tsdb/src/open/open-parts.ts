import { StorageError } from '@narthex/storage';
import { loadWalCodecs, WalWriter } from '@narthex/wal';
import { join } from 'node:path';
import { type RetentionSettings, retentionLimits } from '../compact/retention-settings.js';
import { type DirectoryLock } from '../disk/directory-lock.js';
import { headSizeBytes } from '../disk/directory-size.js';
import { registerUnknownRefs } from '../disk/unknown-refs.js';
import { registerExemplarMetrics } from '../exemplars/metrics.js';
import { registerHeadDiskMetrics } from '../head-disk/metrics.js';
import { BlockStore } from '../maintenance/block-store.js';
import { type Maintenance } from '../maintenance/maintenance.js';
import { MaintenanceCounters } from '../maintenance/maintenance-counters.js';
import { MaintenanceMetrics } from '../maintenance-metrics.js';
import { DatabaseMetrics } from '../metrics.js';
import { type TsdbOptions } from '../tsdb-options.js';
import { createMaintenance } from './create-maintenance.js';
import { type ReplayedLogs, replayLogs } from './open-logs.js';
import { createSharedParts, type SharedParts } from './shared-parts.js';

const KEEP_ALL: RetentionSettings = { timeMs: 0, sizeBytes: 0, percentage: 0 };

/** What is kept, as it is now. */
export interface RetentionHolder {
  settings: RetentionSettings;
}

/** What the config file says of series that have become stale, as it is now. */
export interface StaleHolder {
  threshold: number;
}

/** Everything that an open database consists of. */
export interface DatabaseParts extends SharedParts, ReplayedLogs {
  readonly wal: WalWriter;
  readonly maintenance: Maintenance;
  readonly retention: RetentionHolder;
  readonly stale: StaleHolder;
}

/**
 * Opens the blocks of a directory that is locked, reads the logs and opens them for writing.
 * @param lock undefined where there is none
 * @throws StorageError `CORRUPT` where a block cannot be read, or a log not repaired
 */
export async function openParts(
  options: TsdbOptions,
  lock: DirectoryLock | undefined,
): Promise<DatabaseParts> {
  const shared = createSharedParts(options);
  try {
    return await openInto(options, lock, shared);
  } catch (error) {
    shared.blocks.close();
    throw error;
  }
}

async function openInto(
  options: TsdbOptions,
  lock: DirectoryLock | undefined,
  shared: SharedParts,
): Promise<DatabaseParts> {
  const { path, logger } = options;
  const { head, blocks } = shared;
  const counters = new MaintenanceCounters();
  const retention: RetentionHolder = { settings: options.retention ?? KEEP_ALL };
  const store = new BlockStore({
    path,
    set: blocks,
    logger,
    counters,
    limits: () => retentionLimits(retention.settings, path),
    headBytes: () => headSizeBytes(path),
    warnOfOverlaps: options.allowOverlappingCompaction ?? true,
  });
  await loadBlocks(store);
  const inBlocksUpToMs = store.inOrderMaxTimeMs ?? -Infinity;
  head.minValidTimeMs = inBlocksUpToMs;
  const replayed = await replayLogs(options, shared);
  counters.logCorruptions += replayed.corruptions;
  const metrics = options.registry === undefined ? undefined : new DatabaseMetrics(options.registry);
  const wal = await openLog(options, metrics);
  head.log = wal;
  replayed.headDisk.start();
  const stale: StaleHolder = { threshold: options.staleSeriesCompactionThreshold ?? 0 };
  const staleThreshold = (): number => stale.threshold;
  const maintenance = createMaintenance({ options, shared, replayed, store, wal, counters, staleThreshold });
  if (options.registry !== undefined) {
    registerUnknownRefs(options.registry, replayed.unknown);
    registerHeadDiskMetrics(options.registry, replayed.headDisk);
    registerExemplarMetrics(options.registry, head.exemplars.store);
    const limits = (): RetentionSettings => retention.settings;
    new MaintenanceMetrics(options.registry).watch({ set: blocks, store, counters, retention: limits });
  }
  metrics?.watch({
    ...shared,
    wal,
    replayMs: replayed.replayMs,
    lowestTimestampMs: () => Math.min(head.minTimeMs, ...store.stored.map(({ meta }) => meta.minTimeMs)),
    corruptions: () => counters.logCorruptions,
    cleanStart: lock === undefined ? -1 : Number(!lock.leftBehind),
  });
  // Series that have samples in blocks only are gone from the head.
  await head.truncate(inBlocksUpToMs);
  maintenance.start();
  return { ...shared, ...replayed, wal, maintenance, retention, stale };
}

async function loadBlocks(store: BlockStore): Promise<void> {
  try {
    await store.reload();
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    throw new StorageError(error.code, `reloadBlocks: ${error.message}`, { cause: error });
  }
}

async function openLog(options: TsdbOptions, metrics: DatabaseMetrics | undefined): Promise<WalWriter> {
  const { path, logger, walCompression, walSegmentSizeBytes } = options;
  return WalWriter.open({
    directory: join(path, 'wal'),
    codecs: await loadWalCodecs([walCompression ?? 'snappy']),
    ...(walCompression !== undefined && { compression: walCompression }),
    ...(walSegmentSizeBytes !== undefined && { segmentSizeBytes: walSegmentSizeBytes }),
    observer: {
      synced: (durationMs) => metrics?.observeFsync(durationMs),
      syncFailed: (segment, err) => logger.error('sync previous segment', { segment, err: String(err) }),
    },
  });
}
