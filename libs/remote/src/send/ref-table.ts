const EMPTY = 0;
/** 2^64 / golden ratio, its upper half: spreads numbers that follow one another. */
const SPREAD = 0x9e3779b1;
const LEAST_CAPACITY = 1024;

/** Rows by the numbers of series: open addressing in two columns, without an object a series. */
export class RefTable {
  #refs = new Float64Array(LEAST_CAPACITY);
  /** Row + 1; {@link EMPTY} where there is none. */
  #rows = new Uint32Array(LEAST_CAPACITY);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The row, or -1. */
  get(ref: number): number {
    const mask = this.#rows.length - 1;
    for (let at = placeOf(ref) & mask; ; at = (at + 1) & mask) {
      const row = this.#rows[at]!;
      if (row === EMPTY) return -1;
      if (this.#refs[at] === ref) return row - 1;
    }
  }

  /** Adds a number that is not there yet. */
  add(ref: number, row: number): void {
    if (2 * (this.#size + 1) > this.#rows.length) this.#rebuild(2 * this.#rows.length);
    this.#put(ref, row);
    this.#size++;
  }

  /** Removes a number that is there: what stands behind it in its run moves up. */
  remove(ref: number): void {
    const mask = this.#rows.length - 1;
    let hole = placeOf(ref) & mask;
    while (this.#refs[hole] !== ref || this.#rows[hole] === EMPTY) hole = (hole + 1) & mask;
    for (let at = (hole + 1) & mask; this.#rows[at] !== EMPTY; at = (at + 1) & mask) {
      const home = placeOf(this.#refs[at]!) & mask;
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      this.#refs[hole] = this.#refs[at]!;
      this.#rows[hole] = this.#rows[at]!;
      hole = at;
    }
    this.#rows[hole] = EMPTY;
    this.#size--;
  }

  #put(ref: number, row: number): void {
    const mask = this.#rows.length - 1;
    let at = placeOf(ref) & mask;
    while (this.#rows[at] !== EMPTY) at = (at + 1) & mask;
    this.#refs[at] = ref;
    this.#rows[at] = row + 1;
  }

  #rebuild(capacity: number): void {
    const refs = this.#refs;
    const rows = this.#rows;
    this.#refs = new Float64Array(capacity);
    this.#rows = new Uint32Array(capacity);
    for (let at = 0; at < rows.length; at++) {
      if (rows[at] !== EMPTY) this.#put(refs[at]!, rows[at]! - 1);
    }
  }
}

function placeOf(ref: number): number {
  const low = ref % 0x1_0000_0000;
  const high = (ref - low) / 0x1_0000_0000;
  const spread = Math.imul(low ^ Math.imul(high, 0x85ebca6b), SPREAD);
  return (spread ^ (spread >>> 15)) >>> 0;
}
