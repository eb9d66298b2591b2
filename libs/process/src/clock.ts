/** The time as an engine sees it. Engines never call `Date.now` or `setTimeout` themselves, so tests move time by hand. */
export interface Clock {
  /** Wall-clock time in milliseconds since the Unix epoch. */
  nowMs(): number;
  /** A reading of a clock that never goes back, in milliseconds; only differences mean anything. */
  monotonicMs(): number;
  /** Calls `run` once after `delayMs`. The returned function cancels it and may be called more than once. */
  after(delayMs: number, run: () => void): () => void;
}

/** Node clamps longer delays to 1 ms; anything beyond is waited for in steps. Fractions it cuts off, so they are rounded up here. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

class SystemClock implements Clock {
  nowMs(): number {
    return Date.now();
  }

  monotonicMs(): number {
    return performance.now();
  }

  after(delayMs: number, run: () => void): () => void {
    let timer: NodeJS.Timeout;
    const arm = (remainingMs: number): void => {
      const stepMs = Math.min(Math.max(remainingMs, 0), LONGEST_TIMER_MS);
      timer = setTimeout(() => (remainingMs > stepMs ? arm(remainingMs - stepMs) : run()), Math.ceil(stepMs));
    };
    arm(delayMs);
    return () => clearTimeout(timer);
  }
}

/** The machine's clock. */
export const systemClock: Clock = new SystemClock();

/**
 * Resolves after `delayMs` of the clock's time, or as soon as the signal aborts: true when the whole delay passed,
 * false when it was cut short.
 */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<boolean> {
  if (signal?.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const onAbort = (): void => {
      cancel();
      resolve(false);
    };
    const cancel = clock.after(delayMs, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve(true);
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
