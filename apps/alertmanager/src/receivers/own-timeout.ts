import { type Clock } from '@narthex/process';
import { NotificationAbortedError } from '../notify/errors';

/**
 * Runs a task with a signal that aborts with the given one, and after a receiver's own `timeout` too, if it has one
 * (0 for none).
 */
export async function withTimeout<T>(
  clock: Clock,
  timeoutMs: number,
  signal: AbortSignal,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (timeoutMs <= 0) return task(signal);
  const ended = new AbortController();
  const onAbort = (): void => ended.abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  const cancel = clock.after(timeoutMs, () =>
    ended.abort(new NotificationAbortedError('contextDeadlineExceeded')),
  );
  try {
    return await task(ended.signal);
  } finally {
    cancel();
    signal.removeEventListener('abort', onAbort);
  }
}
