/** The series of one label name, gathered in columns and then put in order of the values. */
export class NamePostings {
  readonly name: string;
  readonly #refs: Uint32Array;
  readonly #values: Uint32Array;
  #count = 0;
  /** Of the values in order: the symbol, and where its refs begin. */
  #symbols = new Uint32Array(0);
  #starts = new Uint32Array(0);

  /** For exactly `count` series. */
  constructor(name: string, count: number) {
    this.name = name;
    this.#refs = new Uint32Array(count);
    this.#values = new Uint32Array(count);
  }

  /** Series come in ascending order. */
  add(value: number, ref: number): void {
    this.#refs[this.#count] = ref;
    this.#values[this.#count++] = value;
  }

  /** Orders what was added by value, the refs of each value as they came. Returns the values' symbols, ascending. */
  sort(): Uint32Array {
    const sorted = this.#values.slice().sort();
    let kinds = 0;
    for (let i = 0; i < sorted.length; i++) {
      if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[kinds++] = sorted[i]!;
    }
    const symbols = sorted.slice(0, kinds);
    const ends = new Uint32Array(kinds + 1);
    ends[kinds] = this.#refs.length;
    const places = this.#values;
    for (let i = 0; i < places.length; i++) {
      places[i] = indexOf(symbols, places[i]!);
      ends[places[i]!]!++;
    }
    for (let kind = 1; kind < kinds; kind++) ends[kind]! += ends[kind - 1]!;
    const ordered = new Uint32Array(this.#refs.length);
    // From behind, so that each value's refs keep their order and `ends` come down to the starts.
    for (let i = places.length - 1; i >= 0; i--) ordered[--ends[places[i]!]!] = this.#refs[i]!;
    this.#refs.set(ordered);
    this.#symbols = symbols;
    this.#starts = ends;
    return symbols;
  }

  /** Value by value, behind {@link sort}; views of the columns. */
  *lists(): IterableIterator<{ readonly symbol: number; readonly refs: Uint32Array }> {
    const starts = this.#starts;
    for (let i = 0; i < this.#symbols.length; i++) {
      yield { symbol: this.#symbols[i]!, refs: this.#refs.subarray(starts[i], starts[i + 1]) };
    }
  }
}

function indexOf(sorted: Uint32Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
