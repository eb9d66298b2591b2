import { STALE_NAN } from '@narthex/bytes';
import { type Labels } from '@narthex/model';
import { APPEND_OUTCOME, type Appender, type SeriesRef } from '@narthex/storage';
import { reportLabels } from './sample-labels.js';

interface Report {
  readonly name: string;
  readonly unit: string;
  readonly help: string;
}

/** In the order of the values that {@link ReportSeries.append} is given. The texts are upstream's. */
const REPORTS: readonly Report[] = [
  {
    name: 'up',
    unit: 'targets',
    help: 'Health of the scrape target. 1 means the target is healthy, 0 if the scrape failed.',
  },
  { name: 'scrape_duration_seconds', unit: 'seconds', help: 'Duration of the last scrape in seconds.' },
  { name: 'scrape_samples_scraped', unit: 'samples', help: 'Number of samples last scraped.' },
  {
    name: 'scrape_samples_post_metric_relabeling',
    unit: 'samples',
    help: 'Number of samples remaining after metric relabeling was applied.',
  },
  { name: 'scrape_series_added', unit: 'series', help: 'Number of series in the last scrape.' },
];
const EXTRA_REPORTS: readonly Report[] = [
  {
    name: 'scrape_timeout_seconds',
    unit: 'seconds',
    help: 'The configured scrape timeout for a target.',
  },
  {
    name: 'scrape_sample_limit',
    unit: 'samples',
    help: 'The configured sample limit for a target. Returns zero if there is no limit configured.',
  },
  {
    name: 'scrape_body_size_bytes',
    unit: 'bytes',
    help: 'The uncompressed size of the last scrape response, if successful. Scrapes failing because body_size_limit is exceeded report -1, other scrape failures report 0.',
  },
];

export interface ReportOptions {
  /** Also `scrape_timeout_seconds`, `scrape_sample_limit` and `scrape_body_size_bytes`. */
  readonly withExtra: boolean;
  /** Store type, unit and help with each series. */
  readonly storeMetadata: boolean;
}

/** The series that a scrape makes up itself: `up` and those about what it read. */
export class ReportSeries {
  readonly #reports: readonly Report[];
  readonly #labels: readonly Labels[];
  readonly #refs: (SeriesRef | undefined)[] = [];
  readonly #storeMetadata: boolean;

  constructor(targetLabels: Labels, { withExtra, storeMetadata }: ReportOptions) {
    this.#reports = withExtra ? [...REPORTS, ...EXTRA_REPORTS] : REPORTS;
    this.#labels = this.#reports.map(({ name }) => reportLabels(name, targetLabels));
    this.#storeMetadata = storeMetadata;
  }

  /**
   * Adds one sample a series, the values in the order of the names. Samples that are too late are left out: the target
   * may have been taken over by another loop.
   */
  append(appender: Appender, timestampMs: number, values: readonly number[]): void {
    this.#reports.forEach((report, i) => {
      const value = values[i]!;
      const known = this.#refs[i];
      if (known !== undefined && appender.float(known, timestampMs, value) !== APPEND_OUTCOME.unknownSeries)
        return;
      const ref = appender.series(this.#labels[i]!);
      this.#refs[i] = ref;
      appender.float(ref, timestampMs, value);
      const { unit, help } = report;
      if (this.#storeMetadata) appender.metadata(ref, { type: 'gauge', unit, help });
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
