interface Entry<T> {
  readonly value: number;
  readonly item: T;
}

/**
 * Keeps the k largest (sign 1) or smallest (sign −1) values; NaN loses to every number. Which of equal values stays
 * follows the binary heap that upstream uses, so that answers agree.
 */
export class BoundedHeap<T> {
  readonly #size: number;
  readonly #sign: 1 | -1;
  /** The worst entry first. */
  readonly #entries: Entry<T>[] = [];

  constructor(size: number, sign: 1 | -1) {
    this.#size = size;
    this.#sign = sign;
  }

  offer(value: number, item: T): void {
    const entries = this.#entries;
    if (entries.length < this.#size) {
      entries.push({ value, item });
      this.#up(entries.length - 1);
      return;
    }
    const worst = entries[0]!.value;
    if (this.#sign * worst < this.#sign * value || (Number.isNaN(worst) && !Number.isNaN(value))) {
      entries[0] = { value, item };
      this.#down(0);
    }
  }

  /** The entries as they lie in the heap: the worst first, the others in no order that means anything. */
  get entries(): readonly Entry<T>[] {
    return this.#entries;
  }

  /** The entries, the best first. */
  best(): readonly Entry<T>[] {
    return [...this.#entries].sort((a, b) => {
      if (Number.isNaN(a.value)) return Number.isNaN(b.value) ? 0 : 1;
      if (Number.isNaN(b.value)) return -1;
      return a.value === b.value ? 0 : this.#sign * (a.value < b.value ? 1 : -1);
    });
  }

  #isWorse(a: Entry<T>, b: Entry<T>): boolean {
    return Number.isNaN(a.value) || this.#sign * a.value < this.#sign * b.value;
  }

  #up(index: number): void {
    for (let child = index; ;) {
      const parent = (child - 1) >> 1;
      if (parent < 0 || !this.#isWorse(this.#entries[child]!, this.#entries[parent]!)) return;
      this.#swap(child, parent);
      child = parent;
    }
  }

  #down(index: number): void {
    const entries = this.#entries;
    for (let parent = index; ;) {
      let child = 2 * parent + 1;
      if (child >= entries.length) return;
      if (child + 1 < entries.length && this.#isWorse(entries[child + 1]!, entries[child]!)) child++;
      if (!this.#isWorse(entries[child]!, entries[parent]!)) return;
      this.#swap(child, parent);
      parent = child;
    }
  }

  #swap(a: number, b: number): void {
    const entries = this.#entries;
    [entries[a], entries[b]] = [entries[b]!, entries[a]!];
  }
}
