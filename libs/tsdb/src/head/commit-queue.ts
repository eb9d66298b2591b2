import { type Clock } from '@narthex/process';
import { setImmediate } from 'node:timers/promises';
import { runInSlices } from './slices.js';

/**
 * Runs commits one after the other, in the order in which they were asked for. A long one lets the event loop turn
 * between its steps; all others wait for its end, so that samples are logged and shown in one order.
 */
export class CommitQueue {
  readonly #clock: Clock;
  /** Settles with the last commit that was asked for; undefined when all are over. */
  #last: Promise<unknown> | undefined;
  /** How many are not over. */
  #waiting = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves with what the commit returns, or rejects with what it throws, which is no matter to those behind it. */
  run<T>(commit: () => Generator<void, T>): Promise<T> {
    const turn = this.#runBehind(this.#last, commit);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Resolves when all that was asked for is over. */
  async idle(): Promise<void> {
    while (this.#last !== undefined) await this.#last;
  }

  async #runBehind<T>(before: Promise<unknown> | undefined, commit: () => Generator<void, T>): Promise<T> {
    this.#waiting++;
    try {
      await before;
      // Those that waited for a long one must not come all at once.
      if (before !== undefined) await setImmediate();
      return await runInSlices(commit(), this.#clock);
    } finally {
      // Before whoever waits for this one can ask for the next.
      if (--this.#waiting === 0) this.#last = undefined;
    }
  }
}
