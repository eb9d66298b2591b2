import { Counter, Gauge, type Registry } from '@narthex/client';
import { type BlockSet } from './blocks/block-set.js';
import { type RetentionSettings } from './compact/retention-settings.js';
import { BucketHistogram, DurationSummary } from './counted-metrics.js';
import { type BlockStore } from './maintenance/block-store.js';
import { CHUNK_BOUNDS } from './maintenance/chunk-statistics.js';
import { COMPACTION_SECONDS, type MaintenanceCounters } from './maintenance/maintenance-counters.js';

/** What the metrics are read from, at each scrape. */
export interface MaintenanceSources {
  readonly set: BlockSet;
  readonly store: BlockStore;
  readonly counters: MaintenanceCounters;
  readonly retention: () => RetentionSettings;
}

/** The `prometheus_tsdb_…` metrics of upstream that blocks, compaction, retention and checkpoints fill. */
export class MaintenanceMetrics {
  readonly #registry: Registry;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  watch({ set, store, counters, retention }: MaintenanceSources): void {
    this.#gauge('blocks_loaded', 'Number of currently loaded data blocks', () => set.blocks.length);
    this.#gauge('symbol_table_size_bytes', 'Size of symbol table in memory for loaded blocks', () =>
      set.blocks.reduce((sum, { symbolTableBytes }) => sum + symbolTableBytes, 0),
    );
    this.#gauge(
      'storage_blocks_bytes',
      'The number of bytes that are currently used for local storage by all blocks.',
      () => store.sizeBytes,
    );
    this.#retention(retention);
    this.#reloads(counters);
    this.#compactions(counters);
    this.#checkpoints(counters);
    this.#counter(
      'head_truncations_failed_total',
      'Total number of head truncations that failed.',
      () => counters.headTruncationsFailed,
    );
  }

  #retention(retention: () => RetentionSettings): void {
    this.#gauge(
      'retention_limit_bytes',
      'Max number of bytes to be retained in the tsdb blocks, configured 0 means disabled',
      () => retention().sizeBytes,
    );
    this.#gauge(
      'retention_limit_percentage',
      'Max percentage of total storage space to be retained in the tsdb blocks, configured 0 means disabled',
      () => retention().percentage,
    );
    this.#gauge(
      'retention_limit_seconds',
      'How long to retain samples in storage.',
      () => retention().timeMs / 1000,
    );
  }

  #reloads(counters: MaintenanceCounters): void {
    this.#counter(
      'reloads_total',
      'Number of times the database reloaded block data from disk.',
      () => counters.reloads,
    );
    this.#counter(
      'reloads_failures_total',
      'Number of times the database failed to reloadBlocks block data from disk.',
      () => counters.reloadsFailed,
    );
    this.#counter(
      'time_retentions_total',
      'The number of times that blocks were deleted because the maximum time limit was exceeded.',
      () => counters.timeRetentions,
    );
    this.#counter(
      'size_retentions_total',
      'The number of times that blocks were deleted because the maximum number of bytes was exceeded.',
      () => counters.sizeRetentions,
    );
  }

  #compactions(counters: MaintenanceCounters): void {
    this.#counter(
      'compactions_triggered_total',
      'Total number of triggered compactions for the partition.',
      () => counters.compactionsTriggered,
    );
    this.#counter(
      'compactions_skipped_total',
      'Total number of skipped compactions due to disabled auto compaction.',
      () => counters.compactionsSkipped,
    );
    this.#counter(
      'compactions_failed_total',
      'Total number of compactions that failed for the partition.',
      () => counters.compactionsFailed,
    );
    this.#counter(
      'compactions_total',
      'Total number of compactions that were executed for the partition.',
      () => counters.compactions,
    );
    this.#counter(
      'vertical_compactions_total',
      'Total number of compactions done on overlapping blocks.',
      () => counters.verticalCompactions,
    );
    this.#counter(
      'stale_series_compactions_triggered_total',
      'Total number of triggered stale series compactions.',
      () => counters.staleCompactions,
    );
    this.#counter(
      'stale_series_compactions_failed_total',
      'Total number of stale series compactions that failed.',
      () => counters.staleCompactionsFailed,
    );
    this.#gauge(
      'compaction_populating_block',
      'Set to 1 when a block is currently being written to the disk.',
      () => counters.populating,
    );
    const histograms = [
      [
        'compaction_duration_seconds',
        'Duration of compaction runs',
        COMPACTION_SECONDS,
        counters.compactionSeconds,
      ],
      [
        'stale_series_compaction_duration_seconds',
        'Duration of stale series compaction runs.',
        COMPACTION_SECONDS,
        counters.staleCompactionSeconds,
      ],
      [
        'compaction_chunk_size_bytes',
        'Final size of chunks on their first compaction',
        CHUNK_BOUNDS.sizeBytes,
        counters.chunks.sizeBytes,
      ],
      [
        'compaction_chunk_samples',
        'Final number of samples on their first compaction',
        CHUNK_BOUNDS.samples,
        counters.chunks.samples,
      ],
      // Upstream's, too, are milliseconds, whatever the name says.
      [
        'compaction_chunk_range_seconds',
        'Final time range of chunks on their first compaction',
        CHUNK_BOUNDS.rangeMs,
        counters.chunks.rangeMs,
      ],
      [
        'tombstone_cleanup_seconds',
        'The time taken to recompact blocks to remove tombstones.',
        [],
        counters.tombstoneSeconds,
      ],
    ] as const;
    for (const [name, help, bounds, buckets] of histograms) {
      new BucketHistogram({
        name: `prometheus_tsdb_${name}`,
        help,
        bounds,
        registry: this.#registry,
        read: () => buckets,
      });
    }
  }

  #checkpoints(counters: MaintenanceCounters): void {
    new DurationSummary({
      name: 'prometheus_tsdb_wal_truncate_duration_seconds',
      help: 'Duration of WAL truncation.',
      registry: this.#registry,
      read: () => ({ count: counters.walTruncations, totalMs: counters.walTruncationMs }),
    });
    this.#counter(
      'checkpoint_creations_total',
      'Total number of checkpoint creations attempted.',
      () => counters.checkpoints,
    );
    this.#counter(
      'checkpoint_creations_failed_total',
      'Total number of checkpoint creations that failed.',
      () => counters.checkpointsFailed,
    );
    this.#counter(
      'checkpoint_deletions_total',
      'Total number of checkpoint deletions attempted.',
      () => counters.checkpointDeletions,
    );
    this.#counter(
      'checkpoint_deletions_failed_total',
      'Total number of checkpoint deletions that failed.',
      () => counters.checkpointDeletionsFailed,
    );
  }

  #gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name: `prometheus_tsdb_${name}`,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read());
      },
    });
  }

  #counter(name: string, help: string, read: () => number): void {
    new Counter({
      name: `prometheus_tsdb_${name}`,
      help,
      registers: [this.#registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }
}
