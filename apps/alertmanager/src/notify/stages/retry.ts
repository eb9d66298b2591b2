import { type Clock, type Logger, sleep } from '@narthex/process';
import { type Alert, isResolvedAt } from '../../alerts/alert';
import { NotificationAbortedError, NotificationFailedError } from '../errors';
import { formatIntegration, type Integration, type NotifyOutcome } from '../integration';
import { type Notification } from '../notification';
import { type NotificationMetrics } from '../notification-metrics';
import { type Stage, type Staged } from '../stage';

export interface RetryStageOptions {
  readonly integration: Integration;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: NotificationMetrics;
  /** From 0 to 1, spreads the attempts of many groups. */
  readonly random: () => number;
}

type Failure = Extract<NotifyOutcome, { kind: 'failed' }>;

const FIRST_DELAY_MS = 500;
const GROWTH = 1.5;
const LONGEST_DELAY_MS = 60_000;

/** Notifies, again and again at growing intervals, until it succeeds, cannot succeed, or the time is up. */
export class RetryStage implements Stage {
  readonly #options: RetryStageOptions;

  constructor(options: RetryStageOptions) {
    this.#options = options;
  }

  async run(notification: Notification, alerts: readonly Alert[]): Promise<Staged> {
    const { integration, metrics } = this.#options;
    metrics.attempted(integration.key);
    try {
      return await this.#notify(notification, alerts);
    } catch (error) {
      metrics.failed(integration.key, error instanceof NotificationFailedError ? error.reason : 'other');
      throw error;
    }
  }

  async #notify(notification: Notification, alerts: readonly Alert[]): Promise<Staged> {
    const { integration, clock } = this.#options;
    const { nowMs, signal } = notification;
    const sent = integration.sendResolved ? alerts : alerts.filter((alert) => !isResolvedAt(alert, nowMs));
    // Nobody wants to hear of it, but the log has to say that it is over.
    if (sent.length === 0) return { notification, alerts };
    let last: Failure | undefined;
    for (let attempts = 0; ; attempts++) {
      if (attempts > 0 && !signal.aborted) await sleep(clock, this.#delayMs(attempts), signal);
      if (signal.aborted) throw this.#gaveUp(attempts, last, signal);
      const outcome = await this.#attempt(notification, sent);
      if (outcome.kind === 'sent') {
        this.#logSuccess(notification, attempts + 1);
        const { receiverData } = outcome;
        return { notification: receiverData ? { ...notification, receiverData } : notification, alerts };
      }
      if (!outcome.retry) throw this.#failure('due to unrecoverable error after', attempts + 1, outcome);
      // A failure because the time ran out says less than the one before it.
      if (hasEnded(signal)) continue;
      if (outcome.error.message !== last?.error.message)
        this.#logFailure(notification, attempts + 1, outcome);
      last = outcome;
    }
  }

  async #attempt(notification: Notification, alerts: readonly Alert[]): Promise<NotifyOutcome> {
    const { integration, clock, metrics } = this.#options;
    const startMs = clock.monotonicMs();
    const outcome = await integration.notifier.notify(notification, alerts);
    metrics.requested(integration.key, (clock.monotonicMs() - startMs) / 1000, outcome.kind === 'sent');
    return outcome;
  }

  #delayMs(attempts: number): number {
    const middleMs = Math.min(FIRST_DELAY_MS * GROWTH ** (attempts - 1), LONGEST_DELAY_MS);
    return middleMs * (0.5 + this.#options.random());
  }

  #gaveUp(attempts: number, last: Failure | undefined, signal: AbortSignal): NotificationFailedError {
    const aborted: unknown = signal.reason;
    const reason = aborted instanceof NotificationAbortedError ? aborted.reason : 'other';
    const error = aborted instanceof Error ? aborted : new Error(String(aborted));
    return this.#failure('after', attempts, last ?? { kind: 'failed', retry: false, reason, error });
  }

  #failure(when: string, attempts: number, { error, reason }: Failure): NotificationFailedError {
    const { key } = this.#options.integration;
    const message = `${key.receiver}/${formatIntegration(key)}: notify retry canceled ${when} ${attempts} attempts: ${error.message}`;
    return new NotificationFailedError(message, reason, { cause: error });
  }

  #logFailure(notification: Notification, attempts: number, { error }: Failure): void {
    this.#logger(notification).warn('Notify attempt failed, will retry later', { attempts, err: error });
  }

  #logSuccess(notification: Notification, attempts: number): void {
    const logger = this.#logger(notification);
    if (attempts > 1) logger.info('Notify success', { attempts });
    else logger.debug('Notify success', { attempts });
  }

  #logger(notification: Notification): Logger {
    const { key } = this.#options.integration;
    return this.#options.logger.with({
      receiver: key.receiver,
      integration: formatIntegration(key),
      aggrGroup: notification.groupKey,
    });
  }
}

/** Asked anew after each wait. */
function hasEnded(signal: AbortSignal): boolean {
  return signal.aborted;
}
