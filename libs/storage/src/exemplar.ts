import { type Labels, type Matcher } from '@narthex/model';

/** A reference from a sample to something outside, usually a trace. Its labels take at most 128 characters in all. */
export interface Exemplar {
  readonly labels: Labels;
  readonly value: number;
  readonly timestampMs: number;
  /** False when the scrape gave no time and the sample's was taken. */
  readonly hasTimestamp: boolean;
}

export interface ExemplarSeries {
  readonly seriesLabels: Labels;
  /** Oldest first. */
  readonly exemplars: readonly Exemplar[];
}

export interface ExemplarQueryable {
  /** The exemplars in the range, both ends included, of series that pass any one of the matcher lists. */
  selectExemplars(
    startMs: number,
    endMs: number,
    matchers: readonly (readonly Matcher[])[],
  ): Promise<readonly ExemplarSeries[]>;
}
