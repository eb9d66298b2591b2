import { type Querier, type Queryable, type SeriesSet } from '@narthex/storage';
import { type Selection } from '../plan/plan.js';

/** The views of the storage that one query reads, and what it has found in them. */
export class Sources {
  readonly #queryable: Queryable;
  readonly #queriers = new Map<string, Querier>();
  readonly #warnings: string[] = [];
  readonly sets = new Map<Selection, SeriesSet>();

  constructor(queryable: Queryable) {
    this.#queryable = queryable;
  }

  /** Opens all views first, so that all see the same commits; then asks for the series of each selection. */
  async selectAll(selections: readonly Selection[]): Promise<void> {
    for (const selection of selections) this.#querierOf(selection);
    await Promise.all(selections.map((selection) => this.select(selection)));
  }

  async select(selection: Selection): Promise<SeriesSet> {
    const set = await this.#querierOf(selection).select(false, selection.hints, selection.matchers);
    this.#warnings.push(...set.warnings);
    this.sets.set(selection, set);
    return set;
  }

  get warnings(): readonly string[] {
    return this.#warnings;
  }

  close(): void {
    for (const querier of this.#queriers.values()) querier.close();
    this.#queriers.clear();
  }

  #querierOf({ hints: { startMs, endMs } }: Selection): Querier {
    const key = `${startMs} ${endMs}`;
    let querier = this.#queriers.get(key);
    if (querier === undefined) this.#queriers.set(key, (querier = this.#queryable.querier(startMs, endMs)));
    return querier;
  }
}
