/** Puts a callback behind what else waits for the event loop: `setImmediate`. */
export type NextTurn = (callback: () => void) => void;

/**
 * Shares the event loop between requests that take long: each turn of it goes to one of them, however many wait, and
 * in the order in which they asked.
 */
export class Slices {
  readonly #nextTurn: NextTurn;
  readonly #waiting: (() => void)[] = [];

  constructor(nextTurn: NextTurn = setImmediate) {
    this.#nextTurn = nextTurn;
  }

  /** Resolves when it is the caller's turn: the slice is what runs up to its next `await`. */
  turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length === 1) this.#nextTurn(() => this.#serve());
    });
  }

  #serve(): void {
    this.#waiting[0]!();
    // The one served stays at the head until its slice is over, so that nobody else is called in the same turn.
    this.#nextTurn(() => {
      this.#waiting.shift();
      if (this.#waiting.length > 0) this.#serve();
    });
  }
}
