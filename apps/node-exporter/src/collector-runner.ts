import { type Clock, type Logger } from '@narthex/process';
import { type Collector, NO_DATA } from './collector.js';
import { asError } from './errors.js';
import { FamilySet } from './families/family-set.js';

export interface CollectorRunnerOptions {
  /** By name, in the order in which their metrics are believed. */
  readonly collectors: ReadonlyMap<string, Collector>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Runs collectors side by side and tells how each fared. */
export class CollectorRunner {
  readonly #options: CollectorRunnerOptions;

  constructor(options: CollectorRunnerOptions) {
    this.#options = options;
  }

  /** The families of the collectors that `runs` accepts, a set each, and one that tells durations and success. */
  async run(runs: (name: string) => boolean): Promise<FamilySet[]> {
    const outcomes = new FamilySet();
    const chosen = [...this.#options.collectors].filter(([name]) => runs(name));
    const sets = await Promise.all(
      chosen.map(([name, collector]) => this.#runOne(name, collector, outcomes)),
    );
    return [outcomes, ...sets];
  }

  async #runOne(name: string, collector: Collector, outcomes: FamilySet): Promise<FamilySet> {
    const { clock, logger } = this.#options;
    const families = new FamilySet();
    const startMs = clock.monotonicMs();
    let success = 0;
    try {
      const answer = collector.collect(families);
      // Awaiting what is there already would count the time of the others, too.
      const outcome = answer instanceof Promise ? await answer : answer;
      if (outcome === NO_DATA) logger.debug('collector returned no data', { name });
      else success = 1;
    } catch (error) {
      logger.error('collector failed', {
        name,
        err: asError(error),
      });
    }
    const labels = { collector: name };
    const seconds = (clock.monotonicMs() - startMs) / 1000;
    outcomes.gauge(
      'node_scrape_collector_duration_seconds',
      'node_exporter: Duration of a collector scrape.',
      seconds,
      labels,
    );
    outcomes.gauge(
      'node_scrape_collector_success',
      'node_exporter: Whether a collector succeeded.',
      success,
      labels,
    );
    return families;
  }
}
