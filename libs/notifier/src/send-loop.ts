import { type Clock, type Logger } from '@narthex/process';
import { alertsBody, type NotifiedAlert } from './alert.js';
import { type NotifierMetrics } from './metrics.js';

/** Posts one body. Rejects when the answer is not 2xx or does not come in time; the error says which. */
export type PostAlerts = (request: {
  readonly url: string;
  readonly body: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}) => Promise<void>;

/** How one Alertmanager is posted to. */
export interface SendLoopTarget {
  readonly timeoutMs: number;
  readonly post: PostAlerts;
}

export interface SendLoopOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: NotifierMetrics;
  readonly url: string;
  readonly queueCapacity: number;
  readonly batchSize: number;
  readonly drainOnShutdown: boolean;
}

/** The queue of one Alertmanager, emptied in batches, so that a slow one keeps nobody else waiting. */
export class SendLoop {
  /** May be replaced while it runs: the next batch goes the new way. */
  target: SendLoopTarget;
  readonly #options: SendLoopOptions;
  readonly #labels: { readonly alertmanager: string };
  readonly #abort = new AbortController();
  #queue: NotifiedAlert[] = [];
  #sending: Promise<void> | undefined;
  #stopped = false;

  constructor(options: SendLoopOptions, target: SendLoopTarget) {
    const { metrics, url, queueCapacity } = options;
    this.#options = options;
    this.target = target;
    this.#labels = { alertmanager: url };
    for (const counter of [metrics.dropped, metrics.errors, metrics.sent]) counter.inc(this.#labels, 0);
    metrics.queueLength.set(this.#labels, 0);
    metrics.queueCapacity.set(this.#labels, queueCapacity);
  }

  /** Queues alerts; what does not fit pushes the oldest out. */
  add(alerts: readonly NotifiedAlert[]): void {
    if (this.#stopped || alerts.length === 0) return;
    const { queueCapacity, metrics, logger } = this.#options;
    const excess = this.#queue.length + alerts.length - queueCapacity;
    if (excess > 0) {
      logger.warn('Alert notification queue full, dropping alerts', { ...this.#labels, count: excess });
      metrics.dropped.inc(this.#labels, excess);
    }
    this.#queue = [...this.#queue, ...alerts].slice(Math.max(0, excess));
    metrics.queueLength.set(this.#labels, this.#queue.length);
    this.#sending ??= this.#empty().finally(() => (this.#sending = undefined));
  }

  /** Sends what is queued, or drops it, as the options say; the Alertmanager's metrics go. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const { drainOnShutdown, logger, metrics } = this.#options;
    if (!drainOnShutdown) {
      const count = this.#queue.length;
      if (count > 0) {
        logger.warn('Alert notification queue not drained on shutdown, dropping alerts', {
          ...this.#labels,
          count,
        });
        metrics.dropped.inc(this.#labels, count);
      }
      this.#queue = [];
      this.#abort.abort();
    }
    await this.#sending;
    metrics.forget(this.#labels);
  }

  async #empty(): Promise<void> {
    // A turn of the event loop lets everything that one evaluation raises travel together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, this.#options.batchSize);
      this.#options.metrics.queueLength.set(this.#labels, this.#queue.length);
      await this.#send(batch);
    }
  }

  async #send(batch: readonly NotifiedAlert[]): Promise<void> {
    const { clock, logger, metrics, url } = this.#options;
    const { post, timeoutMs } = this.target;
    const count = batch.length;
    const startMs = clock.monotonicMs();
    try {
      await post({ url, body: alertsBody(batch), timeoutMs, signal: this.#abort.signal });
    } catch (error) {
      const err = error instanceof Error ? error : new Error(String(error));
      logger.error('Error sending alerts', { ...this.#labels, count, err });
      metrics.errors.inc(this.#labels, count);
      metrics.dropped.inc(this.#labels, count);
      return;
    }
    metrics.observeLatency(this.#labels, (clock.monotonicMs() - startMs) / 1000);
    metrics.sent.inc(this.#labels, count);
  }
}
