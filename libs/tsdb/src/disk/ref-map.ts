const PAGE = 1024;
/** Of the page of no number. */
const NO_PAGE = -1;

/** From the numbers that a log gives to series to the ids they have here. Only needed while the log is read. */
export class RefMap {
  readonly #pages = new Map<number, Uint32Array>();
  /** The page last looked at: numbers come in order, mostly. */
  #number = NO_PAGE;
  #page: Uint32Array | undefined;

  /** The id, or 0. */
  get(ref: number): number {
    const number = Math.floor(ref / PAGE);
    if (number !== this.#number) this.#turnTo(number);
    return this.#page === undefined ? 0 : this.#page[ref - number * PAGE]!;
  }

  /** The ids of the first `length` numbers, as {@link get} gives them. */
  getAll(refs: Float64Array, length: number, ids: Uint32Array): void {
    for (let i = 0; i < length; i++) ids[i] = this.get(refs[i]!);
  }

  set(ref: number, id: number): void {
    const number = Math.floor(ref / PAGE);
    if (number !== this.#number) this.#turnTo(number);
    if (this.#page === undefined) {
      this.#page = new Uint32Array(PAGE);
      this.#pages.set(number, this.#page);
    }
    this.#page[ref - number * PAGE] = id;
  }

  #turnTo(number: number): void {
    this.#number = number;
    this.#page = this.#pages.get(number);
  }
}
