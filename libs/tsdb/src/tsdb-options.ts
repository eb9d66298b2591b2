import { type Registry } from '@narthex/client';
import { type Clock, type Logger } from '@narthex/process';
import { type WalCompression } from '@narthex/wal';
import { type Worker } from 'node:worker_threads';
import { type RetentionSettings } from './compact/retention-settings.js';
import { type FloatChunkEncoding } from './head/chunk-format.js';

export interface TsdbOptions {
  /** The data directory, as `--storage.tsdb.path`. Made when missing. */
  readonly path: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Gets the `prometheus_tsdb_…` metrics. */
  readonly registry?: Registry;
  /** As `--storage.tsdb.min-block-duration`; default 2h. Chunks end at multiples of it. */
  readonly minBlockDurationMs?: number;
  /** As `--storage.tsdb.samples-per-chunk`; default 120. */
  readonly samplesPerChunk?: number;
  /** The most series at a time; 0, the default, for no limit. */
  readonly maxSeries?: number;
  /** As `storage.tsdb.out_of_order_time_window`; default 0. See {@link TsdbDatabase.applyConfig}. */
  readonly outOfOrderTimeWindowMs?: number;
  /** As `storage.tsdb.stale_series_compaction_threshold`; default 0. See {@link TsdbDatabase.applyConfig}. */
  readonly staleSeriesCompactionThreshold?: number;
  /**
   * How many exemplars are kept, as `storage.exemplars.max_exemplars`; default 0, as without the feature
   * `exemplar-storage`. See {@link TsdbDatabase.setMaxExemplars}.
   */
  readonly maxExemplars?: number;
  /**
   * How chunks of floats are encoded, as `storage.tsdb.chunk_encoding.floats`; default xor. See
   * {@link TsdbDatabase.applyConfig}.
   */
  readonly floatChunkEncoding?: FloatChunkEncoding;
  /** As the feature `st-storage`: start timestamps are kept in the logs, and in the chunks that can. Default false. */
  readonly storeStartTimestamps?: boolean;
  /** As the feature `histograms-st-encoding`: chunks of histograms can keep start timestamps. Default false. */
  readonly histogramStartEncoding?: boolean;
  /** As `--storage.tsdb.wal-compression-type`; default snappy. */
  readonly walCompression?: WalCompression;
  readonly walSegmentSizeBytes?: number;
  /** As `--storage.tsdb.max-block-duration`; default: that of the shortest. */
  readonly maxBlockDurationMs?: number;
  /** What is kept; default: everything. See {@link TsdbDatabase.setRetention}. */
  readonly retention?: RetentionSettings;
  /** As `--storage.tsdb.allow-overlapping-compaction`; default true. */
  readonly allowOverlappingCompaction?: boolean;
  /** As `--storage.tsdb.max-block-chunk-segment-size`; default 512 MiB. */
  readonly maxBlockChunkSegmentSizeBytes?: number;
  /** How long the compaction of the head is put off at most, at random, in percent of a block; default 0. */
  readonly compactionDelayMaxPercent?: number;
  /** As `--storage.tsdb.delay-compact-file.path`; default: none. */
  readonly uploadedBlocksFile?: string;
  /** As `--storage.tsdb.block-reload-interval`; default 1 min, at least 1 s. */
  readonly blockReloadIntervalMs?: number;
  /**
   * Starts a thread that calls `runMaintenanceWorker` with its port. Without it background work runs in the thread of
   * the database, and takes its time there.
   */
  readonly spawnWorker?: (name: 'maintenance') => Worker;
  /**
   * As the feature `memory-snapshot-on-shutdown`: what is in memory alone is written at the end, and the next start
   * reads the log from there only. Default false.
   */
  readonly memorySnapshotOnShutdown?: boolean;
  /** As `--storage.tsdb.no-lockfile`. */
  readonly noLockfile?: boolean;
  /** Seeds the hash tables; a number that no client can foretell. Default: random. */
  readonly hashSeed?: number;
}
