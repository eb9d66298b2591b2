import { type Clock } from '@narthex/process';

/** An answer that is dear to get, kept for a while. Who asks while it is being got waits for the same. */
export class Cached<T> {
  readonly #get: () => Promise<T>;
  readonly #clock: Clock;
  readonly #maxAgeMs: number;
  #answer: { readonly value: Promise<T>; readonly sinceMs: number } | undefined;

  constructor(clock: Clock, maxAgeMs: number, get: () => Promise<T>) {
    this.#clock = clock;
    this.#maxAgeMs = maxAgeMs;
    this.#get = get;
  }

  get(): Promise<T> {
    const nowMs = this.#clock.monotonicMs();
    if (this.#answer !== undefined && nowMs - this.#answer.sinceMs < this.#maxAgeMs)
      return this.#answer.value;
    const value = this.#get();
    this.#answer = { value, sinceMs: nowMs };
    // A failure is told to those who wait for it, and is not kept.
    value.catch(() => (this.#answer = undefined));
    return value;
  }
}
