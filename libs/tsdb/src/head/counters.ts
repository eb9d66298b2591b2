/** What the head has done since it was opened; the metrics are made from it. */
export interface HeadCounters {
  seriesCreated: number;
  seriesRemoved: number;
  seriesNotFound: number;
  floatsAppended: number;
  histogramsAppended: number;
  exemplarsAppended: number;
  outOfOrder: number;
  outOfBounds: number;
  histogramsOutOfOrder: number;
  histogramsOutOfBounds: number;
  histogramsTooOld: number;
  duplicates: number;
  truncations: number;
  truncationMs: number;
}

export function createCounters(): HeadCounters {
  return {
    seriesCreated: 0,
    seriesRemoved: 0,
    seriesNotFound: 0,
    floatsAppended: 0,
    histogramsAppended: 0,
    exemplarsAppended: 0,
    outOfOrder: 0,
    outOfBounds: 0,
    histogramsOutOfOrder: 0,
    histogramsOutOfBounds: 0,
    histogramsTooOld: 0,
    duplicates: 0,
    truncations: 0,
    truncationMs: 0,
  };
}
