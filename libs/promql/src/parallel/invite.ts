import { type BoardPool } from './board-pool.js';
import { type SeriesOffer } from './series-work.js';

/** How a query asks other threads to help. */
export interface Invite {
  /** Help comes later or never. */
  readonly offer: (offer: SeriesOffer) => void;
  readonly pool: BoardPool;
  /** What the query holds in place is to be held until these resolve: a helper may take its time to leave. */
  readonly leaving: Promise<void>[];
  /** Where fewer samples and steps are left, nobody is asked. */
  readonly leastSamples: number;
}
