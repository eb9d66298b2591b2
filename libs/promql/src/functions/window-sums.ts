/** Beyond this, a sum of many may overflow. */
const MOST_MAGNITUDE = 1e300;

/**
 * Sums over windows that move forward, each sample being added a fixed number of times however long windows are, and
 * none ever subtracted: a window is the samples behind a mark, summed up as they come, and those before it, of which
 * the sums up to the mark stand ready from every sample on. Where a window has passed the mark, the mark moves to its
 * end (known as a queue of two stacks). Sums carry what rounding lost (Neumaier), so they are as good as those of
 * a window summed up by itself.
 */
export class WindowSums {
  /** The last window's sum, and what rounding has lost of it. */
  sum = 0;
  rest = 0;
  #values: Float64Array = new Float64Array(0);
  #frontSums = new Float64Array(0);
  #frontRests = new Float64Array(0);
  #mark = 0;
  #next = 0;
  #backSum = 0;
  #backRest = 0;

  /** Begins with other values; false when some are infinite, not numbers, or too large to be summed up like this. */
  begin(values: Float64Array, count: number, most = MOST_MAGNITUDE): boolean {
    for (let i = 0; i < count; i++) if (!(Math.abs(values[i]!) < most)) return false;
    this.#values = values;
    if (this.#frontSums.length < count) {
      this.#frontSums = new Float64Array(count);
      this.#frontRests = new Float64Array(count);
    }
    this.#mark = this.#next = 0;
    this.#backSum = this.#backRest = 0;
    return true;
  }

  /** Sums up [from, to), neither of which may be less than the time before. */
  move(from: number, to: number): void {
    if (from >= this.#mark) this.#rebuild(from, to);
    else if (to > this.#next) this.#append(to);
    const front = from < this.#mark;
    const a = front ? this.#frontSums[from]! : 0;
    const b = this.#backSum;
    const total = a + b;
    const lost = Math.abs(a) >= Math.abs(b) ? a - total + b : b - total + a;
    this.sum = total;
    this.rest = (front ? this.#frontRests[from]! : 0) + this.#backRest + lost;
  }

  #append(to: number): void {
    const values = this.#values;
    let sum = this.#backSum;
    let rest = this.#backRest;
    for (let i = this.#next; i < to; i++) {
      const value = values[i]!;
      const total = sum + value;
      rest += Math.abs(sum) >= Math.abs(value) ? sum - total + value : value - total + sum;
      sum = total;
    }
    this.#next = to;
    this.#backSum = sum;
    this.#backRest = rest;
  }

  #rebuild(from: number, to: number): void {
    const values = this.#values;
    const sums = this.#frontSums;
    const rests = this.#frontRests;
    let sum = 0;
    let rest = 0;
    for (let i = to - 1; i >= from; i--) {
      const value = values[i]!;
      const total = sum + value;
      rest += Math.abs(sum) >= Math.abs(value) ? sum - total + value : value - total + sum;
      sum = total;
      sums[i] = sum;
      rests[i] = rest;
    }
    this.#mark = this.#next = to;
    this.#backSum = this.#backRest = 0;
  }
}
