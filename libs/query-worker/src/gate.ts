import { type PromqlError } from '@narthex/promql';

/** Lets a limited number of queries run; others wait their turn in order. */
export class Gate {
  readonly limit: number;
  #running = 0;
  readonly #waiting = new Set<() => void>();

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Queries that run or wait. */
  get size(): number {
    return this.#running + this.#waiting.size;
  }

  /**
   * Resolves with the function that ends the turn.
   * @throws PromqlError what `interrupted` rejects with, when that comes first.
   */
  async enter(interrupted: Promise<PromqlError>): Promise<() => void> {
    if (this.#running >= this.limit) await this.#wait(interrupted);
    else this.#running++;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      // A turn that ends goes to the one who waits longest: the number of running ones stays.
      const [next] = this.#waiting;
      if (next === undefined) this.#running--;
      else {
        this.#waiting.delete(next);
        next();
      }
    };
  }

  #wait(interrupted: Promise<PromqlError>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.add(resolve);
      void interrupted.then((error) => {
        if (this.#waiting.delete(resolve)) reject(error);
      });
    });
  }
}
