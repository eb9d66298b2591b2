import { NO_ADDRESS } from '@narthex/bytes';
import { IdList } from '../read/id-list.js';
import { RowTable } from '../shared/row-table.js';
import { type WritableHead } from './writable-head.js';

const SERIES_A_STEP = 1024;

/** The ids of the series whose last sample is a stale marker and that have nothing out of order, ascending. */
export function* findStaleSeries(head: WritableHead): Generator<void, Uint32Array> {
  const { rows, control, store, outOfOrder } = head;
  const found = new IdList(SERIES_A_STEP);
  const { lastId } = control;
  for (let id = 1; id <= lastId; id++) {
    if (id % SERIES_A_STEP === 0) yield;
    if (rows.find(id) === NO_ADDRESS) {
      id = RowTable.nextPage(id) - 1;
      continue;
    }
    const row = head.row(id);
    if (row === NO_ADDRESS || !store.isStale(row)) continue;
    if (outOfOrder.store.block(row) !== NO_ADDRESS) continue;
    found.reserve(1);
    found.ids[found.length++] = id;
  }
  return found.ids.slice(0, found.length);
}
