import { NO_ADDRESS } from '@narthex/bytes';
import { ROW } from '../shared/layout.js';
import { RowTable } from '../shared/row-table.js';
import { type WritableHead } from './writable-head.js';

/** Series looked at in one publication window. */
const WINDOW_SERIES = 64;
/** Retired blocks freed in one step. */
const RECLAIM_LIMIT = 2000;

/** Drops old chunks, then series that have none left and that nobody is writing to, then their traces in the index. */
export function* truncateSeries(head: WritableHead, minTimeMs: number): Generator<void> {
  const { rows, control, allocator } = head;
  const lastId = control.lastId;
  for (let id = 1; id <= lastId;) {
    if (rows.find(id) === NO_ADDRESS) {
      id = RowTable.nextPage(id);
      continue;
    }
    const end = Math.min(id + WINDOW_SERIES, RowTable.nextPage(id), lastId + 1);
    head.publish(() => {
      for (; id < end; id++) truncateOne(head, id, minTimeMs);
    });
    allocator.reclaim(RECLAIM_LIMIT);
    yield;
  }
  for (const _step of head.index.sweep()) {
    allocator.reclaim(RECLAIM_LIMIT);
    yield;
  }
  allocator.reclaim(RECLAIM_LIMIT);
}

function truncateOne(head: WritableHead, id: number, minTimeMs: number): void {
  const row = head.row(id);
  if (row === NO_ADDRESS) return;
  if (!head.store.truncate(row, minTimeMs) || head.isTouched(row)) return;
  const { views } = head.allocator;
  const labels = views.words(row)[views.wordIndex(row) + ROW.labels]!;
  head.store.release(row);
  head.index.remove(id, labels);
  head.rows.remove(id);
  head.counters.seriesRemoved++;
}
