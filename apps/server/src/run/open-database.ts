import { type Registry } from '@narthex/client';
import { type Clock, type Logger } from '@narthex/process';
import { type PrometheusConfig } from '@narthex/server-config';
import { StorageError } from '@narthex/storage';
import { type FloatChunkEncoding, type RetentionSettings, TsdbDatabase } from '@narthex/tsdb';
import { type Worker } from 'node:worker_threads';
import { type Features } from '../flags/features.js';
import { type ServerFlags } from '../flags/flags.js';
import { maxBlockDurationMs } from '../flags/retention.js';
import { StartError } from './errors.js';
import { ChunkEncodingError, floatEncoding } from './float-encoding.js';

const MIB = 1024 * 1024;
const WAL_PAGE_BYTES = 32 * 1024;
const DEFAULT_DELAY_PERCENT = 10;

export interface DatabaseParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly retention: RetentionSettings;
  /** As the feature `delayed-compaction`. */
  readonly delayCompaction: boolean;
  /** As the feature `memory-snapshot-on-shutdown`. */
  readonly memorySnapshotOnShutdown: boolean;
  readonly floatChunkEncoding: FloatChunkEncoding;
  /** As the feature `st-storage`. */
  readonly storeStartTimestamps: boolean;
  /** As the feature `histograms-st-encoding`. */
  readonly histogramStartEncoding: boolean;
  /** 0 without the feature `exemplar-storage`. */
  readonly maxExemplars: number;
  readonly spawnWorker: (name: 'maintenance') => Worker;
}

/**
 * Opens the samples' folder as the flags say.
 * @throws StartError
 */
export async function openDatabase(flags: ServerFlags, parts: DatabaseParts): Promise<TsdbDatabase> {
  const { delayCompaction, ...database } = parts;
  const compression = flags['storage.tsdb.wal-compression']
    ? flags['storage.tsdb.wal-compression-type']
    : 'none';
  const chunkSegmentSizeBytes = flags['storage.tsdb.max-block-chunk-segment-size'];
  const uploadedBlocksFile = flags['storage.tsdb.delay-compact-file.path'];
  const walSegmentSizeBytes = checkedSegmentBytes(flags, 'storage.tsdb.wal-segment-size');
  if (chunkSegmentSizeBytes !== 0 && chunkSegmentSizeBytes < MIB) {
    throw fatal("flag 'storage.tsdb.max-block-chunk-segment-size' must be set over 1MB");
  }
  try {
    return await TsdbDatabase.open({
      ...database,
      path: flags['storage.tsdb.path'],
      noLockfile: flags['storage.tsdb.no-lockfile'],
      walCompression: compression,
      ...(walSegmentSizeBytes !== 0 && { walSegmentSizeBytes }),
      ...(chunkSegmentSizeBytes !== 0 && { maxBlockChunkSegmentSizeBytes: chunkSegmentSizeBytes }),
      ...(flags['storage.tsdb.min-block-duration'] > 0 && {
        minBlockDurationMs: flags['storage.tsdb.min-block-duration'],
      }),
      // As upstream, what is not positive means the default.
      ...(flags['storage.tsdb.samples-per-chunk'] > 0 && {
        samplesPerChunk: flags['storage.tsdb.samples-per-chunk'],
      }),
      maxBlockDurationMs: maxBlockDurationMs(flags, parts.retention),
      allowOverlappingCompaction: flags['storage.tsdb.allow-overlapping-compaction'],
      blockReloadIntervalMs: flags['storage.tsdb.block-reload-interval'],
      ...(uploadedBlocksFile !== '' && { uploadedBlocksFile }),
      compactionDelayMaxPercent: delayCompaction ? delayPercent(flags, parts.logger) : 0,
    });
  } catch (error) {
    throw storageFault(error);
  }
}

/** What to throw where a storage cannot be opened: a StartError, or the error itself where it is of another kind. */
export function storageFault(error: unknown): unknown {
  const reason = reasonOf(error);
  return reason === undefined ? error : fatal(`opening storage failed: ${reason}`, error);
}

/**
 * The size of a segment of a log, within upstream's limits; 0 for the default.
 * @throws StartError in upstream's words
 */
export function checkedSegmentBytes(
  flags: ServerFlags,
  name: 'storage.tsdb.wal-segment-size' | 'storage.agent.wal-segment-size',
): number {
  const sizeBytes = flags[name];
  if (sizeBytes !== 0 && (sizeBytes < 10 * MIB || sizeBytes > 256 * MIB)) {
    throw fatal(`flag '${name}' must be set between 10MB and 256MB`);
  }
  if (sizeBytes % WAL_PAGE_BYTES !== 0) throw fatal('opening storage failed: invalid segment size');
  return sizeBytes;
}

function delayPercent(flags: ServerFlags, logger: Logger): number {
  const percent = flags['storage.tsdb.delayed-compaction.max-percent'];
  if (percent >= 1 && percent <= 100) return percent;
  const message =
    'The --storage.tsdb.delayed-compaction.max-percent should have a value between 1 and 100. Using default';
  logger.warn(message, { default: DEFAULT_DELAY_PERCENT });
  return DEFAULT_DELAY_PERCENT;
}

/** @throws StartError where the configuration wants chunks that the features do not allow */
export function startEncoding(config: PrometheusConfig, features: Features): FloatChunkEncoding {
  try {
    return floatEncoding(config, features);
  } catch (error) {
    if (!(error instanceof ChunkEncodingError)) throw error;
    throw fatal(`opening storage failed: ${error.message}`, error);
  }
}

function fatal(err: string, cause?: unknown): StartError {
  return new StartError('STORAGE', 'Fatal error', { err }, { cause });
}

/** The words of an error of the storage or of the file system. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof StorageError) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  return code === undefined ? undefined : message;
}
