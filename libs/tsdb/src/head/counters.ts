/** What the head has done since it was opened; the metrics are made from it. */
export interface HeadCounters {
  seriesCreated: number;
  seriesRemoved: number;
  seriesNotFound: number;
  floatsAppended: number;
  exemplarsAppended: number;
  outOfOrder: number;
  outOfBounds: number;
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
    exemplarsAppended: 0,
    outOfOrder: 0,
    outOfBounds: 0,
    duplicates: 0,
    truncations: 0,
    truncationMs: 0,
  };
}
