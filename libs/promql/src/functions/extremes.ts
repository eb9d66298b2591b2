export interface Extremes {
  /** NaN when any value is, as is the least. */
  readonly most: number;
  readonly least: number;
  readonly hasNaN: boolean;
}

/** The extremes of a parameter over all steps. */
export function extremesOf(values: Float64Array): Extremes {
  const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const least = values.reduce((a, b) => Math.min(a, b), Infinity);
  return { most, least, hasNaN: Number.isNaN(most) };
}
