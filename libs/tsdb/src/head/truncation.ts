import { NO_ADDRESS } from '@narthex/bytes';
import { ENTRY, ROW } from '../shared/layout.js';
import { RowTable } from '../shared/row-table.js';
import { type WritableHead } from './writable-head.js';

/** Series looked at in one publication window. */
const WINDOW_SERIES = 64;
/** Retired blocks freed in one step. */
const RECLAIM_LIMIT = 2000;

/**
 * Drops old chunks, then series that have none left and that nobody is writing to, then their traces in the index.
 * Returns the time of the first sample that is left; Infinity when there is none.
 */
export function* truncateSeries(head: WritableHead, minTimeMs: number): Generator<void, number> {
  let firstMs = Infinity;
  const { rows, control, allocator } = head;
  const lastId = control.lastId;
  for (let id = 1; id <= lastId;) {
    if (rows.find(id) === NO_ADDRESS) {
      id = RowTable.nextPage(id);
      continue;
    }
    const end = Math.min(id + WINDOW_SERIES, RowTable.nextPage(id), lastId + 1);
    head.publish(() => {
      for (; id < end; id++) firstMs = Math.min(firstMs, truncateOne(head, id, minTimeMs));
    });
    allocator.reclaim(RECLAIM_LIMIT);
    yield;
  }
  yield* sweep(head);
  return firstMs;
}

/** Series that have become stale and are in blocks. */
export interface StaleSeries {
  readonly ids: Uint32Array;
  /** No sample in the blocks is newer. */
  readonly maxTimeMs: number;
}

/**
 * Drops whole series, unless they have come back meanwhile. `log` is told their numbers before they go. How many went.
 */
export function* evictSeries(
  head: WritableHead,
  { ids, maxTimeMs }: StaleSeries,
  log: (walRefs: readonly number[]) => void,
): Generator<void, number> {
  const { store, allocator, outOfOrder } = head;
  let evicted = 0;
  for (let from = 0; from < ids.length; from += WINDOW_SERIES) {
    const going = [...ids.subarray(from, from + WINDOW_SERIES)].filter((id) => {
      const row = head.row(id);
      if (row === NO_ADDRESS || !store.isStale(row) || store.lastTimeMs(row) > maxTimeMs) return false;
      return outOfOrder.store.block(row) === NO_ADDRESS && !head.isTouched(row);
    });
    if (going.length > 0) log(going.map((id) => store.walRef(head.row(id))));
    head.publish(() => {
      for (const id of going) {
        const row = head.row(id);
        store.truncate(row, Infinity);
        remove(head, id, row);
      }
    });
    evicted += going.length;
    allocator.reclaim(RECLAIM_LIMIT);
    yield;
  }
  yield* sweep(head);
  return evicted;
}

/** Drops a series at once, with all that it has in order; for the start, when nobody reads. */
export function removeSeries(head: WritableHead, id: number): void {
  const row = head.row(id);
  if (row === NO_ADDRESS) return;
  head.publish(() => {
    head.store.truncate(row, Infinity);
    remove(head, id, row);
  });
}

function* sweep({ index, allocator }: WritableHead): Generator<void> {
  for (const _step of index.sweep()) {
    allocator.reclaim(RECLAIM_LIMIT);
    yield;
  }
  allocator.reclaim(RECLAIM_LIMIT);
}

/** Returns the time of the series' first sample that is left. */
function truncateOne(head: WritableHead, id: number, minTimeMs: number): number {
  const row = head.row(id);
  if (row === NO_ADDRESS) return Infinity;
  if (!head.store.truncate(row, minTimeMs)) return firstTimeMs(head, row);
  if (head.outOfOrder.store.block(row) !== NO_ADDRESS || head.isTouched(row)) return Infinity;
  remove(head, id, row);
  return Infinity;
}

/** Takes out a series without chunks. */
function remove(head: WritableHead, id: number, row: number): void {
  const { views } = head.allocator;
  const labels = views.words(row)[views.wordIndex(row) + ROW.labels]!;
  head.onSeriesRemoved(head.store.walRef(row));
  head.store.release(row);
  head.metadata.forget(row);
  head.index.remove(id, labels);
  head.rows.remove(id);
  head.counters.seriesRemoved++;
}

function firstTimeMs({ allocator: { views } }: WritableHead, row: number): number {
  const words = views.words(row);
  const at = views.wordIndex(row);
  if (words[at + ROW.entryCount]! > 0) {
    const entry = words[at + ROW.firstEntry]!;
    return views.doubles(entry)[views.doubleIndex(entry) + (ENTRY.minTime >>> 1)]!;
  }
  return views.doubles(row)[views.doubleIndex(row) + (ROW.openMinTime >>> 1)]!;
}
