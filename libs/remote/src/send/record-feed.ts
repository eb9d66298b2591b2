import { type Clock, type Logger } from '@narthex/process';
import {
  decodeExemplars,
  decodeHistograms,
  decodeMetadata,
  decodeSamples,
  decodeSeries,
  RECORD_TYPE,
  recordType,
  SampleBatch,
} from '@narthex/wal';
import { type WalSink } from './wal-sink.js';
import { type WatcherMetrics } from './watcher-metrics.js';

export interface RecordFeedOptions {
  readonly sink: WalSink;
  readonly metrics: WatcherMetrics;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly consumer: string;
  /** Only samples newer than that are passed on. */
  readonly startMs: number;
  /** By the monotonic clock. */
  readonly beginMs: number;
}

/** What of a record is wanted: everything, its series and metadata, or only which series it has. */
export type Wanted = 'all' | 'series' | 'touch';

/** Decodes records and passes on what of them is wanted. */
export class RecordFeed {
  readonly #options: RecordFeedOptions;
  readonly #samples = new SampleBatch();
  #isReplayed = false;
  #asSegment: number | undefined;

  constructor(options: RecordFeedOptions) {
    this.#options = options;
  }

  /** The same, with series that count as those of another segment. */
  as(segment: number): RecordFeed {
    const feed = new RecordFeed(this.#options);
    feed.#isReplayed = this.#isReplayed;
    feed.#asSegment = segment;
    return feed;
  }

  /** @throws RecordDecodeError, counted */
  async take(record: Uint8Array, ofSegment: number, wanted: Wanted): Promise<void> {
    const { sink, metrics, consumer } = this.#options;
    const segment = this.#asSegment ?? ofSegment;
    const type = recordType(record);
    if (wanted === 'touch') {
      if (type === RECORD_TYPE.series) {
        this.#countRecord(record);
        sink.touchSeries(
          this.#decoded(() => decodeSeries(record)),
          segment,
        );
      }
      return;
    }
    this.#countRecord(record);
    switch (type) {
      case undefined:
        metrics.decodeFailure(consumer);
        return;
      case RECORD_TYPE.series:
        sink.storeSeries(
          this.#decoded(() => decodeSeries(record)),
          segment,
        );
        return;
      case RECORD_TYPE.metadata:
        if (sink.takesMetadata) sink.storeMetadata(this.#decoded(() => decodeMetadata(record)));
        return;
      case RECORD_TYPE.tombstones:
      case RECORD_TYPE.mmapMarkers:
        return;
      default:
        if (wanted === 'all') await this.#takeItems(record, type);
    }
  }

  async #takeItems(record: Uint8Array, type: number): Promise<void> {
    const { sink, startMs } = this.#options;
    if (type === RECORD_TYPE.samples || type === RECORD_TYPE.samplesV2) {
      this.#decoded(() => decodeSamples(record, this.#samples));
      this.#noteReplayed(newestOf(this.#samples));
      await sink.appendSamples(this.#samples, startMs);
    } else if (type === RECORD_TYPE.exemplars) {
      if (sink.takesExemplars) await sink.appendExemplars(this.#decoded(() => decodeExemplars(record)));
    } else if (sink.takesHistograms) {
      const histograms = this.#decoded(() => decodeHistograms(record));
      this.#noteReplayed(
        histograms.reduce((newest, { timestampMs }) => Math.max(newest, timestampMs), -Infinity),
      );
      await sink.appendHistograms(histograms, startMs);
    }
  }

  #decoded<T>(decode: () => T): T {
    try {
      return decode();
    } catch (error) {
      this.#options.metrics.decodeFailure(this.#options.consumer);
      throw error;
    }
  }

  #countRecord(record: Uint8Array): void {
    this.#options.metrics.record(this.#options.consumer, record);
  }

  #noteReplayed(newestMs: number): void {
    const { startMs, beginMs, clock, logger } = this.#options;
    if (this.#isReplayed || newestMs <= startMs) return;
    this.#isReplayed = true;
    logger.info('Done replaying WAL', {
      duration: `${((clock.monotonicMs() - beginMs) / 1000).toFixed(9)}s`,
    });
  }
}

function newestOf({ timestampsMs, length }: SampleBatch): number {
  let newestMs = -Infinity;
  for (let at = 0; at < length; at++) newestMs = Math.max(newestMs, timestampsMs[at]!);
  return newestMs;
}
