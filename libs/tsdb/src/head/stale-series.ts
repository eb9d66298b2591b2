import { NO_ADDRESS } from '@narthex/bytes';
import { ROW } from '../shared/layout.js';
import { RowTable } from '../shared/row-table.js';
import { type WritableHead } from './writable-head.js';

const SERIES_A_STEP = 1024;

/** The ids of the series whose last sample is a stale marker and that have nothing out of order, ascending. */
export function* findStaleSeries(head: WritableHead): Generator<void, Uint32Array> {
  const { rows, control, store, allocator } = head;
  const { views } = allocator;
  let found = new Uint32Array(SERIES_A_STEP);
  let length = 0;
  const { lastId } = control;
  for (let id = 1; id <= lastId; id++) {
    if (id % SERIES_A_STEP === 0) yield;
    if (rows.find(id) === NO_ADDRESS) {
      id = RowTable.nextPage(id) - 1;
      continue;
    }
    const row = head.row(id);
    if (row === NO_ADDRESS || !store.isStale(row)) continue;
    if (views.words(row)[views.wordIndex(row) + ROW.ooo] !== NO_ADDRESS) continue;
    if (length === found.length) {
      const grown = new Uint32Array(2 * length);
      grown.set(found);
      found = grown;
    }
    found[length++] = id;
  }
  return found.slice(0, length);
}
