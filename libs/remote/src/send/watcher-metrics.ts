import { Counter, Gauge, type Registry } from '@narthex/client';
import { RECORD_TYPE, recordType } from '@narthex/wal';

const CONSUMER = ['consumer'] as const;

/** What upstream calls the records of the log. */
const RECORD_NAMES: Readonly<Record<number, string>> = {
  [RECORD_TYPE.series]: 'series',
  [RECORD_TYPE.samples]: 'samples',
  [RECORD_TYPE.tombstones]: 'tombstones',
  [RECORD_TYPE.exemplars]: 'exemplars',
  [RECORD_TYPE.mmapMarkers]: 'mmapmarkers',
  [RECORD_TYPE.metadata]: 'metadata',
  [RECORD_TYPE.histograms]: 'histogram_samples',
  [RECORD_TYPE.floatHistograms]: 'float_histogram_samples',
  [RECORD_TYPE.customBucketHistograms]: 'custom_buckets_histogram_samples',
  [RECORD_TYPE.customBucketFloatHistograms]: 'custom_buckets_float_histogram_samples',
  [RECORD_TYPE.samplesV2]: 'samples-v2',
  [RECORD_TYPE.histogramsV2]: 'histogram_samples-v2',
  [RECORD_TYPE.floatHistogramsV2]: 'float_histogram_samples-v2',
};
const UNKNOWN = 'unknown';

/** What the readers of the log say about themselves, under upstream's names. */
export class WatcherMetrics {
  readonly #recordsRead: Counter<'consumer' | 'type'>;
  readonly #decodeFailures: Counter<'consumer'>;
  readonly #sentPreTailing: Counter<'consumer'>;
  readonly #notificationsSkipped: Counter<'consumer'>;
  readonly #currentSegment: Gauge<'consumer'>;

  constructor(registry: Registry) {
    const registers = [registry];
    const counter = (name: string, help: string): Counter<'consumer'> =>
      new Counter({ name: `prometheus_wal_watcher_${name}`, help, labelNames: [...CONSUMER], registers });
    this.#recordsRead = new Counter({
      name: 'prometheus_wal_watcher_records_read_total',
      help: 'Number of records read by the WAL watcher from the WAL.',
      labelNames: [...CONSUMER, 'type'],
      registers,
    });
    this.#decodeFailures = counter(
      'record_decode_failures_total',
      'Number of records read by the WAL watcher that resulted in an error when decoding.',
    );
    this.#sentPreTailing = counter(
      'samples_sent_pre_tailing_total',
      'Number of sample records read by the WAL watcher and sent to remote write during replay of existing WAL.',
    );
    this.#notificationsSkipped = counter(
      'notifications_skipped_total',
      'The number of WAL write notifications that the Watcher has skipped due to already being in a WAL read routine.',
    );
    this.#currentSegment = new Gauge({
      name: 'prometheus_wal_watcher_current_segment',
      help: 'Current segment the WAL watcher is reading records from.',
      labelNames: [...CONSUMER],
      registers,
    });
  }

  begin(consumer: string): void {
    for (const counter of [this.#decodeFailures, this.#sentPreTailing, this.#notificationsSkipped]) {
      counter.inc({ consumer }, 0);
    }
    this.#currentSegment.set({ consumer }, 0);
  }

  end(consumer: string): void {
    for (const metric of [
      this.#decodeFailures,
      this.#sentPreTailing,
      this.#notificationsSkipped,
      this.#currentSegment,
    ]) {
      metric.remove({ consumer });
    }
    for (const type of [...Object.values(RECORD_NAMES), UNKNOWN])
      this.#recordsRead.remove({ consumer, type });
  }

  record(consumer: string, record: Uint8Array): void {
    const type = recordType(record);
    this.#recordsRead.inc({ consumer, type: type === undefined ? UNKNOWN : RECORD_NAMES[type]! });
  }

  decodeFailure(consumer: string): void {
    this.#decodeFailures.inc({ consumer });
  }

  segment(consumer: string, segment: number): void {
    this.#currentSegment.set({ consumer }, segment);
  }
}
