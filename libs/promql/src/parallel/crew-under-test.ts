import { type Clock } from '@narthex/process';
import { type Querier, type Queryable, type SeriesSet, StorageError } from '@narthex/storage';
import { type QueryControl } from '../engine/options.js';
import { helpWithSeries } from './help-with-series.js';
import { type SeriesOffer } from './series-work.js';

/*
 * Helpers for tests: they run in the thread of the query, and take turns with it wherever one of them rests.
 */

/** Each look at it is a millisecond later: everybody rests often. */
export class HastyClock implements Clock {
  #ms = 0;

  nowMs(): number {
    return this.#ms;
  }

  monotonicMs(): number {
    return ++this.#ms;
  }

  after(): () => void {
    return () => undefined;
  }
}

/** Gives its series away within this thread; one of them may be broken. */
export class GivingStorage implements Queryable {
  readonly given = new Map<object, SeriesSet>();
  openQueriers = 0;
  readonly #storage: Queryable;
  readonly #broken: string | undefined;

  constructor(storage: Queryable, broken?: string) {
    this.#storage = storage;
    this.#broken = broken;
  }

  querier(minTimeMs: number, maxTimeMs: number): Querier {
    const inner = this.#storage.querier(minTimeMs, maxTimeMs);
    this.openQueriers++;
    return {
      labelNames: (...args) => inner.labelNames(...args),
      labelValues: (...args) => inner.labelValues(...args),
      close: () => {
        this.openQueriers--;
        inner.close();
      },
      select: async (...args) => this.#giving(await inner.select(...args)),
    };
  }

  #giving(set: SeriesSet): SeriesSet {
    const giving: SeriesSet = {
      length: set.length,
      warnings: set.warnings,
      labels: (index) => set.labels(index),
      read: (index, into) => {
        if (this.#broken !== undefined && set.labels(index).get('i') === this.#broken) {
          into.pushFloat(0, 1);
          throw new StorageError('CORRUPT', `series ${this.#broken} is broken`);
        }
        set.read(index, into);
      },
      handOver: () => {
        const key = {};
        this.given.set(key, giving);
        return key;
      },
    };
    return giving;
  }
}

export interface Crew {
  readonly control: QueryControl;
  /** Blocks that the helpers have computed, once all have gone. */
  readonly blocks: () => Promise<number>;
}

/** Helpers of a query over a storage. */
export function crew(storage: GivingStorage, helpers: number, isCancelled = (): boolean => false): Crew {
  const helps: Promise<number>[] = [];
  const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const offer = (offer: SeriesOffer): void => {
    for (let seat = 0; seat < helpers; seat++) {
      const set = storage.given.get(offer.series)!;
      helps.push(
        helpWithSeries({
          offer,
          seat,
          clock: new HastyClock(),
          control: { cancelled: isCancelled, pause },
          open: () => ({ set, close: () => undefined }),
          mayStay: () => true,
        }),
      );
    }
  };
  return {
    control: { cancelled: isCancelled, pause, offer },
    blocks: async () => (await Promise.all(helps)).reduce((sum, blocks) => sum + blocks, 0),
  };
}
