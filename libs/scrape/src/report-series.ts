import { STALE_NAN } from '@narthex/bytes';
import { type Labels } from '@narthex/model';
import { APPEND_OUTCOME, type Appender, type SeriesRef } from '@narthex/storage';
import { reportLabels } from './sample-labels.js';

const NAMES = [
  'up',
  'scrape_duration_seconds',
  'scrape_samples_scraped',
  'scrape_samples_post_metric_relabeling',
  'scrape_series_added',
] as const;
const EXTRA_NAMES = ['scrape_timeout_seconds', 'scrape_sample_limit', 'scrape_body_size_bytes'] as const;

/** The series that a scrape makes up itself: `up` and those about what it read. */
export class ReportSeries {
  readonly #labels: readonly Labels[];
  readonly #refs: (SeriesRef | undefined)[] = [];

  constructor(targetLabels: Labels, withExtra: boolean) {
    const names = withExtra ? [...NAMES, ...EXTRA_NAMES] : NAMES;
    this.#labels = names.map((name) => reportLabels(name, targetLabels));
  }

  /**
   * Adds one sample a series, the values in the order of the names. Samples that are too late are left out: the target
   * may have been taken over by another loop.
   */
  append(appender: Appender, timestampMs: number, values: readonly number[]): void {
    this.#labels.forEach((labels, i) => {
      const value = values[i]!;
      const known = this.#refs[i];
      if (known !== undefined && appender.float(known, timestampMs, value) !== APPEND_OUTCOME.unknownSeries)
        return;
      const ref = appender.series(labels);
      this.#refs[i] = ref;
      appender.float(ref, timestampMs, value);
    });
  }

  /** Adds a stale marker to each. The marker is passed on by itself: a plain array would not keep its bits. */
  appendStale(appender: Appender, timestampMs: number): void {
    this.#labels.forEach((labels, i) => {
      const ref = (this.#refs[i] ??= appender.series(labels));
      appender.float(ref, timestampMs, STALE_NAN);
    });
  }
}
