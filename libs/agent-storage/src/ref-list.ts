/** Numbers of series, in a column that grows. */
export class RefList {
  #refs: Float64Array<ArrayBuffer>;
  #length = 0;

  /** @param expected how many there will be, more or less */
  constructor(expected: number) {
    this.#refs = new Float64Array(Math.max(16, expected));
  }

  push(ref: number): void {
    if (this.#length === this.#refs.length) {
      const grown = new Float64Array(2 * this.#length);
      grown.set(this.#refs);
      this.#refs = grown;
    }
    this.#refs[this.#length++] = ref;
  }

  /** A copy of its own. */
  take(): Float64Array<ArrayBuffer> {
    return this.#refs.slice(0, this.#length);
  }
}
