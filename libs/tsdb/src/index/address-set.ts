import { type SharedAddress } from '@narthex/bytes';

/** Addresses of one page: 8 KiB of bits. */
const PAGE_BITS = 16;
const PAGE_WORDS = 1 << (PAGE_BITS - 5);
const IN_PAGE = (1 << PAGE_BITS) - 1;

/**
 * A set of addresses, as one bit each. A `Set` of a million of them would be rehashed as a whole now and then, which
 * takes the thread longer than anything else may; here each step is short.
 */
export class AddressSet {
  readonly #pages = new Map<number, Uint32Array>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(address: SharedAddress): void {
    const page = address >>> PAGE_BITS;
    let words = this.#pages.get(page);
    if (words === undefined) {
      words = new Uint32Array(PAGE_WORDS);
      this.#pages.set(page, words);
    }
    const word = (address & IN_PAGE) >>> 5;
    const bit = 1 << (address & 31);
    if ((words[word]! & bit) !== 0) return;
    words[word]! |= bit;
    this.#size++;
  }

  /** Takes out one after the other, in no particular order. What is added meanwhile is taken out now or next time. */
  *drain(): Generator<SharedAddress, void, undefined> {
    for (const [page, words] of this.#pages) {
      for (let word = 0; word < PAGE_WORDS; word++) {
        while (words[word] !== 0) {
          const lowest = words[word]! & -words[word]!;
          words[word]! ^= lowest;
          this.#size--;
          yield page * (IN_PAGE + 1) + 32 * word + (31 - Math.clz32(lowest));
        }
      }
      if (words.every((word) => word === 0)) this.#pages.delete(page);
    }
  }
}
