import { type Clock, type Logger } from '@narthex/process';
import { compress } from 'snappy';
import { encodeWriteRequestV1, type WrittenMetadata } from '../encode/encode-v1.js';
import { type QueueMetrics } from './queue-metrics.js';
import { sendWithBackoff } from './send-with-backoff.js';
import { type WriteClient } from './write-client.js';
import { type MetadataConfig, type QueueConfig } from './write-config.js';

export interface MetadataSenderOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly queueConfig: QueueConfig;
  readonly config: MetadataConfig;
  readonly metrics: QueueMetrics;
  readonly client: () => WriteClient;
  /** What the targets say about their metrics now. */
  readonly metadata: () => Iterable<WrittenMetadata>;
}

/** Sends what is known of metrics from time to time, as remote write 1.0 does, beside the samples. */
export class MetadataSender {
  readonly #options: MetadataSenderOptions;
  readonly #abort = new AbortController();
  #stopTimer: (() => void) | undefined;
  #sending: Promise<void> = Promise.resolve();

  constructor(options: MetadataSenderOptions) {
    this.#options = options;
  }

  start(): void {
    this.#options.logger.info('Starting scraped metadata watcher');
    this.#schedule();
  }

  /** Gives up what is being sent. */
  async stop(): Promise<void> {
    const { logger } = this.#options;
    logger.info('Stopping metadata watcher...');
    this.#stopTimer?.();
    this.#abort.abort();
    await this.#sending;
    logger.info('Scraped metadata watcher stopped');
  }

  #schedule(): void {
    const { clock, config } = this.#options;
    this.#stopTimer = clock.after(config.send_interval, () => {
      this.#sending = this.#send().then(() => {
        if (!this.#abort.signal.aborted) this.#schedule();
      });
    });
  }

  async #send(): Promise<void> {
    const entries = distinct(this.#options.metadata());
    const most = this.#options.config.max_samples_per_send;
    for (let from = 0; from < entries.length && !this.#abort.signal.aborted; from += most) {
      await this.#sendPart(entries.slice(from, from + most));
    }
  }

  async #sendPart(entries: readonly WrittenMetadata[]): Promise<void> {
    const { clock, logger, queueConfig: config, metrics } = this.#options;
    const { signal } = this.#abort;
    const message = encodeWriteRequestV1([], entries);
    const body = await compress(Buffer.from(message.buffer, 0, message.length));
    const attempt = async (number: number): Promise<void> => {
      const beginMs = clock.monotonicMs();
      try {
        await this.#options.client().store(body, number, signal);
      } finally {
        metrics.sendSeconds.observe((clock.monotonicMs() - beginMs) / 1000);
      }
    };
    const onRetry = (): void => metrics.retried.metadata.inc(entries.length);
    try {
      await sendWithBackoff(attempt, { clock, logger, config, signal, onRetry, onWait: () => undefined });
      metrics.sent.metadata.inc(entries.length);
      metrics.metadataBytes.inc(body.length);
    } catch (error) {
      metrics.failed.metadata.inc(entries.length);
      const err = error instanceof Error ? error.message : String(error);
      logger.error('non-recoverable error while sending metadata', { count: entries.length, err });
    }
  }
}

/** Targets of one job say the same. */
function distinct(entries: Iterable<WrittenMetadata>): WrittenMetadata[] {
  const seen = new Map<string, WrittenMetadata>();
  for (const { metricFamily, type, help, unit } of entries) {
    const key = JSON.stringify([metricFamily, type, help, unit]);
    if (!seen.has(key)) seen.set(key, { metricFamily, type, help, unit });
  }
  return [...seen.values()];
}
