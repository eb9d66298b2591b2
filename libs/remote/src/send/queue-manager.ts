import { CUSTOM_BUCKETS_SCHEMA, Labels, LabelsBuilder, relabel } from '@narthex/model';
import { type Clock, type Logger } from '@narthex/process';
import {
  type ExemplarRecord,
  type HistogramRecord,
  type MetadataRecord,
  type SampleBatch,
  type SeriesRecord,
} from '@narthex/wal';
import { WRITE_MESSAGES } from '../write/content-type.js';
import { BatchEncoderV1, BatchEncoderV2 } from './batch-encoder.js';
import { BatchSender } from './batch-sender.js';
import { DROP_REASON, type QueueMetrics } from './queue-metrics.js';
import { type Received, Resharding } from './resharding.js';
import { SeriesStore } from './series-store.js';
import { type Shard } from './shard.js';
import { ShardSet } from './shard-set.js';
import { type WalSink } from './wal-sink.js';
import { type WriteClient } from './write-client.js';
import { type RemoteWriteConfig } from './write-config.js';

export interface QueueManagerOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly config: RemoteWriteConfig;
  readonly externalLabels: Labels;
  readonly client: () => WriteClient;
  readonly metrics: QueueMetrics;
  readonly received: () => Received;
}

type ItemName = 'samples' | 'exemplars' | 'histograms';
const CALLED: Readonly<Record<ItemName, string>> = {
  samples: 'sample',
  exemplars: 'exemplar',
  histograms: 'histogram',
};

/**
 * What is on its way to one receiver: keeps the labels of the series, as they are to be sent, and the shards that
 * send. It is fed by a watcher of the log, which it holds back while the receiver cannot keep up.
 */
export class QueueManager implements WalSink {
  readonly #options: QueueManagerOptions;
  readonly #store: SeriesStore;
  readonly #sender: BatchSender;
  readonly #resharding: Resharding;
  readonly #isV1: boolean;
  readonly #sampleAgeLimitMs: number;
  #shards: ShardSet;
  #isResharding = false;
  #isStopped = false;
  #highestSeconds = 0;
  readonly #roomWaiters = new Set<() => void>();

  constructor(options: QueueManagerOptions) {
    this.#options = options;
    const { clock, logger, config, client, metrics } = options;
    const { queue_config: queue } = config;
    this.#isV1 = config.protobuf_message === WRITE_MESSAGES[0];
    this.#store = new SeriesStore(this.#isV1);
    this.#sampleAgeLimitMs = queue.sample_age_limit;
    this.#sender = new BatchSender({
      clock,
      logger,
      config: queue,
      store: this.#store,
      encoder: this.#isV1 ? new BatchEncoderV1(this.#store) : new BatchEncoderV2(this.#store),
      metrics,
      mustConfirm: !this.#isV1,
      client,
      onWait: (delayMs) => this.#resharding.waits(delayMs),
      onDone: (items, durationMs) => this.#resharding.sent(items, durationMs),
    });
    this.#shards = this.#newShards(queue.min_shards);
    this.#resharding = new Resharding({
      clock,
      logger,
      config: queue,
      metrics,
      received: options.received,
      highestSentSeconds: () => this.#sender.highestSentSeconds,
      current: () => this.#shards.count,
      reshard: (count) => this.#reshard(count),
    });
    metrics.shardCapacity.set(queue.capacity);
    metrics.shardsMin.set(queue.min_shards);
    metrics.shardsMax.set(queue.max_shards);
    metrics.shardsDesired.set(queue.min_shards);
    metrics.maxSamplesPerSend.set(queue.max_samples_per_send);
  }

  /** The newest time sent, in seconds; 0 when there is none. */
  get highestSentSeconds(): number {
    return this.#sender.highestSentSeconds;
  }

  get takesExemplars(): boolean {
    return this.#options.config.send_exemplars;
  }

  get takesHistograms(): boolean {
    return this.#options.config.send_native_histograms;
  }

  /** In 1.0 metadata come from the scrapes instead. */
  get takesMetadata(): boolean {
    return !this.#isV1;
  }

  storeSeries(series: readonly SeriesRecord[], segment: number): void {
    for (const { ref, labelPairs } of series) {
      const row = this.#store.rowOf(ref);
      if (row >= 0) this.#store.touch(row, segment);
      else this.#store.add(ref, segment, this.#outgoing(labelPairs));
    }
  }

  touchSeries(series: readonly SeriesRecord[], segment: number): void {
    for (const { ref } of series) {
      const row = this.#store.rowOf(ref);
      if (row >= 0) this.#store.touch(row, segment);
    }
  }

  removeSeriesBefore(segment: number): void {
    this.#store.removeBefore(segment);
  }

  storeMetadata(metadata: readonly MetadataRecord[]): void {
    for (const entry of metadata) {
      const row = this.#store.rowOf(entry.ref);
      if (row >= 0 && !this.#store.isDropped(row)) this.#store.setMetadata(row, entry);
    }
  }

  async appendSamples(batch: SampleBatch, afterMs: number): Promise<void> {
    const { refs, timestampsMs, startTimestampsMs, valueWords } = batch;
    const oldestMs = this.#oldestMs();
    let queued = 0;
    let newestMs = 0;
    for (let at = 0; at < batch.length; at++) {
      const timestampMs = timestampsMs[at]!;
      if (timestampMs <= afterMs) continue;
      const row = this.#rowFor('samples', refs[at]!, timestampMs, oldestMs);
      if (row < 0) continue;
      let shard = this.#freeShard(refs[at]!);
      if (shard === undefined) {
        queued = this.#countQueued('samples', queued);
        shard = await this.#shardInTime(refs[at]!);
      }
      if (shard === undefined) break;
      shard.batch.pushSample(row, timestampMs, startTimestampsMs[at]!, valueWords, at);
      this.#store.hold(row);
      queued++;
      newestMs = Math.max(newestMs, timestampMs);
      shard.added();
    }
    this.#countQueued('samples', queued);
    this.#raiseHighest(newestMs);
  }

  async appendHistograms(histograms: readonly HistogramRecord[], afterMs: number): Promise<void> {
    const oldestMs = this.#oldestMs();
    for (const { ref, timestampMs, startTimestampMs, histogram, integer } of histograms) {
      if (timestampMs <= afterMs) continue;
      const row = this.#rowFor('histograms', ref, timestampMs, oldestMs);
      if (row < 0) continue;
      if (this.#isV1 && histogram.schema === CUSTOM_BUCKETS_SCHEMA) {
        this.#options.metrics.drop('histograms', DROP_REASON.customBuckets);
        continue;
      }
      const shard = this.#freeShard(ref) ?? (await this.#shardInTime(ref));
      if (shard === undefined) return;
      shard.batch.pushHistogram(row, timestampMs, startTimestampMs, histogram, integer);
      this.#store.hold(row);
      this.#countQueued('histograms', 1);
      shard.added();
      this.#raiseHighest(timestampMs);
    }
  }

  async appendExemplars(exemplars: readonly ExemplarRecord[]): Promise<void> {
    const oldestMs = this.#oldestMs();
    for (const { ref, timestampMs, value, labelPairs } of exemplars) {
      const row = this.#rowFor('exemplars', ref, timestampMs, oldestMs);
      if (row < 0) continue;
      const shard = this.#freeShard(ref) ?? (await this.#shardInTime(ref));
      if (shard === undefined) return;
      shard.batch.pushExemplar(row, timestampMs, value, labelPairs);
      this.#store.hold(row);
      this.#countQueued('exemplars', 1);
      shard.added();
    }
  }

  /** Begins to choose the number of shards anew from time to time. */
  start(): void {
    this.#resharding.start();
  }

  /** Takes nothing more, and lets whoever waits to append go on. */
  async stopTaking(): Promise<void> {
    this.#isStopped = true;
    this.#signalRoom();
    await this.#resharding.stop();
  }

  /** Sends what waits. */
  flush(): Promise<void> {
    return this.#shards.close();
  }

  /** Gives up what is not sent. Whoever flushes is done soon after. */
  giveUp(): void {
    this.#isStopped = true;
    const count = this.#shards.abort();
    this.#signalRoom();
    if (count > 0) this.#options.logger.error('Failed to flush all samples on shutdown', { count });
  }

  #newShards(count: number): ShardSet {
    const { clock, config, metrics } = this.#options;
    metrics.shards.set(count);
    const onRoom = (): void => this.#signalRoom();
    return new ShardSet({ clock, config: config.queue_config, sender: this.#sender, count, onRoom });
  }

  /** Series stay in order: new shards begin when all that was in the old ones is sent. */
  async #reshard(count: number): Promise<void> {
    this.#isResharding = true;
    await this.#shards.close();
    this.#shards = this.#newShards(count);
    this.#isResharding = false;
    this.#signalRoom();
  }

  /** Labels as they are sent; undefined where the series is not to be. */
  #outgoing(pairs: readonly string[]): readonly string[] | undefined {
    const { externalLabels, config } = this.#options;
    const rules = config.write_relabel_configs;
    if (externalLabels.size === 0 && rules.length === 0) return pairs.length === 0 ? undefined : pairs;
    const own = Labels.fromSortedPairs(pairs);
    const builder = new LabelsBuilder(own);
    for (const [name, value] of externalLabels) if (!own.has(name)) builder.set(name, value);
    const labels = relabel(builder.labels(), rules);
    return labels === undefined || labels.size === 0 ? undefined : labels.pairs();
  }

  #oldestMs(): number {
    return this.#sampleAgeLimitMs === 0 ? -Infinity : this.#options.clock.nowMs() - this.#sampleAgeLimitMs;
  }

  /** The row of an item that is to be sent, or -1, counted. */
  #rowFor(name: ItemName, ref: number, timestampMs: number, oldestMs: number): number {
    const { metrics, logger } = this.#options;
    if (timestampMs < oldestMs) {
      metrics.drop(name, DROP_REASON.tooOld);
      return -1;
    }
    const row = this.#store.rowOf(ref);
    if (row >= 0 && !this.#store.isDropped(row)) return row;
    this.#resharding.dropped(1);
    if (row >= 0) {
      metrics.drop(name, DROP_REASON.relabelled);
      return -1;
    }
    const message = `Dropped ${CALLED[name]} for series that was not explicitly dropped via relabelling`;
    logger.info(message, { ref });
    metrics.drop(name, DROP_REASON.unknownSeries);
    return -1;
  }

  #freeShard(ref: number): Shard | undefined {
    if (this.#isResharding || this.#isStopped) return undefined;
    const shard = this.#shards.of(ref);
    return shard.hasRoom ? shard : undefined;
  }

  /** Waits until the shard has room; undefined when the queue is stopped. */
  async #shardInTime(ref: number): Promise<Shard | undefined> {
    for (;;) {
      if (this.#isStopped) return undefined;
      const shard = this.#freeShard(ref);
      if (shard !== undefined) return shard;
      this.#options.metrics.enqueueRetries.inc();
      await new Promise<void>((resolve) => this.#roomWaiters.add(resolve));
    }
  }

  #signalRoom(): void {
    const waiters = [...this.#roomWaiters];
    this.#roomWaiters.clear();
    for (const resolve of waiters) resolve();
  }

  /** @returns 0, the new number of what is not counted yet */
  #countQueued(name: ItemName, count: number): number {
    if (count > 0) this.#options.metrics.pending[name].inc(count);
    return 0;
  }

  #raiseHighest(timestampMs: number): void {
    const seconds = Math.trunc(timestampMs / 1000);
    if (seconds <= this.#highestSeconds) return;
    this.#highestSeconds = seconds;
    this.#options.metrics.highestSeconds.set(seconds);
  }
}
