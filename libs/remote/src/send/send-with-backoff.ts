import { type Clock, type Logger, sleep } from '@narthex/process';
import { RecoverableWriteError, SendingStoppedError } from '../errors.js';
import { type QueueConfig } from './write-config.js';

export interface BackoffOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly config: Pick<QueueConfig, 'min_backoff' | 'max_backoff'>;
  readonly signal: AbortSignal;
  /** Called when a try failed and the next one will come after so long. */
  readonly onWait: (delayMs: number) => void;
  /** Called when that time is over. */
  readonly onRetry: () => void;
}

/**
 * Tries until the receiver takes it or refuses it for good: waits as long as the receiver asks for, or a time that
 * doubles.
 * @throws what `attempt` throws, but for RecoverableWriteError; SendingStoppedError when the signal aborts
 */
export async function sendWithBackoff<T>(
  attempt: (number: number) => Promise<T>,
  { clock, logger, config, signal, onWait, onRetry }: BackoffOptions,
): Promise<T> {
  let backoffMs = config.min_backoff;
  for (let number = 0; ; number++) {
    if (signal.aborted) throw new SendingStoppedError();
    try {
      return await attempt(number);
    } catch (error) {
      if (!(error instanceof RecoverableWriteError)) throw error;
      const { retryAfterMs } = error;
      const delayMs = retryAfterMs > 0 ? retryAfterMs : backoffMs;
      if (retryAfterMs > 0) {
        const duration = `${retryAfterMs / 1000}s`;
        logger.info('Retrying after duration specified by Retry-After header', { duration });
      } else if (retryAfterMs < 0) {
        logger.debug('retry-after cannot be in past, retrying using default backoff mechanism');
      }
      logger.warn('Failed to send batch, retrying', { err: error.message });
      onWait(delayMs);
      if (!(await sleep(clock, delayMs, signal))) throw new SendingStoppedError();
      onRetry();
      backoffMs = Math.min(2 * delayMs, config.max_backoff);
    }
  }
}
