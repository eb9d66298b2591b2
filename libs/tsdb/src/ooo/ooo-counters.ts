/** What became of samples that could not go in order, since the database was opened. */
export interface OooCounters {
  floatsAppended: number;
  histogramsAppended: number;
  /** Older than the window. */
  floatsTooOld: number;
}

export function createOooCounters(): OooCounters {
  return { floatsAppended: 0, histogramsAppended: 0, floatsTooOld: 0 };
}
