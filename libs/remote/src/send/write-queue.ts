import { type Labels } from '@narthex/model';
import { type Clock, type Logger } from '@narthex/process';
import { type WalCodecs } from '@narthex/wal';
import { type WrittenMetadata } from '../encode/encode-v1.js';
import { WRITE_MESSAGES } from '../write/content-type.js';
import { MetadataSender } from './metadata-sender.js';
import { QueueManager } from './queue-manager.js';
import { type QueueMetricFamilies, QueueMetrics } from './queue-metrics.js';
import { type Received } from './resharding.js';
import { WalWatcher } from './wal-watcher.js';
import { type WatcherMetrics } from './watcher-metrics.js';
import { type WriteClient } from './write-client.js';
import { type RemoteWriteConfig } from './write-config.js';

export interface WriteQueueOptions {
  readonly name: string;
  /** The receiver's address, without a password, for metrics. */
  readonly endpoint: string;
  readonly config: RemoteWriteConfig;
  readonly externalLabels: Labels;
  readonly client: WriteClient;
  readonly walDirectory: string;
  readonly codecs: WalCodecs;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly families: QueueMetricFamilies;
  readonly watcherMetrics: WatcherMetrics;
  readonly flushDeadlineMs: number;
  readonly received: () => Received;
  readonly metadata: () => Iterable<WrittenMetadata>;
}

/** One element of `remote_write` at work: a watcher of the log, a queue with its shards, a sender of metadata. */
export class WriteQueue {
  readonly #options: WriteQueueOptions;
  readonly #logger: Logger;
  readonly #metrics: QueueMetrics;
  readonly #manager: QueueManager;
  readonly #watcher: WalWatcher;
  readonly #metadata: MetadataSender | undefined;
  #client: WriteClient;

  constructor(options: WriteQueueOptions) {
    this.#options = options;
    const { name, config, clock, codecs, endpoint, received } = options;
    this.#client = options.client;
    const logger = options.logger.with({ remote_name: name, url: endpoint });
    this.#logger = logger;
    const metrics = new QueueMetrics(options.families, { remote_name: name, url: endpoint });
    this.#metrics = metrics;
    const client = (): WriteClient => this.#client;
    const { externalLabels } = options;
    this.#manager = new QueueManager({ clock, logger, config, externalLabels, client, metrics, received });
    this.#watcher = new WalWatcher({
      directory: options.walDirectory,
      codecs,
      consumer: name,
      sink: this.#manager,
      clock,
      logger,
      metrics: options.watcherMetrics,
    });
    this.#metadata = this.#metadataSender(metrics, client);
  }

  /** The newest time sent, in seconds; 0 when there is none. */
  get highestSentSeconds(): number {
    return this.#manager.highestSentSeconds;
  }

  /** Sends through another client from now on: secrets may have changed. Returns the one before. */
  replaceClient(client: WriteClient): WriteClient {
    const before = this.#client;
    this.#client = client;
    return before;
  }

  start(): void {
    this.#watcher.start();
    this.#metadata?.start();
    this.#manager.start();
  }

  /** Reads and sends what the log has by now, for as long as the deadline allows. */
  async stop(): Promise<void> {
    const { clock, flushDeadlineMs } = this.#options;
    this.#logger.info('Stopping remote storage...');
    const stopTimer = clock.after(flushDeadlineMs, () => {
      this.#watcher.abandon();
      this.#manager.giveUp();
    });
    await this.#watcher.finish();
    await this.#manager.stopTaking();
    await this.#manager.flush();
    stopTimer();
    await this.#metadata?.stop();
    await this.#client.close();
    this.#metrics.remove();
    this.#logger.info('Remote storage stopped.');
  }

  #metadataSender(metrics: QueueMetrics, client: () => WriteClient): MetadataSender | undefined {
    const { config, clock, metadata } = this.#options;
    if (!config.metadata_config.send) return undefined;
    if (config.protobuf_message !== WRITE_MESSAGES[0]) {
      this.#logger.warn(
        "usage of 'metadata_config.send' is redundant when using remote write v2 (or higher) as metadata will always be gathered from the WAL and included for every series within each write request",
      );
      return undefined;
    }
    return new MetadataSender({
      clock,
      logger: this.#logger,
      queueConfig: config.queue_config,
      config: config.metadata_config,
      metrics,
      client,
      metadata,
    });
  }
}
