import { type QueryNotes } from '@narthex/query-worker';
import { goSeconds } from './timestamps.js';

/** How long a query took, in seconds, and what it read: as answers and the query log have it. */
export function queryStats(notes: Pick<QueryNotes, 'timings' | 'samples'>, queuedSeconds: number): unknown {
  const { preparation, evaluation, sorting } = notes.timings;
  const total = preparation + evaluation + sorting;
  return {
    timings: {
      evalTotalTime: goSeconds(total),
      resultSortTime: goSeconds(sorting),
      queryPreparationTime: goSeconds(preparation),
      innerEvalTime: goSeconds(evaluation),
      execQueueTime: goSeconds(queuedSeconds),
      execTotalTime: goSeconds(queuedSeconds + total),
    },
    samples: notes.samples,
  };
}
