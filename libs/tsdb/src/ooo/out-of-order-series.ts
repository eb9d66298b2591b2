import { NO_ADDRESS, type SharedViews } from '@narthex/bytes';
import { type IdList } from '../read/id-list.js';
import { ROW } from '../shared/layout.js';
import { type RowFinder } from '../shared/row-table.js';

/** Drops the series that have nothing out of order. */
export function keepOutOfOrder(views: SharedViews, rows: RowFinder, ids: IdList): void {
  let kept = 0;
  for (let i = 0; i < ids.length; i++) {
    const id = ids.ids[i]!;
    const row = rows.find(id);
    if (row !== NO_ADDRESS && views.words(row)[views.wordIndex(row) + ROW.ooo] !== NO_ADDRESS)
      ids.ids[kept++] = id;
  }
  ids.length = kept;
}
