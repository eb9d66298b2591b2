import { type QueryValue } from '@narthex/promql';

export const TRUNCATED = 'results truncated due to limit';

/** The first `limit` elements of a value; 0 means all. */
export function limitValue(
  value: QueryValue,
  limit: number,
): { readonly value: QueryValue; readonly truncated: boolean } {
  if (limit > 0 && value.type === 'vector' && value.samples.length > limit) {
    return { value: { ...value, samples: value.samples.slice(0, limit) }, truncated: true };
  }
  if (limit > 0 && value.type === 'matrix' && value.series.length > limit) {
    return { value: { ...value, series: value.series.slice(0, limit) }, truncated: true };
  }
  return { value, truncated: false };
}
