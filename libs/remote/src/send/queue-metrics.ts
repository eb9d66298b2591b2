import { Counter, Gauge, Histogram, type Registry } from '@narthex/client';

const LABELS = ['remote_name', 'url'] as const;
type QueueLabel = (typeof LABELS)[number];
const KINDS = ['samples', 'exemplars', 'histograms'] as const;
type Kind = (typeof KINDS)[number];

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 60, 120, 300];

/** Why items are dropped that were read from the log. */
export const DROP_REASON = {
  tooOld: 'too_old',
  relabelled: 'dropped_series',
  unknownSeries: 'unintentionally_dropped_series',
  customBuckets: 'nhcb_in_rw1_not_supported',
} as const;
export type DropReason = (typeof DROP_REASON)[keyof typeof DROP_REASON];

/** What all queues say about themselves, under upstream's names; there as long as there are queues. */
export class QueueMetricFamilies {
  readonly sent: Readonly<Record<Kind | 'metadata', Counter<QueueLabel>>>;
  readonly failed: Readonly<Record<Kind | 'metadata', Counter<QueueLabel>>>;
  readonly retried: Readonly<Record<Kind | 'metadata', Counter<QueueLabel>>>;
  readonly dropped: Readonly<Record<Kind, Counter<QueueLabel | 'reason'>>>;
  readonly pending: Readonly<Record<Kind, Gauge<QueueLabel>>>;
  readonly enqueueRetries: Counter<QueueLabel>;
  readonly bytes: Counter<QueueLabel>;
  readonly metadataBytes: Counter<QueueLabel>;
  readonly sendSeconds: Histogram<QueueLabel>;
  readonly highestSeconds: Gauge<QueueLabel>;
  readonly highestSentSeconds: Gauge<QueueLabel>;
  readonly shards: Gauge<QueueLabel>;
  readonly shardsDesired: Gauge<QueueLabel>;
  readonly shardsMin: Gauge<QueueLabel>;
  readonly shardsMax: Gauge<QueueLabel>;
  readonly shardCapacity: Gauge<QueueLabel>;
  readonly maxSamplesPerSend: Gauge<QueueLabel>;
  readonly #registry: Registry;
  readonly #names: string[] = [];

  constructor(registry: Registry) {
    this.#registry = registry;
    const each = <K extends string, M>(kinds: readonly K[], make: (kind: K) => M): Record<K, M> =>
      Object.fromEntries(kinds.map((kind) => [kind, make(kind)])) as Record<K, M>;
    const withMetadata = [...KINDS, 'metadata'] as const;
    const called = (kind: string): string => (kind === 'metadata' ? 'metadata entries' : kind);
    this.sent = each(withMetadata, (kind) =>
      this.#counter(`${kind}_total`, `Total number of ${called(kind)} sent to remote storage.`),
    );
    this.failed = each(withMetadata, (kind) =>
      this.#counter(
        `${kind}_failed_total`,
        `Total number of ${called(kind)} which failed on send to remote storage, non-recoverable errors.`,
      ),
    );
    this.retried = each(withMetadata, (kind) =>
      this.#counter(
        `${kind}_retried_total`,
        `Total number of ${called(kind)} which failed on send to remote storage but were retried because the send error was recoverable.`,
      ),
    );
    this.dropped = each(KINDS, (kind) => this.#droppedCounter(kind));
    this.pending = each(KINDS, (kind) =>
      this.#gauge(
        `${kind}_pending`,
        `The number of ${kind} pending in the queues shards to be sent to the remote storage.`,
      ),
    );
    this.enqueueRetries = this.#counter(
      'enqueue_retries_total',
      'Total number of times enqueue has failed because a shards queue was full.',
    );
    this.bytes = this.#counter(
      'bytes_total',
      'The total number of bytes of data (not metadata) sent by the queue after compression. Note that when exemplars over remote write is enabled the exemplars included in a remote write request count towards this metric.',
    );
    this.metadataBytes = this.#counter(
      'metadata_bytes_total',
      'The total number of bytes of metadata sent by the queue after compression.',
    );
    this.sendSeconds = new Histogram({
      name: this.#name('sent_batch_duration_seconds'),
      help: 'Duration of send calls to the remote storage.',
      labelNames: [...LABELS],
      buckets: SECONDS,
      registers: [registry],
    });
    this.highestSeconds = this.#gauge(
      'queue_highest_timestamp_seconds',
      'Highest timestamp that was enqueued, in seconds since epoch. Initialized to 0 when no data has been received yet.',
    );
    this.highestSentSeconds = this.#gauge(
      'queue_highest_sent_timestamp_seconds',
      'Timestamp from a WAL sample, the highest timestamp successfully sent by this queue, in seconds since epoch. Initialized to 0 when no data has been sent yet.',
    );
    this.shards = this.#gauge(
      'shards',
      'The number of shards used for parallel sending to the remote storage.',
    );
    this.shardsDesired = this.#gauge(
      'shards_desired',
      'The number of shards that the queues shard calculation wants to run based on the rate of samples in vs. samples out.',
    );
    this.shardsMin = this.#gauge(
      'shards_min',
      'The minimum number of shards that the queue is allowed to run.',
    );
    this.shardsMax = this.#gauge(
      'shards_max',
      'The maximum number of shards that the queue is allowed to run.',
    );
    this.shardCapacity = this.#gauge(
      'shard_capacity',
      'The capacity of each shard of the queue used for parallel sending to the remote storage.',
    );
    this.maxSamplesPerSend = this.#gauge(
      'max_samples_per_send',
      'The maximum number of samples to be sent, in a single request, to the remote storage. Note that, when sending of exemplars over remote write is enabled, exemplars count towards this limt.',
    );
  }

  /** All that have one series a queue. */
  ofQueues(): readonly { readonly remove: (labels: Record<QueueLabel, string>) => void }[] {
    const { sent, failed, retried, pending } = this;
    return [
      ...[sent, failed, retried, pending].flatMap((group) => Object.values<Counter | Gauge>(group)),
      this.enqueueRetries,
      this.bytes,
      this.metadataBytes,
      this.sendSeconds,
      this.highestSeconds,
      this.highestSentSeconds,
      this.shards,
      this.shardsDesired,
      this.shardsMin,
      this.shardsMax,
      this.shardCapacity,
      this.maxSamplesPerSend,
    ];
  }

  /** Takes everything out of the registry. */
  unregister(): void {
    for (const name of this.#names) this.#registry.removeSingleMetric(name);
  }

  #name(name: string): string {
    const full = `prometheus_remote_storage_${name}`;
    this.#names.push(full);
    return full;
  }

  #counter(name: string, help: string): Counter<QueueLabel> {
    return new Counter({
      name: this.#name(name),
      help,
      labelNames: [...LABELS],
      registers: [this.#registry],
    });
  }

  #gauge(name: string, help: string): Gauge<QueueLabel> {
    return new Gauge({
      name: this.#name(name),
      help,
      labelNames: [...LABELS],
      registers: [this.#registry],
    });
  }

  #droppedCounter(kind: Kind): Counter<QueueLabel | 'reason'> {
    return new Counter({
      name: this.#name(`${kind}_dropped_total`),
      help: `Total number of ${kind} which were dropped after being read from the WAL before being sent via remote write, either via relabelling, due to being too old or unintentionally because of an unknown reference ID.`,
      labelNames: [...LABELS, 'reason'],
      registers: [this.#registry],
    });
  }
}

type Child<M> = M extends { labels(labels: Record<QueueLabel, string>): infer C } ? C : never;
type Children<K extends string, M> = Readonly<Record<K, Child<M>>>;

/** The series of one queue. */
export class QueueMetrics {
  readonly sent: Children<Kind | 'metadata', Counter<QueueLabel>>;
  readonly failed: Children<Kind | 'metadata', Counter<QueueLabel>>;
  readonly retried: Children<Kind | 'metadata', Counter<QueueLabel>>;
  readonly pending: Children<Kind, Gauge<QueueLabel>>;
  readonly enqueueRetries: Child<Counter<QueueLabel>>;
  readonly bytes: Child<Counter<QueueLabel>>;
  readonly metadataBytes: Child<Counter<QueueLabel>>;
  readonly sendSeconds: Child<Histogram<QueueLabel>>;
  readonly highestSeconds: Child<Gauge<QueueLabel>>;
  readonly highestSentSeconds: Child<Gauge<QueueLabel>>;
  readonly shards: Child<Gauge<QueueLabel>>;
  readonly shardsDesired: Child<Gauge<QueueLabel>>;
  readonly shardsMin: Child<Gauge<QueueLabel>>;
  readonly shardsMax: Child<Gauge<QueueLabel>>;
  readonly shardCapacity: Child<Gauge<QueueLabel>>;
  readonly maxSamplesPerSend: Child<Gauge<QueueLabel>>;
  readonly #families: QueueMetricFamilies;
  readonly #labels: Record<QueueLabel, string>;

  constructor(families: QueueMetricFamilies, labels: Record<QueueLabel, string>) {
    this.#families = families;
    this.#labels = labels;
    const counters = <K extends string>(of: Readonly<Record<K, Counter<QueueLabel>>>): Children<K, Counter> =>
      childrenOf(of, (counter) => {
        const child = counter.labels(labels);
        child.inc(0);
        return child;
      });
    const counter = (of: Counter<QueueLabel>): Child<Counter<QueueLabel>> => counters({ of }).of;
    const gauge = (of: Gauge<QueueLabel>): Child<Gauge<QueueLabel>> => {
      const child = of.labels(labels);
      child.set(0);
      return child;
    };
    this.sent = counters(families.sent);
    this.failed = counters(families.failed);
    this.retried = counters(families.retried);
    this.pending = childrenOf(families.pending, gauge);
    this.enqueueRetries = counter(families.enqueueRetries);
    this.bytes = counter(families.bytes);
    this.metadataBytes = counter(families.metadataBytes);
    families.sendSeconds.zero(labels);
    this.sendSeconds = families.sendSeconds.labels(labels);
    this.highestSeconds = gauge(families.highestSeconds);
    this.highestSentSeconds = gauge(families.highestSentSeconds);
    this.shards = gauge(families.shards);
    this.shardsDesired = gauge(families.shardsDesired);
    this.shardsMin = gauge(families.shardsMin);
    this.shardsMax = gauge(families.shardsMax);
    this.shardCapacity = gauge(families.shardCapacity);
    this.maxSamplesPerSend = gauge(families.maxSamplesPerSend);
  }

  drop(kind: Kind, reason: DropReason, count = 1): void {
    this.#families.dropped[kind].inc({ ...this.#labels, reason }, count);
  }

  /** The queue is gone. */
  remove(): void {
    for (const metric of this.#families.ofQueues()) metric.remove(this.#labels);
    for (const metric of Object.values(this.#families.dropped)) {
      for (const reason of Object.values(DROP_REASON)) metric.remove({ ...this.#labels, reason });
    }
  }
}

function childrenOf<K extends string, M, C>(
  of: Readonly<Record<K, M>>,
  child: (metric: M) => C,
): Record<K, C> {
  return Object.fromEntries(Object.entries<M>(of).map(([kind, metric]) => [kind, child(metric)])) as Record<
    K,
    C
  >;
}
