/** Lets so many requests run; others wait in the order in which they came. */
export class ReadGate {
  readonly #limit: number;
  #running = 0;
  readonly #waiting = new Set<() => void>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** True when it is the caller's turn, who has to {@link leave}; false when `signal` came first. */
  enter(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false);
    if (this.#running < this.#limit) {
      this.#running++;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const gone = (): void => {
        this.#waiting.delete(turn);
        resolve(false);
      };
      const turn = (): void => {
        signal.removeEventListener('abort', gone);
        resolve(true);
      };
      signal.addEventListener('abort', gone, { once: true });
      this.#waiting.add(turn);
    });
  }

  leave(): void {
    // The turn goes to the one who waits longest: the number of running ones stays.
    const [next] = this.#waiting;
    if (next === undefined) this.#running--;
    else {
      this.#waiting.delete(next);
      next();
    }
  }
}
