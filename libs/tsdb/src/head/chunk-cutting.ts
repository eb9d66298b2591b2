/** How many samples a chunk should get, and how many at most when they come faster than foreseen. */
export const SAMPLES_PER_CHUNK = 120;

/** A chunk that has grown beyond this, less one sample, is full whatever its count. */
export const MAX_CHUNK_BYTES = 1024;

/** The size that chunks of histograms are to have; at twice of it they are full. */
export const HISTOGRAM_CHUNK_BYTES = 1024;
/** But so many histograms they hold at least, unless the range ends before. */
export const LEAST_HISTOGRAMS = 10;

/** The end of the aligned range of `widthMs` that the time lies in. */
export function rangeEnd(timestampMs: number, widthMs: number): number {
  return Math.trunc(timestampMs / widthMs) * widthMs + widthMs;
}

/**
 * Foretells, when a quarter of a chunk's samples are there, when to cut it, so that the samples up to `endMs` are
 * spread evenly over chunks (as Prometheus's `computeChunkEndTime`).
 */
export function evenCut(firstMs: number, lastMs: number, endMs: number, ratioToFull = 4): number {
  const chunks = (endMs - firstMs) / ((lastMs - firstMs + 1) * ratioToFull);
  if (chunks <= 1) return endMs;
  return Math.trunc(firstMs + (endMs - firstMs) / Math.floor(chunks));
}
