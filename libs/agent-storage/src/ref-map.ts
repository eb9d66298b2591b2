const PAGE_BITS = 8;
const PAGE = 1 << PAGE_BITS;
/** Of the page of no number. */
const NO_PAGE = -1;

interface Page {
  readonly values: Uint32Array;
  used: number;
}

/**
 * From the numbers that the log gives to series to numbers from 1 to 2^32 − 1. Numbers of the log count up, so they lie
 * in pages; a page goes with the last of its entries.
 */
export class RefMap {
  readonly #pages = new Map<number, Page>();
  /** The page last looked at: numbers come in order, mostly. */
  #number = NO_PAGE;
  #page: Page | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The number that stands for `ref`; 0 for none. */
  get(ref: number): number {
    const page = this.#pageOf(ref);
    return page === undefined ? 0 : page.values[ref % PAGE]!;
  }

  /** @param value more than 0 */
  set(ref: number, value: number): void {
    let page = this.#pageOf(ref);
    if (page === undefined) {
      page = { values: new Uint32Array(PAGE), used: 0 };
      this.#pages.set(this.#number, page);
      this.#page = page;
    }
    if (page.values[ref % PAGE] === 0) {
      page.used++;
      this.#size++;
    }
    page.values[ref % PAGE] = value;
  }

  delete(ref: number): void {
    const page = this.#pageOf(ref);
    if (page === undefined || page.values[ref % PAGE] === 0) return;
    page.values[ref % PAGE] = 0;
    this.#size--;
    if (--page.used > 0) return;
    this.#pages.delete(this.#number);
    this.#page = undefined;
  }

  /** Every number with what stands for it. What changes meanwhile may show or not. */
  *entries(): Generator<readonly [ref: number, value: number]> {
    for (const [number, { values }] of this.#pages) {
      for (let at = 0; at < PAGE; at++) {
        if (values[at] !== 0) yield [number * PAGE + at, values[at]!];
      }
    }
  }

  #pageOf(ref: number): Page | undefined {
    const number = Math.floor(ref / PAGE);
    if (number !== this.#number) {
      this.#number = number;
      this.#page = this.#pages.get(number);
    }
    return this.#page;
  }
}
