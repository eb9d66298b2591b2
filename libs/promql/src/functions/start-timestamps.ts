/**
 * True when start timestamps tell that a counter began anew between two samples. A start before the sample before
 * tells nothing; one right at it is a reset for deltas only, whose starts are known from the sample before.
 */
export function isStartReset(
  previousStartMs: number,
  previousMs: number,
  currentStartMs: number,
  currentMs: number,
): boolean {
  // Unknown, impossible, or what OpenTelemetry writes for "unknown".
  if (currentStartMs === 0 || currentStartMs >= currentMs) return false;
  if (currentStartMs !== previousMs) return currentStartMs > previousMs;
  return previousStartMs !== 0 && previousStartMs < previousMs;
}

/** True when a sample claims to begin before the sample before it was taken, and not where that one began. */
export function startsOverlap(previousStartMs: number, previousMs: number, currentStartMs: number): boolean {
  return currentStartMs !== 0 && currentStartMs < previousMs && currentStartMs !== previousStartMs;
}
