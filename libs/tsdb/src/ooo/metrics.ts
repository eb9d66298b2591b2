import { Counter, Gauge, type Registry, Summary } from '@narthex/client';
import { type WalCounters } from '@narthex/wal';
import { type HeadCounters } from '../head/counters.js';
import { type OutOfOrder } from './out-of-order.js';
import { type OutOfOrderLog } from './out-of-order-log.js';

const LOG = 'prometheus_tsdb_out_of_order_wbl';

export interface OutOfOrderSources {
  readonly counters: HeadCounters;
  readonly outOfOrder: OutOfOrder;
}

/** Upstream's metrics of out-of-order samples and of their log. Those of the log show once there is one, as upstream's. */
export class OutOfOrderMetrics {
  readonly #registry: Registry;
  #fsync: Summary | undefined;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  observeFsync(durationMs: number): void {
    this.#fsync?.observe(durationMs / 1000);
  }

  watch({ counters, outOfOrder }: OutOfOrderSources): void {
    this.#counter(
      'prometheus_tsdb_head_out_of_order_samples_appended_total',
      'Total number of appended out of order samples.',
      () => ({
        float: outOfOrder.counters.floatsAppended,
        histogram: outOfOrder.counters.histogramsAppended,
      }),
    );
    this.#counter(
      'prometheus_tsdb_too_old_samples_total',
      'Total number of out of order samples ingestion failed attempts with out of support enabled, but sample outside of time window.',
      () => ({ float: outOfOrder.counters.floatsTooOld, ...seen({ histogram: counters.histogramsTooOld }) }),
    );
  }

  /** Registers what tells about the log, which is there from now on. */
  watchLog(log: OutOfOrderLog): void {
    this.#fsync = new Summary({
      name: `${LOG}_fsync_duration_seconds`,
      help: 'Duration of write log fsync.',
      percentiles: [0.5, 0.9, 0.99],
      maxAgeSeconds: 600,
      ageBuckets: 5,
      registers: [this.#registry],
    });
    const counter = (name: string, help: string, read: (counters: WalCounters) => number): void =>
      this.#counter(`${LOG}_${name}`, help, () => (log.counters === undefined ? 0 : read(log.counters)));
    counter('page_flushes_total', 'Total number of page flushes.', ({ pageFlushes }) => pageFlushes);
    counter(
      'completed_pages_total',
      'Total number of completed pages.',
      ({ completedPages }) => completedPages,
    );
    counter(
      'truncations_total',
      'Total number of write log truncations attempted.',
      ({ truncations }) => truncations,
    );
    counter(
      'truncations_failed_total',
      'Total number of write log truncations that failed.',
      ({ truncationsFailed }) => truncationsFailed,
    );
    counter(
      'writes_failed_total',
      'Total number of write log writes that failed.',
      ({ writesFailed }) => writesFailed,
    );
    counter(
      'record_part_writes_total',
      'Total number of record parts written before flushing.',
      ({ recordParts }) => recordParts,
    );
    counter(
      'record_parts_bytes_written_total',
      'Total number of record part bytes written before flushing, including CRC and compression headers.',
      ({ recordPartBytes }) => recordPartBytes,
    );
    this.#gauge(
      'segment_current',
      'Write log segment index that TSDB is currently writing to.',
      () => log.currentSegment ?? 0,
    );
    this.#gauge('storage_size_bytes', 'Size of the write log directory.', () => log.sizeBytes());
  }

  #gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name: `${LOG}_${name}`,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read());
      },
    });
  }

  /** A counter without labels, or with one for the type of sample. */
  #counter(name: string, help: string, read: () => number | Readonly<Record<string, number>>): void {
    const plain = typeof read() === 'number';
    new Counter({
      name,
      help,
      ...(!plain && { labelNames: ['type'] }),
      registers: [this.#registry],
      collect() {
        this.reset();
        const counts = read();
        if (typeof counts === 'number') this.inc(counts);
        else for (const type in counts) this.inc({ type }, counts[type]);
      },
    });
  }
}

/** Upstream shows what is of these types once there is something to count. */
function seen(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}
