/** Something that stands at a point in time. */
export interface Timed {
  readonly timestampMs: number;
}

/**
 * A binary heap with the earliest on top. Which of several at the same time comes first is part of the answers that
 * Prometheus gives, so the sifting is that of Go's `container/heap`: only strictly earlier ones move past others.
 */
export class TimeHeap<T extends Timed> {
  readonly #items: T[] = [];

  get top(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (!(items[at]!.timestampMs < items[parent]!.timestampMs)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  /** Takes off the top. */
  pop(): T | undefined {
    const items = this.#items;
    this.#swap(0, items.length - 1);
    const top = items.pop();
    for (let at = 0; ;) {
      const left = 2 * at + 1;
      if (left >= items.length) return top;
      const right = left + 1;
      const child =
        right < items.length && items[right]!.timestampMs < items[left]!.timestampMs ? right : left;
      if (!(items[child]!.timestampMs < items[at]!.timestampMs)) return top;
      this.#swap(at, child);
      at = child;
    }
  }

  #swap(a: number, b: number): void {
    const items = this.#items;
    if (items.length === 0) return;
    const moved = items[a]!;
    items[a] = items[b]!;
    items[b] = moved;
  }
}
