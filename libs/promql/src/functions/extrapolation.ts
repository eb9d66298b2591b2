/** What is known of the samples in a window. */
export interface WindowSpan {
  readonly startMs: number;
  readonly endMs: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly count: number;
}

/** A counter cannot be extrapolated below zero; how far away zero is follows from these two. */
export interface CounterSlope {
  readonly firstValue: number;
  readonly increase: number;
}

/**
 * By how much to multiply the increase between the first and the last sample to get that of the whole window.
 * The window's ends count as covered when they are no further away than 1.1 average intervals; otherwise the series
 * is taken to begin or end half an interval outside its samples, and a counter no earlier than it would be zero
 * (https://prometheus.io/docs/prometheus/latest/querying/functions/#rate). With `zeroMs`, the time the counter is
 * known to have been zero inside the window, nothing is extrapolated to the left.
 */
export function extrapolationFactor(
  span: WindowSpan,
  slope: CounterSlope | undefined,
  zeroMs: number | undefined,
): number {
  const { startMs, endMs, firstMs, lastMs, count } = span;
  const average = count > 1 ? (lastMs - firstMs) / 1000 / (count - 1) : 0;
  const threshold = average * 1.1;
  const covered = (lastMs - (zeroMs ?? firstMs)) / 1000;
  let before = (firstMs - startMs) / 1000;
  if (zeroMs !== undefined) before = 0;
  else {
    if (before >= threshold) before = average / 2;
    if (slope !== undefined && slope.increase > 0 && slope.firstValue >= 0) {
      before = Math.min(before, covered * (slope.firstValue / slope.increase));
    }
  }
  let after = (endMs - lastMs) / 1000;
  if (after >= threshold) after = average / 2;
  return covered === 0 ? 1 : (covered + before + after) / covered;
}
