/** Groups that may begin to notify before everything else gets its turn: some milliseconds of work. */
const PER_TURN = 8;

/**
 * Lets thousands of groups that are due in the same moment begin a few at a time, so that the program goes on answering.
 * Who begins is not held up by how long the others take.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #taken = 0;
  #isScheduled = false;

  /** Resolves when it is one's turn: at once, unless many have begun just now. */
  next(): Promise<void> {
    this.#schedule();
    if (this.#taken >= PER_TURN || this.#waiting.length > 0) {
      return new Promise((resolve) => this.#waiting.push(resolve));
    }
    this.#taken++;
    return Promise.resolve();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      const begin = this.#waiting.splice(0, PER_TURN);
      this.#taken = begin.length;
      for (const go of begin) go();
      if (begin.length > 0) this.#schedule();
    });
  }
}
