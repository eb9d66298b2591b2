import { sortNaNFirst } from './quantile.js';

/** With so many samples coming or going for one that stays, sorting anew is no slower. */
const SORT_SHARE = 4;

/** The samples of a window in order, kept while the window moves forward. */
export class SortedWindow {
  #values: Float64Array = new Float64Array(0);
  #sorted = new Float64Array(0);
  #from = 0;
  #to = 0;
  #hasNaN = false;

  begin(values: Float64Array, count: number): void {
    this.#values = values;
    this.#from = this.#to = 0;
    this.#hasNaN = false;
    for (let i = 0; i < count; i++) if (values[i] !== values[i]) this.#hasNaN = true;
    if (this.#sorted.length < count) this.#sorted = new Float64Array(count);
  }

  /** The samples [from, to) in order, NaN first. Valid until the next call; bounds never go back. */
  move(from: number, to: number): Float64Array {
    const changes = from - this.#from + (to - this.#to);
    const count = to - from;
    if (this.#hasNaN || from >= this.#to || changes * SORT_SHARE > count) {
      const sorted = this.#sorted.subarray(0, count);
      sorted.set(this.#values.subarray(from, to));
      sortNaNFirst(sorted);
    } else {
      let length = this.#to - this.#from;
      for (let i = this.#from; i < from; i++) this.#remove(this.#values[i]!, length--);
      for (let i = this.#to; i < to; i++) this.#insert(this.#values[i]!, length++);
    }
    this.#from = from;
    this.#to = to;
    return this.#sorted.subarray(0, count);
  }

  #remove(value: number, length: number): void {
    const sorted = this.#sorted;
    for (let i = firstNotBelow(sorted, length, value) + 1; i < length; i++) sorted[i - 1] = sorted[i]!;
  }

  #insert(value: number, length: number): void {
    const sorted = this.#sorted;
    let at = length;
    for (; at > 0 && sorted[at - 1]! > value; at--) sorted[at] = sorted[at - 1]!;
    sorted[at] = value;
  }
}

function firstNotBelow(sorted: Float64Array, length: number, value: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
