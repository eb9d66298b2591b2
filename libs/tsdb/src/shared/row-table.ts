import {
  GRANULE_BYTES,
  NO_ADDRESS,
  type SharedAddress,
  type SharedAllocator,
  type SharedViews,
} from '@narthex/bytes';
import { type ControlBlock } from './control-block.js';
import { ROW, WORD_BYTES } from './layout.js';

const ROOT_WORDS = 4096;
const MIDDLE_BITS = 10;
const MIDDLE_WORDS = 1 << MIDDLE_BITS;
const PAGE_BITS = 8;
const PAGE_ROWS = 1 << PAGE_BITS;
const ROW_BYTES = ROW.words * WORD_BYTES;
const ROW_GRANULES = ROW_BYTES / GRANULE_BYTES;
const PAGE_BYTES = PAGE_ROWS * ROW_BYTES;

/** The largest id: ids are never used twice while the process lives. */
export const MAX_SERIES_ID: number = ROOT_WORDS * MIDDLE_WORDS * PAGE_ROWS - 1;

/** Finds rows by id, in any thread. */
export class RowFinder {
  readonly #views: SharedViews;
  readonly #root: SharedAddress;

  constructor(views: SharedViews, control: ControlBlock) {
    this.#views = views;
    this.#root = control.rowRoot;
  }

  /** The row's address; 0 when there is none (any more). */
  find(id: number): SharedAddress {
    const views = this.#views;
    const root = this.#root;
    const middle = views.words(root)[views.wordIndex(root) + (id >>> (PAGE_BITS + MIDDLE_BITS))]!;
    if (middle === NO_ADDRESS) return NO_ADDRESS;
    const page = views.words(middle)[views.wordIndex(middle) + ((id >>> PAGE_BITS) & (MIDDLE_WORDS - 1))]!;
    return page === NO_ADDRESS ? NO_ADDRESS : page + (id & (PAGE_ROWS - 1)) * ROW_GRANULES;
  }
}

/** Hands out rows under ascending ids, from 1, and takes them back a page at a time. */
export class RowTable extends RowFinder {
  readonly #allocator: SharedAllocator;
  readonly #control: ControlBlock;
  /** Rows in use, by page. */
  #inUse = new Uint16Array(64);
  /** The pages' addresses once more: the writer looks a row up for every sample. */
  #pages = new Uint32Array(64);

  private constructor(allocator: SharedAllocator, control: ControlBlock) {
    super(allocator.views, control);
    this.#allocator = allocator;
    this.#control = control;
  }

  static create(allocator: SharedAllocator, control: ControlBlock): RowTable {
    control.rowRoot = allocator.allocateZeroed(ROOT_WORDS * WORD_BYTES);
    return new RowTable(allocator, control);
  }

  override find(id: number): SharedAddress {
    const pageIndex = id >>> PAGE_BITS;
    if (pageIndex >= this.#pages.length) return NO_ADDRESS;
    const page = this.#pages[pageIndex]!;
    return page === NO_ADDRESS ? NO_ADDRESS : page + (id & (PAGE_ROWS - 1)) * ROW_GRANULES;
  }

  /** A row of zeros under the next id. @throws RangeError when ids have run out */
  add(): number {
    const id = this.#control.lastId + 1;
    if (id > MAX_SERIES_ID) throw new RangeError(`more than ${MAX_SERIES_ID} series since the start`);
    const pageIndex = id >>> PAGE_BITS;
    if (pageIndex >= this.#inUse.length) {
      const grown = new Uint16Array(2 * this.#inUse.length);
      grown.set(this.#inUse);
      this.#inUse = grown;
      const pages = new Uint32Array(grown.length);
      pages.set(this.#pages);
      this.#pages = pages;
    }
    if (this.find(id) === NO_ADDRESS) this.#setPage(id, this.#allocator.allocateZeroed(PAGE_BYTES));
    this.#inUse[pageIndex]!++;
    this.#control.lastId = id;
    // The page before was kept, for it was the last one; now it may go.
    if ((id & (PAGE_ROWS - 1)) === 0 && this.#inUse[pageIndex - 1] === 0) this.#removePage(id - 1);
    return id;
  }

  /** Takes back a row. Its page goes when it was the last one of it that can ever be in use. */
  remove(id: number): void {
    const pageIndex = id >>> PAGE_BITS;
    if (--this.#inUse[pageIndex]! > 0 || pageIndex === this.#control.lastId >>> PAGE_BITS) return;
    this.#removePage(id);
  }

  #removePage(id: number): void {
    const page = this.find(id & -PAGE_ROWS);
    if (page === NO_ADDRESS) return;
    this.#setPage(id, NO_ADDRESS);
    this.#allocator.retire(page, PAGE_BYTES);
  }

  /** The first id behind the page of `id`. */
  static nextPage(id: number): number {
    return ((id >>> PAGE_BITS) + 1) << PAGE_BITS;
  }

  #setPage(id: number, page: SharedAddress): void {
    const { views } = this.#allocator;
    const root = this.#control.rowRoot;
    const at = views.wordIndex(root) + (id >>> (PAGE_BITS + MIDDLE_BITS));
    let middle = views.words(root)[at]!;
    if (middle === NO_ADDRESS) {
      middle = this.#allocator.allocateZeroed(MIDDLE_WORDS * WORD_BYTES);
      views.words(root)[at] = middle;
    }
    const slot = views.wordIndex(middle) + ((id >>> PAGE_BITS) & (MIDDLE_WORDS - 1));
    Atomics.store(views.words(middle), slot, page);
    this.#pages[id >>> PAGE_BITS] = page;
  }
}
