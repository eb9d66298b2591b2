/** Places for rules that are evaluated beside others, over all groups (`--rules.max-concurrent-evals`). */
export class EvaluationSlots {
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  /** True when there was a place; it is to be given back. */
  tryTake(): boolean {
    if (this.#free <= 0) return false;
    this.#free--;
    return true;
  }

  give(): void {
    this.#free++;
  }
}
