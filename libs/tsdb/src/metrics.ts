import { Counter, Gauge, type Registry, Summary } from '@narthex/client';
import { type WalWriter } from '@narthex/wal';
import { type Head } from './head/head.js';
import { DurationSummary } from './counted-metrics.js';
import { type HeadReader } from './read/head-reader.js';
import { type HeadSharing } from './threads/shared-head.js';

/** The longest and, negative, the shortest of upstream's times. */
const MAX_INT64 = 2 ** 63;

/** What the metrics are read from, at each scrape. */
export interface MetricSources {
  readonly head: Head;
  readonly wal: WalWriter;
  readonly reader: HeadReader;
  readonly sharing: HeadSharing;
  readonly replayMs: number;
  readonly corruptions: () => number;
  /** Of head and blocks; Infinity while there is nothing. */
  readonly lowestTimestampMs: () => number;
  /** -1 without a lock file, 0 where one was left behind, 1 where not. */
  readonly cleanStart: number;
}

/** The `prometheus_tsdb_…` metrics of upstream that the head and the log can fill, and a few of our own. */
export class DatabaseMetrics {
  readonly #registry: Registry;
  readonly #fsync: Summary;

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
  }

  observeFsync(durationMs: number): void {
    this.#fsync.observe(durationMs / 1000);
  }

  /** Registers everything that is read at scrape time. */
  watch(sources: MetricSources): void {
    const { head, wal, reader, sharing, replayMs, corruptions, cleanStart, lowestTimestampMs } = sources;
    const { counters, outOfOrder, store } = head;
    // What stands for no time upstream.
    const shown = (timestampMs: number): number => Math.max(-MAX_INT64, Math.min(MAX_INT64, timestampMs));
    this.#gauge(
      'prometheus_tsdb_head_series',
      'Total number of series in the head block.',
      () => head.seriesCount,
    );
    this.#gauge(
      'prometheus_tsdb_head_stale_series',
      'Total number of stale series in the head block.',
      () => store.staleSeries,
    );
    this.#counter(
      'prometheus_tsdb_head_series_created_total',
      'Total number of series created in the head',
      () => counters.seriesCreated,
    );
    this.#counter(
      'prometheus_tsdb_head_series_removed_total',
      'Total number of series removed in the head',
      () => counters.seriesRemoved,
    );
    this.#counter(
      'prometheus_tsdb_head_series_not_found_total',
      'Total number of requests for series that were not found.',
      () => counters.seriesNotFound,
    );
    this.#gauge(
      'prometheus_tsdb_head_chunks',
      'Total number of chunks in the head block.',
      () => store.chunkCount + outOfOrder.store.chunkCount,
    );
    this.#counter(
      'prometheus_tsdb_head_chunks_created_total',
      'Total number of chunks created in the head',
      () => store.chunksCreated + outOfOrder.store.chunksCreated,
    );
    this.#counter(
      'prometheus_tsdb_head_chunks_removed_total',
      'Total number of chunks removed in the head',
      () => store.chunksRemoved + outOfOrder.store.chunksRemoved,
    );
    this.#counter(
      'prometheus_tsdb_head_samples_appended_total',
      'Total number of appended samples.',
      () => counters.floatsAppended,
      'float',
      () => counters.histogramsAppended,
      'always',
    );
    this.#counter(
      'prometheus_tsdb_out_of_order_samples_total',
      'Total number of out of order samples ingestion failed attempts due to out of order being disabled.',
      () => counters.outOfOrder,
      'float',
      () => counters.histogramsOutOfOrder,
      'always',
    );
    this.#counter(
      'prometheus_tsdb_out_of_bound_samples_total',
      'Total number of out of bound samples ingestion failed attempts with out of order support disabled.',
      () => counters.outOfBounds,
      'float',
      () => counters.histogramsOutOfBounds,
    );
    this.#counter(
      'prometheus_tsdb_head_truncations_total',
      'Total number of head truncations attempted.',
      () => counters.truncations,
    );
    this.#gauge(
      'prometheus_tsdb_head_active_appenders',
      'Number of currently active appender transactions',
      () => head.openAppenders,
    );
    this.#gauge(
      'prometheus_tsdb_head_min_time',
      'Minimum time bound of the head block. The unit is decided by the library consumer.',
      () => shown(head.minTimeMs),
    );
    this.#gauge(
      'prometheus_tsdb_head_max_time',
      'Maximum timestamp of the head block. The unit is decided by the library consumer.',
      () => shown(head.maxTimeMs),
    );
    this.#gauge(
      'prometheus_tsdb_head_min_time_seconds',
      'Minimum time bound of the head block.',
      () => shown(head.minTimeMs) / 1000,
    );
    this.#gauge(
      'prometheus_tsdb_head_max_time_seconds',
      'Maximum timestamp of the head block.',
      () => shown(head.maxTimeMs) / 1000,
    );
    this.#gauge(
      'prometheus_tsdb_lowest_timestamp',
      'Lowest timestamp value stored in the database. The unit is decided by the library consumer.',
      () => shown(lowestTimestampMs()),
    );
    this.#gauge(
      'prometheus_tsdb_lowest_timestamp_seconds',
      'Lowest timestamp value stored in the database.',
      () => shown(lowestTimestampMs()) / 1000,
    );
    this.#gauge(
      'prometheus_tsdb_isolation_high_watermark',
      'The highest TSDB append ID that has been given out.',
      () => head.transactions.newest,
    );
    this.#gauge(
      'prometheus_tsdb_isolation_low_watermark',
      'The lowest TSDB append ID that is still referenced.',
      () => head.transactions.oldest,
    );
    new DurationSummary({
      name: 'prometheus_tsdb_head_gc_duration_seconds',
      help: 'Runtime of garbage collection in the head block.',
      registry: this.#registry,
      read: () => ({ count: counters.truncations, totalMs: counters.truncationMs }),
    });
    this.#gauge(
      'prometheus_tsdb_data_replay_duration_seconds',
      'Time taken to replay the data on disk.',
      () => replayMs / 1000,
    );
    this.#gauge(
      'prometheus_tsdb_clean_start',
      '-1: lockfile is disabled. 0: a lockfile from a previous execution was replaced. 1: lockfile creation was clean',
      () => cleanStart,
    );
    this.#counter('prometheus_tsdb_wal_corruptions_total', 'Total number of WAL corruptions.', corruptions);
    this.#counter(
      'prometheus_tsdb_wal_page_flushes_total',
      'Total number of page flushes.',
      () => wal.counters.pageFlushes,
    );
    this.#counter(
      'prometheus_tsdb_wal_completed_pages_total',
      'Total number of completed pages.',
      () => wal.counters.completedPages,
    );
    this.#counter(
      'prometheus_tsdb_wal_record_part_writes_total',
      'Total number of record parts written before flushing.',
      () => wal.counters.recordParts,
    );
    this.#counter(
      'prometheus_tsdb_wal_record_parts_bytes_written_total',
      'Total number of record part bytes written before flushing, including CRC and compression headers.',
      () => wal.counters.recordPartBytes,
    );
    if (wal.compression !== 'none') {
      const saved = new Counter({
        name: 'prometheus_tsdb_wal_record_bytes_saved_total',
        help: 'Total number of bytes saved by the optional record compression. Use this metric to learn about the effectiveness compression.',
        labelNames: ['compression'],
        registers: [this.#registry],
        collect: () => {
          saved.reset();
          saved.inc({ compression: wal.compression }, wal.counters.recordBytesSaved);
        },
      });
    }
    this.#counter(
      'prometheus_tsdb_wal_truncations_total',
      'Total number of write log truncations attempted.',
      () => wal.counters.truncations,
    );
    this.#counter(
      'prometheus_tsdb_wal_truncations_failed_total',
      'Total number of write log truncations that failed.',
      () => wal.counters.truncationsFailed,
    );
    this.#counter(
      'prometheus_tsdb_wal_writes_failed_total',
      'Total number of write log writes that failed.',
      () => wal.counters.writesFailed,
    );
    this.#gauge(
      'prometheus_tsdb_wal_segment_current',
      'Write log segment index that TSDB is currently writing to.',
      () => wal.currentSegment,
    );
    this.#gauge('prometheus_tsdb_wal_storage_size_bytes', 'Size of the write log directory.', () =>
      wal.sizeBytes(),
    );
    this.#gauge(
      'narthex_tsdb_shared_bytes',
      'Shared memory in use by the head.',
      () => head.allocator.usedBytes,
    );
    this.#gauge(
      'narthex_tsdb_shared_segments',
      'Shared memory segments of 4 MiB that the head has taken.',
      () => head.allocator.segments.length,
    );
    this.#gauge(
      'narthex_tsdb_retired_blocks',
      'Blocks of shared memory that wait for readers to leave.',
      () => head.allocator.retiredCount,
    );
    this.#gauge(
      'narthex_tsdb_reader_threads',
      'Threads besides the main one that read the head.',
      () => sharing.readerCount,
    );
    this.#counter(
      'narthex_tsdb_select_restarts_total',
      'Selects on the main thread that two commits overtook.',
      () => reader.counters.restarts,
    );
  }

  #gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read());
      },
    });
  }

  /** With a type, histograms are counted apart, and show once there are any, or from the start, as upstream has it. */
  #counter(
    name: string,
    help: string,
    read: () => number,
    type?: string,
    histograms: () => number = () => 0,
    shown: 'always' | 'when counted' = 'when counted',
  ): void {
    new Counter({
      name,
      help,
      ...(type === undefined ? {} : { labelNames: ['type'] }),
      registers: [this.#registry],
      collect() {
        this.reset();
        if (type === undefined) this.inc(read());
        else this.inc({ type }, read());
        if (shown === 'always' || histograms() > 0) this.inc({ type: 'histogram' }, histograms());
      },
    });
  }
}
