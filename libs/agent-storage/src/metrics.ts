import { Counter, Gauge, type Registry, Summary } from '@narthex/client';
import { type WalWriter } from '@narthex/wal';
import { type AgentCounters } from './counters.js';

/** What the metrics are read from, at each scrape. */
export interface MetricSources {
  readonly counters: AgentCounters;
  readonly wal: WalWriter;
  readonly activeSeries: () => number;
  readonly deletedSeries: () => number;
  readonly replayMs: number;
  /** -1 without a lock file, 0 where one was left behind, 1 where not. */
  readonly cleanStart: number;
}

/** Name, help and value. */
type Shown = readonly [name: string, help: string, read: () => number];

/** The `prometheus_agent_…` metrics of upstream, and those of the log. */
export class AgentMetrics {
  readonly #registry: Registry;
  readonly #fsync: Summary;
  readonly #truncations: Summary;

  constructor(registry: Registry) {
    this.#registry = registry;
    this.#fsync = new Summary({
      name: 'prometheus_tsdb_wal_fsync_duration_seconds',
      help: 'Duration of write log fsync.',
      percentiles: [0.5, 0.9, 0.99],
      maxAgeSeconds: 600,
      ageBuckets: 5,
      registers: [registry],
    });
    this.#truncations = new Summary({
      name: 'prometheus_agent_truncate_duration_seconds',
      help: 'Duration of WAL truncation.',
      percentiles: [],
      registers: [registry],
    });
  }

  observeFsync(durationMs: number): void {
    this.#fsync.observe(durationMs / 1000);
  }

  observeTruncation(durationMs: number): void {
    this.#truncations.observe(durationMs / 1000);
  }

  /** Registers everything that is read at scrape time. */
  watch(sources: MetricSources): void {
    for (const shown of agentGauges(sources)) this.#gauge(shown);
    for (const shown of agentCounters(sources)) this.#counter(shown);
    this.#samples(sources.counters);
    this.#bytesSaved(sources.wal);
    for (const shown of walGauges(sources)) this.#gauge(shown);
    for (const shown of walCounters(sources)) this.#counter(shown);
  }

  /** Kinds show once there are any. */
  #samples(counters: AgentCounters): void {
    new Counter({
      name: 'prometheus_agent_samples_appended_total',
      help: 'Total number of samples appended to the storage',
      labelNames: ['type'],
      registers: [this.#registry],
      collect() {
        this.reset();
        if (counters.floatsAppended > 0) this.inc({ type: 'float' }, counters.floatsAppended);
        if (counters.histogramsAppended > 0) this.inc({ type: 'histogram' }, counters.histogramsAppended);
      },
    });
  }

  /** Shows once there are any. */
  #bytesSaved(wal: WalWriter): void {
    new Counter({
      name: 'prometheus_tsdb_wal_record_bytes_saved_total',
      help: 'Total number of bytes saved by the optional record compression. Use this metric to learn about the effectiveness compression.',
      labelNames: ['compression'],
      registers: [this.#registry],
      collect() {
        const { recordBytesSaved } = wal.counters;
        this.reset();
        if (recordBytesSaved > 0) this.inc({ compression: wal.compression }, recordBytesSaved);
      },
    });
  }

  #gauge([name, help, read]: Shown): void {
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read());
      },
    });
  }

  #counter([name, help, read]: Shown): void {
    new Counter({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }
}

function agentGauges({ activeSeries, deletedSeries, replayMs, cleanStart }: MetricSources): readonly Shown[] {
  return [
    [
      'prometheus_agent_active_series',
      'Number of active series being tracked by the WAL storage',
      activeSeries,
    ],
    ['prometheus_agent_deleted_series', 'Number of series pending deletion from the WAL', deletedSeries],
    [
      'prometheus_agent_data_replay_duration_seconds',
      'Time taken to replay the data on disk.',
      () => replayMs / 1000,
    ],
    [
      'prometheus_agent_clean_start',
      '-1: lockfile is disabled. 0: a lockfile from a previous execution was replaced. 1: lockfile creation was clean',
      () => cleanStart,
    ],
  ];
}

function agentCounters({ counters }: MetricSources): readonly Shown[] {
  return [
    [
      'prometheus_agent_exemplars_appended_total',
      'Total number of exemplars appended to the storage',
      () => counters.exemplarsAppended,
    ],
    [
      'prometheus_agent_out_of_order_samples_total',
      'Total number of out of order samples ingestion failed attempts.',
      () => counters.outOfOrder,
    ],
    ['prometheus_agent_corruptions_total', 'Total number of WAL corruptions.', () => counters.corruptions],
    [
      'prometheus_agent_checkpoint_creations_total',
      'Total number of checkpoint creations attempted.',
      () => counters.checkpoints,
    ],
    [
      'prometheus_agent_checkpoint_creations_failed_total',
      'Total number of checkpoint creations that failed.',
      () => counters.checkpointsFailed,
    ],
    [
      'prometheus_agent_checkpoint_deletions_total',
      'Total number of checkpoint deletions attempted.',
      () => counters.checkpointDeletions,
    ],
    [
      'prometheus_agent_checkpoint_deletions_failed_total',
      'Total number of checkpoint deletions that failed.',
      () => counters.checkpointDeletionsFailed,
    ],
  ];
}

function walGauges({ wal }: MetricSources): readonly Shown[] {
  return [
    [
      'prometheus_tsdb_wal_segment_current',
      'Write log segment index that TSDB is currently writing to.',
      () => wal.currentSegment,
    ],
    ['prometheus_tsdb_wal_storage_size_bytes', 'Size of the write log directory.', () => wal.sizeBytes()],
  ];
}

function walCounters({ wal }: MetricSources): readonly Shown[] {
  return [
    [
      'prometheus_tsdb_wal_page_flushes_total',
      'Total number of page flushes.',
      () => wal.counters.pageFlushes,
    ],
    [
      'prometheus_tsdb_wal_completed_pages_total',
      'Total number of completed pages.',
      () => wal.counters.completedPages,
    ],
    [
      'prometheus_tsdb_wal_record_part_writes_total',
      'Total number of record parts written before flushing.',
      () => wal.counters.recordParts,
    ],
    [
      'prometheus_tsdb_wal_record_parts_bytes_written_total',
      'Total number of record part bytes written before flushing, including CRC and compression headers.',
      () => wal.counters.recordPartBytes,
    ],
    [
      'prometheus_tsdb_wal_truncations_total',
      'Total number of write log truncations attempted.',
      () => wal.counters.truncations,
    ],
    [
      'prometheus_tsdb_wal_truncations_failed_total',
      'Total number of write log truncations that failed.',
      () => wal.counters.truncationsFailed,
    ],
    [
      'prometheus_tsdb_wal_writes_failed_total',
      'Total number of write log writes that failed.',
      () => wal.counters.writesFailed,
    ],
  ];
}
