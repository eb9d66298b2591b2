import { type Clock, type Logger } from '@narthex/process';
import { MovingRate } from './moving-rate.js';
import { type QueueMetrics } from './queue-metrics.js';
import { chooseShards } from './shard-count.js';
import { type QueueConfig } from './write-config.js';

/** What came into the storage up to now. */
export interface Received {
  readonly samples: number;
  readonly exemplars: number;
  readonly histograms: number;
  /** The newest sample; undefined when there is none. */
  readonly highestTimestampMs: number | undefined;
}

export interface ReshardingOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly config: QueueConfig;
  readonly metrics: QueueMetrics;
  readonly received: () => Received;
  readonly highestSentSeconds: () => number;
  readonly current: () => number;
  /** Replaces the shards; resolves when the new ones work. */
  readonly reshard: (count: number) => Promise<void>;
}

const INTERVAL_MS = 10_000;

/** Chooses the number of a queue's shards anew every ten seconds. */
export class Resharding {
  readonly #options: ReshardingOptions;
  readonly #in = new MovingRate(INTERVAL_MS);
  readonly #out = new MovingRate(INTERVAL_MS);
  readonly #dropped = new MovingRate(INTERVAL_MS);
  readonly #secondsSending = new MovingRate(INTERVAL_MS);
  #receivedCount: number;
  #lastSendMs = 0;
  /** Not while the receiver is in trouble: more shards would make it worse. */
  #disabledUntilMs = 0;
  #disabledAtMs = 0;
  #stopTimer: (() => void) | undefined;
  #resharding: Promise<void> | undefined;

  constructor(options: ReshardingOptions) {
    this.#options = options;
    this.#receivedCount = total(options.received());
  }

  start(): void {
    this.#stopTimer = this.#options.clock.after(INTERVAL_MS, () => {
      this.start();
      this.#tick();
    });
  }

  /** Resolves when no change is under way any more. */
  async stop(): Promise<void> {
    this.#stopTimer?.();
    await this.#resharding;
  }

  /** Items are done with, which took so long. */
  sent(items: number, durationMs: number): void {
    this.#out.add(items);
    this.#secondsSending.add(durationMs / 1000);
    this.#lastSendMs = this.#options.clock.nowMs();
  }

  dropped(items: number): void {
    this.#dropped.add(items);
  }

  /** Sending failed and waits before it tries again. */
  waits(delayMs: number): void {
    const nowMs = this.#options.clock.nowMs();
    const untilMs = nowMs + 2 * delayMs;
    if (untilMs <= this.#disabledUntilMs) return;
    if (this.#disabledUntilMs < nowMs) this.#disabledAtMs = nowMs;
    this.#disabledUntilMs = untilMs;
  }

  #tick(): void {
    const { logger, current } = this.#options;
    const desired = this.#choose();
    if (!this.#isWanted(desired)) return;
    if (this.#resharding !== undefined) {
      logger.info('Currently resharding, skipping.');
      return;
    }
    logger.info('Remote storage resharding', { from: current(), to: desired });
    this.#resharding = this.#options.reshard(desired).finally(() => (this.#resharding = undefined));
  }

  #choose(): number {
    const { config, metrics, logger, received, highestSentSeconds, current } = this.#options;
    const newest = received();
    this.#in.add(total(newest) - this.#receivedCount);
    this.#receivedCount = total(newest);
    for (const rate of [this.#in, this.#out, this.#dropped, this.#secondsSending]) rate.tick();
    const load = {
      inRate: this.#in.perSecond,
      outRate: this.#out.perSecond,
      droppedRate: this.#dropped.perSecond,
      secondsSendingRate: this.#secondsSending.perSecond,
      delaySeconds: Math.trunc((newest.highestTimestampMs ?? 0) / 1000) - highestSentSeconds(),
      current: current(),
      min: config.min_shards,
      max: config.max_shards,
    };
    const { desired, shards, isTooFarBehind } = chooseShards(load);
    if (desired !== undefined) metrics.shardsDesired.set(desired);
    if (isTooFarBehind) {
      const { current: currentShards, delaySeconds: delay } = load;
      logger.debug('Not downsharding due to being too far behind', { currentShards, delay });
    }
    return shards;
  }

  #isWanted(desired: number): boolean {
    const { clock, logger, current } = this.#options;
    if (desired === current()) return false;
    const nowMs = clock.nowMs();
    const leastMs = nowMs - INTERVAL_MS;
    if (this.#lastSendMs < leastMs) {
      logger.warn('Skipping resharding, last successful send was beyond threshold', {
        lastSendTimestamp: Math.trunc(this.#lastSendMs / 1000),
        minSendTimestamp: Math.trunc(leastMs / 1000),
      });
      return false;
    }
    if (nowMs >= this.#disabledUntilMs) return true;
    logger.warn('Skipping resharding, resharding is disabled while waiting for recoverable errors', {
      disabled_at: new Date(this.#disabledAtMs),
      disabled_for: `${(this.#disabledUntilMs - nowMs) / 1000}s`,
    });
    return false;
  }
}

function total({ samples, exemplars, histograms }: Received): number {
  return samples + exemplars + histograms;
}
