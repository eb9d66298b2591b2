import { NO_ADDRESS, type SharedViews } from '@narthex/bytes';
import { type ControlBlock } from '../shared/control-block.js';
import { ROW } from '../shared/layout.js';
import { type RowFinder } from '../shared/row-table.js';

const PAGE_BITS = 15;
const PAGE_REFS = 1 << PAGE_BITS;

/** A set of series numbers of the log: a bit each, in pages, for numbers may begin high up. */
export class RefSet {
  readonly #pages = new Map<number, Uint32Array>();

  add(ref: number): void {
    const number = Math.floor(ref / PAGE_REFS);
    let page = this.#pages.get(number);
    if (page === undefined) {
      page = new Uint32Array(PAGE_REFS / 32);
      this.#pages.set(number, page);
    }
    const at = ref % PAGE_REFS;
    page[at >>> 5]! |= 1 << (at & 31);
  }

  has(ref: number): boolean {
    const page = this.#pages.get(Math.floor(ref / PAGE_REFS));
    if (page === undefined) return false;
    const at = ref % PAGE_REFS;
    return (page[at >>> 5]! & (1 << (at & 31))) !== 0;
  }
}

/**
 * The numbers that the log gave to the series there are now. A row's number is written once, before the row can be
 * found. The caller holds an epoch.
 */
export function liveWalRefs(views: SharedViews, rows: RowFinder, control: ControlBlock): RefSet {
  const refs = new RefSet();
  for (let id = 1; id <= control.lastId; id++) {
    const row = rows.find(id);
    if (row === NO_ADDRESS) continue;
    if (views.words(row)[views.wordIndex(row) + ROW.labels] === NO_ADDRESS) continue;
    refs.add(views.doubles(row)[views.doubleIndex(row) + (ROW.walRef >>> 1)]!);
  }
  return refs;
}
