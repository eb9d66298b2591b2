/** Series ids in a typed array that grows. */
export class IdList {
  length = 0;
  ids: Uint32Array;

  constructor(capacity = 64) {
    this.ids = new Uint32Array(capacity);
  }

  reserve(extra: number): void {
    const needed = this.length + extra;
    if (needed <= this.ids.length) return;
    const grown = new Uint32Array(Math.max(needed, 2 * this.ids.length));
    grown.set(this.ids.subarray(0, this.length));
    this.ids = grown;
  }

  /** Adds the words `[from, to)`. */
  pushAll(words: Uint32Array, from: number, to: number): void {
    this.reserve(to - from);
    this.ids.set(words.subarray(from, to), this.length);
    this.length += to - from;
  }

  /** Keeps those that are among others, both ascending. */
  keep(others: Uint32Array): void {
    let kept = 0;
    for (let i = 0, at = 0; i < this.length; i++) {
      const id = this.ids[i]!;
      while (at < others.length && others[at]! < id) at++;
      if (others[at] === id) this.ids[kept++] = id;
    }
    this.length = kept;
  }

  /** Ascending and without repetitions. */
  sortUnique(): void {
    const ids = this.ids.subarray(0, this.length).sort();
    let kept = 0;
    for (let i = 0; i < ids.length; i++) if (i === 0 || ids[i] !== ids[i - 1]) ids[kept++] = ids[i]!;
    this.length = kept;
  }
}
