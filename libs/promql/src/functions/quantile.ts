/** Sorts numbers in place, NaN before all others. */
export function sortNaNFirst(values: Float64Array): void {
  values.sort();
  let nan = values.length;
  // A typed array sorts NaN behind all others.
  while (nan > 0 && values[nan - 1] !== values[nan - 1]) nan--;
  if (nan === values.length || nan === 0) return;
  values.copyWithin(values.length - nan, 0, nan);
  values.fill(NaN, 0, values.length - nan);
}

/** The φ-quantile of numbers sorted by {@link sortNaNFirst}, interpolated between neighbours. */
export function quantileOfSorted(q: number, values: Float64Array): number {
  if (values.length === 0 || Number.isNaN(q)) return NaN;
  if (q < 0) return -Infinity;
  if (q > 1) return Infinity;
  const rank = q * (values.length - 1);
  const lower = Math.max(0, Math.floor(rank));
  const upper = Math.min(values.length - 1, lower + 1);
  const weight = rank - Math.floor(rank);
  return values[lower]! * (1 - weight) + values[upper]! * weight;
}
