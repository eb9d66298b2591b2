/** Lets pieces of work that must not run at the same time run one after the other, in the order they came. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Resolves or rejects as the work does; whoever comes later is not kept by a failure. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Resolves when everything that was asked for up to now is done. */
  async settled(): Promise<void> {
    await this.#last;
  }
}
