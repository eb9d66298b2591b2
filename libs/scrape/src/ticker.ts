import { type Clock, sleep } from '@narthex/process';

/**
 * Ticks on a grid, as Go's `time.Ticker`: whoever comes too late for a tick gets it at once, and misses those between
 * it and the next.
 */
export class Ticker {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  #dueMs: number;

  constructor(clock: Clock, intervalMs: number) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#dueMs = clock.monotonicMs() + intervalMs;
  }

  /** Waits for the next tick; false when the signal aborted first. */
  async tick(signal: AbortSignal): Promise<boolean> {
    const lateMs = this.#clock.monotonicMs() - this.#dueMs;
    if (lateMs >= 0) {
      this.#dueMs += this.#intervalMs * (1 + Math.floor(lateMs / this.#intervalMs));
      return !signal.aborted;
    }
    // A tick that nobody waited for to the end is still to come.
    if (!(await sleep(this.#clock, -lateMs, signal))) return false;
    this.#dueMs += this.#intervalMs;
    return true;
  }
}
