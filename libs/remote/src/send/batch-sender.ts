import { type Clock, type Logger } from '@narthex/process';
import { compressSync } from 'snappy';
import { SendingStoppedError, WriteRefusedError } from '../errors.js';
import { type Batch, ITEM_KIND, type ItemCounts, NO_ITEMS } from './batch.js';
import { type BatchEncoder, type EncodedBatch } from './batch-encoder.js';
import { DROP_REASON, type QueueMetrics } from './queue-metrics.js';
import { sendWithBackoff } from './send-with-backoff.js';
import { type SeriesStore } from './series-store.js';
import { type WriteClient, type WriteStats } from './write-client.js';
import { type QueueConfig } from './write-config.js';

export interface BatchSenderOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly config: QueueConfig;
  readonly store: SeriesStore;
  readonly encoder: BatchEncoder;
  readonly metrics: QueueMetrics;
  /** Receivers of 2.0 must say what they wrote. */
  readonly mustConfirm: boolean;
  readonly client: () => WriteClient;
  /** Called when sending waits to try again. */
  readonly onWait: (delayMs: number) => void;
  /** Called when a batch is done with, one way or another. */
  readonly onDone: (items: number, durationMs: number) => void;
}

interface Outcome {
  readonly written: ItemCounts;
  readonly error: Error | undefined;
}

const KINDS = ['samples', 'exemplars', 'histograms'] as const;

/** Brings batches to the receiver, and counts what became of them. */
export class BatchSender {
  readonly #options: BatchSenderOptions;

  constructor(options: BatchSenderOptions) {
    this.#options = options;
  }

  /** Sends a batch until it is taken, refused or the signal aborts. Its series are let go of then. */
  async send(batch: Batch, signal: AbortSignal): Promise<void> {
    const { clock, metrics, onDone } = this.#options;
    const beginMs = clock.monotonicMs();
    const before = batch.counts();
    const { written, error } = await this.#deliver(batch, signal);
    const sent = batch.counts();
    this.#report(sent, written, error);
    this.#letGo(batch);
    for (const kind of KINDS) metrics.pending[kind].dec(before[kind]);
    onDone(before.samples + before.exemplars + before.histograms, clock.monotonicMs() - beginMs);
  }

  /** Counts a batch as lost that nobody will send any more; returns how many items it had. */
  giveUp(batch: Batch): number {
    const { metrics } = this.#options;
    const counts = batch.counts();
    for (const kind of KINDS) {
      metrics.failed[kind].inc(counts[kind]);
      metrics.pending[kind].dec(counts[kind]);
    }
    const { length } = batch;
    this.#letGo(batch);
    return length;
  }

  async #deliver(batch: Batch, signal: AbortSignal): Promise<Outcome> {
    const { clock, logger, config, metrics, onWait } = this.#options;
    const { newestMs } = batch.timeRange();
    let counts = batch.counts();
    let encoded: EncodedBatch | undefined;
    let body: Uint8Array = new Uint8Array(0);
    const addUp: { -readonly [K in keyof ItemCounts]: ItemCounts[K] } & { isConfirmed: boolean } = {
      ...NO_ITEMS,
      isConfirmed: false,
    };
    const attempt = async (number: number): Promise<void> => {
      if (number > 0 && this.#dropOld(batch)) encoded = undefined;
      if (encoded === undefined) {
        counts = batch.counts();
        encoded = this.#options.encoder.encode(batch);
        // At once, as the message stays in its place only until the next one; it takes about a millisecond.
        body = compressSync(encoded.message, { copyOutputData: true });
      }
      if (batch.length === 0) return;
      for (const kind of KINDS) metrics.sent[kind].inc(counts[kind]);
      metrics.sent.metadata.inc(encoded.metadataCount);
      const stats = await this.#store(body, number, signal);
      for (const kind of KINDS) addUp[kind] += stats[kind];
      addUp.isConfirmed ||= stats.isConfirmed;
      if (this.#options.mustConfirm) confirm(counts, stats);
    };
    const onRetry = (): void => {
      for (const kind of KINDS) metrics.retried[kind].inc(counts[kind]);
      metrics.retried.metadata.inc(encoded?.metadataCount ?? 0);
    };
    let failure: Error | undefined;
    try {
      await sendWithBackoff(attempt, { clock, logger, config, signal, onWait, onRetry });
    } catch (error) {
      failure = error as Error;
      if (error instanceof SendingStoppedError) return { written: NO_ITEMS, error: failure };
    }
    metrics.bytes.inc(body.length);
    const highestSeconds = Math.trunc(newestMs / 1000);
    this.#raiseHighest(highestSeconds);
    const written = failure === undefined && !addUp.isConfirmed ? batch.counts() : addUp;
    return { written, error: failure };
  }

  #highestSentSeconds = 0;

  /** The newest time sent, in seconds; 0 when there is none. */
  get highestSentSeconds(): number {
    return this.#highestSentSeconds;
  }

  #raiseHighest(seconds: number): void {
    if (seconds <= this.#highestSentSeconds) return;
    this.#highestSentSeconds = seconds;
    this.#options.metrics.highestSentSeconds.set(seconds);
  }

  async #store(body: Uint8Array, attempt: number, signal: AbortSignal): Promise<WriteStats> {
    const { clock, metrics } = this.#options;
    const beginMs = clock.monotonicMs();
    try {
      return await this.#options.client().store(body, attempt, signal);
    } finally {
      metrics.sendSeconds.observe((clock.monotonicMs() - beginMs) / 1000);
    }
  }

  /** While a batch waits to be tried again its items get older. */
  #dropOld(batch: Batch): boolean {
    const { clock, config, metrics, store } = this.#options;
    if (config.sample_age_limit === 0) return false;
    const oldestKeptMs = clock.nowMs() - config.sample_age_limit;
    const { length } = batch;
    batch.dropBefore(oldestKeptMs, (at) => {
      const kind = batch.kinds[at]!;
      const name =
        kind === ITEM_KIND.sample ? 'samples' : kind === ITEM_KIND.exemplar ? 'exemplars' : 'histograms';
      metrics.drop(name, DROP_REASON.tooOld);
      store.letGo(batch.rows[at]!);
    });
    return batch.length < length;
  }

  #report(sent: ItemCounts, written: ItemCounts, error: Error | undefined): void {
    const { metrics, logger } = this.#options;
    const lost = { samples: 0, exemplars: 0, histograms: 0 };
    for (const kind of KINDS) {
      lost[kind] = sent[kind] - written[kind];
      if (lost[kind] > 0) metrics.failed[kind].inc(lost[kind]);
    }
    const fields = {
      failedSampleCount: lost.samples,
      failedHistogramCount: lost.histograms,
      failedExemplarCount: lost.exemplars,
    };
    if (error !== undefined) {
      logger.error('non-recoverable error', { ...fields, err: error.message });
    } else if (lost.samples + lost.exemplars + lost.histograms > 0) {
      const message =
        'we got 2xx status code from the Receiver yet statistics indicate some data was not written; investigation needed';
      logger.error(message, fields);
    }
  }

  #letGo(batch: Batch): void {
    for (let at = 0; at < batch.length; at++) this.#options.store.letGo(batch.rows[at]!);
    batch.clear();
  }
}

/** @throws WriteRefusedError when the receiver says that it wrote nothing: one of 1.0 that looked at no header */
function confirm(sent: ItemCounts, stats: WriteStats): void {
  const count = sent.samples + sent.histograms + sent.exemplars;
  if (count === 0 || stats.samples + stats.histograms + stats.exemplars > 0) return;
  throw new WriteRefusedError(
    `sent v2 request with ${sent.samples} samples, ${sent.histograms} histograms and ${sent.exemplars} exemplars; got 2xx, but PRW 2.0 response header statistics indicate ${stats.samples} samples, ${stats.histograms} histograms and ${stats.exemplars} exemplars were accepted; assumining failure e.g. the target only supports PRW 1.0 prometheus.WriteRequest, but does not check the Content-Type header correctly`,
  );
}
