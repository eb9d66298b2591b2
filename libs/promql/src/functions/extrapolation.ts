/**
 * By how much to multiply the increase between the first and the last sample to get that of the whole window.
 * The window's ends count as covered when they are no further away than 1.1 average intervals; otherwise the series
 * is taken to begin or end half an interval outside its samples, and a counter no earlier than it would be zero
 * (https://prometheus.io/docs/prometheus/latest/querying/functions/#rate). With `zeroMs`, the time the counter is
 * known to have been zero inside the window, nothing is extrapolated to the left. Times are in ms; `firstValue` and
 * `increase` are those of a counter, NaN for what is none.
 */
export function extrapolationFactor(
  startMs: number,
  endMs: number,
  firstMs: number,
  lastMs: number,
  count: number,
  firstValue: number,
  increase: number,
  zeroMs?: number,
): number {
  const average = count > 1 ? (lastMs - firstMs) / 1000 / (count - 1) : 0;
  const threshold = average * 1.1;
  const covered = (lastMs - (zeroMs ?? firstMs)) / 1000;
  let before = (firstMs - startMs) / 1000;
  if (zeroMs !== undefined) before = 0;
  else {
    if (before >= threshold) before = average / 2;
    if (increase > 0 && firstValue >= 0) {
      const toZero = covered * (firstValue / increase);
      if (toZero < before) before = toZero;
    }
  }
  let after = (endMs - lastMs) / 1000;
  if (after >= threshold) after = average / 2;
  return covered === 0 ? 1 : (covered + before + after) / covered;
}
