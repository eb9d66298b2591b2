import { createHash } from 'node:crypto';
import { Counter, Gauge, type Registry } from '@narthex/client';
import { type DialCounts } from '@narthex/httpclient';
import { Labels } from '@narthex/model';
import { type Clock, type Logger } from '@narthex/process';
import { loadWalCodecs } from '@narthex/wal';
import { type WrittenMetadata } from '../encode/encode-v1.js';
import { RemoteConfigError } from '../errors.js';
import { QueueMetricFamilies } from './queue-metrics.js';
import { redactedUrl } from './redacted-url.js';
import { RepeatedLines } from './repeated-lines.js';
import { type Received } from './resharding.js';
import { WatcherMetrics } from './watcher-metrics.js';
import { type WriteClient } from './write-client.js';
import { type RemoteWriteSettings } from './write-config.js';
import { type WriteQueue } from './write-queue.js';

export interface RemoteWriteStorageOptions {
  /** The folder of the log that is followed: `…/wal`. */
  readonly walDirectory: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly userAgent: string;
  /** How long a queue that ends goes on sending. */
  readonly flushDeadlineMs: number;
  /** Counts what was committed to the storage since its start. */
  readonly received: () => Received;
  /** What the targets say about their metrics now; for remote write 1.0. */
  readonly metadata: () => Iterable<WrittenMetadata>;
  /** Counts connections; asked for when there is a receiver. */
  readonly dials?: (() => DialCounts) | undefined;
}

/**
 * Remote write: follows a log and sends what is added to it to all receivers of `remote_write`
 * (https://prometheus.io/docs/specs/prw/remote_write_spec/).
 */
export class RemoteWriteStorage {
  readonly #options: RemoteWriteStorageOptions;
  readonly #logger: Logger;
  readonly #watcherMetrics: WatcherMetrics;
  /** Loaded when there is a receiver. */
  #parts: Parts | undefined;
  #families: QueueMetricFamilies | undefined;
  #externalLabels = Labels.EMPTY;
  /** By what tells whether an element changed. */
  #queues = new Map<string, WriteQueue>();

  constructor(options: RemoteWriteStorageOptions) {
    this.#options = options;
    const { logger, clock, registry } = options;
    this.#logger = new RepeatedLines(logger, clock);
    this.#watcherMetrics = new WatcherMetrics(registry);
    registerReceived(registry, options.received);
  }

  /**
   * Ends the queues whose elements are gone or have changed, once what they have is sent, and begins the new ones.
   * Queues that stay as they are take the new secrets over and go on.
   * @throws RemoteConfigError when an element stands there twice, HttpClientSetupError; then nothing has changed
   */
  async applyConfig({ externalLabels, remoteWrites }: RemoteWriteSettings): Promise<void> {
    if (remoteWrites.length > 0) this.#parts ??= await loadParts();
    const { clock, userAgent, dials } = this.#options;
    const clients = new Map<string, WriteClient>();
    for (const { config, yaml } of remoteWrites) {
      const hash = createHash('md5').update(yaml).digest('hex');
      if (clients.has(hash)) {
        throw new RemoteConfigError(
          `duplicate remote write configs are not allowed, found duplicate for URL: ${redactedUrl(config.url)}`,
        );
      }
      const client = new this.#parts!.WriteClient({ config, clock, userAgent, dials: dials?.() });
      await client.checkSetup();
      clients.set(hash, client);
    }
    const isUnchanged = externalLabels.equals(this.#externalLabels);
    this.#externalLabels = externalLabels;
    const kept = new Map<string, WriteQueue>();
    for (const [hash, client] of clients) {
      const queue = isUnchanged ? this.#queues.get(hash) : undefined;
      if (queue === undefined) continue;
      kept.set(hash, queue);
      // Requests under way end with the client they began with.
      void queue.replaceClient(client).retire();
    }
    const ended = [...this.#queues].filter(([hash]) => !kept.has(hash)).map(([, queue]) => queue);
    this.#queues = kept;
    await Promise.all(ended.map((queue) => queue.stop()));
    const queues = new Map<string, WriteQueue>();
    const begun: WriteQueue[] = [];
    for (const [index, [hash, client]] of [...clients].entries()) {
      const queue = kept.get(hash) ?? this.#newQueue(hash, remoteWrites[index]!.config, client);
      queues.set(hash, queue);
      if (!kept.has(hash)) begun.push(queue);
    }
    for (const queue of begun) queue.start();
    this.#queues = queues;
    this.#dropFamiliesWithoutQueues();
  }

  /**
   * The oldest of the newest times that the receivers have, in ms: what is older need not be kept for them. 0 before
   * a receiver has anything, undefined without receivers.
   */
  get lowestSentTimestampMs(): number | undefined {
    if (this.#queues.size === 0) return undefined;
    return Math.min(...[...this.#queues.values()].map(({ highestSentSeconds }) => 1000 * highestSentSeconds));
  }

  /** Ends all queues, once what the log has is sent or the deadline is over. */
  async stop(): Promise<void> {
    const queues = [...this.#queues.values()];
    this.#queues = new Map();
    await Promise.all(queues.map((queue) => queue.stop()));
    this.#dropFamiliesWithoutQueues();
  }

  #newQueue(
    hash: string,
    config: RemoteWriteSettings['remoteWrites'][number]['config'],
    client: WriteClient,
  ): WriteQueue {
    this.#families ??= new QueueMetricFamilies(this.#options.registry);
    const { WriteQueue, codecs } = this.#parts!;
    return new WriteQueue({
      ...this.#options,
      codecs,
      name: config.name === '' ? hash.slice(0, 6) : config.name,
      endpoint: redactedUrl(config.url),
      config,
      externalLabels: this.#externalLabels,
      client,
      logger: this.#logger,
      families: this.#families,
      watcherMetrics: this.#watcherMetrics,
    });
  }

  #dropFamiliesWithoutQueues(): void {
    if (this.#queues.size > 0) return;
    this.#families?.unregister();
    this.#families = undefined;
  }
}

type Parts = Awaited<ReturnType<typeof loadParts>>;

/** What only those need who send. */
async function loadParts() {
  const [{ WriteQueue }, { WriteClient }, codecs] = await Promise.all([
    import('./write-queue.js'),
    import('./write-client.js'),
    loadWalCodecs(),
  ]);
  return { WriteQueue, WriteClient, codecs };
}

function deprecated(kind: string): string {
  return `Deprecated, check prometheus_wal_watcher_records_read_total and prometheus_remote_storage_${kind}_dropped_total`;
}

function registerReceived(registry: Registry, received: () => Received): void {
  const registers = [registry];
  const counter = (name: string, help: string, value: () => number): void => {
    new Counter({
      name: `prometheus_remote_storage_${name}`,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(value());
      },
    });
  };
  counter(
    'samples_in_total',
    `Samples in to remote storage, compare to samples out for queue managers. ${deprecated('samples')}`,
    () => received().samples,
  );
  counter(
    'exemplars_in_total',
    `Exemplars in to remote storage, compare to exemplars out for queue managers. ${deprecated('exemplars')}`,
    () => received().exemplars,
  );
  counter(
    'histograms_in_total',
    `HistogramSamples in to remote storage, compare to histograms out for queue managers. ${deprecated('histograms')}`,
    () => received().histograms,
  );
  counter(
    'string_interner_zero_reference_releases_total',
    'The number of times release has been called for strings that are not interned.',
    () => 0,
  );
  new Gauge({
    name: 'prometheus_remote_storage_highest_timestamp_in_seconds',
    help: 'Highest timestamp that has come into the remote storage via the Appender interface, in seconds since epoch. Initialized to 0 when no data has been received yet. Deprecated, check prometheus_remote_storage_queue_highest_timestamp_seconds which is more accurate.',
    registers,
    collect() {
      this.set(Math.trunc((received().highestTimestampMs ?? 0) / 1000));
    },
  });
}
