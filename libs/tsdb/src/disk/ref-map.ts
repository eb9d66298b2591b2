const PAGE = 1024;

/** From the numbers that a log gives to series to the ids they have here. Only needed while the log is read. */
export class RefMap {
  readonly #pages = new Map<number, Uint32Array>();

  /** The id, or 0. */
  get(ref: number): number {
    return this.#pages.get(Math.floor(ref / PAGE))?.[ref % PAGE] ?? 0;
  }

  set(ref: number, id: number): void {
    const number = Math.floor(ref / PAGE);
    let page = this.#pages.get(number);
    if (page === undefined) {
      page = new Uint32Array(PAGE);
      this.#pages.set(number, page);
    }
    page[ref % PAGE] = id;
  }
}
