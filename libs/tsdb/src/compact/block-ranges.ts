/** How many ranges there are at most, and what each is a multiple of the one before. */
const RANGES = 10;
const STEP = 3;

/**
 * The time ranges that blocks grow through: the shortest, three times that, and so on, up to the longest allowed.
 * The shortest always counts.
 */
export function blockRanges(shortestMs: number, longestMs: number): number[] {
  const ranges: number[] = [];
  for (let rangeMs = shortestMs; ranges.length < RANGES; rangeMs *= STEP) {
    if (ranges.length > 0 && rangeMs > longestMs) break;
    ranges.push(rangeMs);
  }
  return ranges;
}

/** The first time behind the aligned range that a time is in. */
export function blockRangeEnd(timestampMs: number, rangeMs: number): number {
  return blockRangeStart(timestampMs, rangeMs) + rangeMs;
}

/** The first time of the aligned range that a time is in. */
export function blockRangeStart(timestampMs: number, rangeMs: number): number {
  return Math.floor(timestampMs / rangeMs) * rangeMs;
}
