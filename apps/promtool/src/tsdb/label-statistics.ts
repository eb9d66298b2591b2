import { METRIC_NAME } from '@narthex/model';
import { type BlockSeriesCursor } from '@narthex/tsdb';
import { type Ranked } from './ranking.js';

/** What is counted of one label name or pair. */
interface Tally {
  /** Series that have it. */
  series: number;
  /** The time they leave of the block's range, taken together, in ms. */
  uncoveredMs: number;
}

/** Counts the labels of a block's series: how many there are of each, and how much they come and go. */
export class LabelStatistics {
  /** Labels of all series, counted one by one. */
  entries = 0;
  readonly #rangeMs: number;
  readonly #names = new Map<string, Tally>();
  readonly #pairs = new Map<string, Tally>();
  readonly #metrics = new Map<string, number>();

  /** @param rangeMs the length of the block */
  constructor(rangeMs: number) {
    this.#rangeMs = rangeMs;
  }

  add({ labels, spanMs }: BlockSeriesCursor): void {
    const uncoveredMs = this.#rangeMs - spanMs;
    for (const [name, value] of labels) {
      count(this.#names, name, uncoveredMs);
      count(this.#pairs, `${name}=${value}`, uncoveredMs);
      this.entries++;
    }
    const metric = labels.get(METRIC_NAME);
    if (metric !== '') this.#metrics.set(metric, (this.#metrics.get(metric) ?? 0) + 1);
  }

  get pairCount(): number {
    return this.#pairs.size;
  }

  /** How often a series of each pair has come or gone, roughly: the uncovered time in lengths of the block. */
  pairChurn(): Ranked[] {
    return this.#churn(this.#pairs);
  }

  nameChurn(): Ranked[] {
    return this.#churn(this.#names);
  }

  pairs(): Ranked[] {
    return [...this.#pairs].map(([pair, { series }]) => [pair, series]);
  }

  metrics(): Iterable<Ranked> {
    return this.#metrics;
  }

  #churn(tallies: ReadonlyMap<string, Tally>): Ranked[] {
    return [...tallies].map(([name, { uncoveredMs }]) => [name, Math.floor(uncoveredMs / this.#rangeMs)]);
  }
}

function count(tallies: Map<string, Tally>, name: string, uncoveredMs: number): void {
  const tally = tallies.get(name);
  if (tally === undefined) {
    tallies.set(name, { series: 1, uncoveredMs });
    return;
  }
  tally.series++;
  tally.uncoveredMs += uncoveredMs;
}
