/** What is done with the times at which counters and histograms began to count. */
export interface StartFeatures {
  /** Store a zero at that time, as the feature `created-timestamp-zero-ingestion`. */
  readonly zeros: boolean;
  /** Store the time with each sample, as the feature `st-storage`. */
  readonly stored: boolean;
  /** Make up a time for what does not tell it, as the feature `st-synthesis`. */
  readonly synthesized: boolean;
}

export const NO_STARTS: StartFeatures = { zeros: false, stored: false, synthesized: false };
