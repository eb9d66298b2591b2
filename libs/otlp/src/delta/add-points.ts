import { type ExponentialPoint, type HistogramPoint, type NumberPoint } from '../data/metrics-data.js';
import { addExponential } from './add-exponential.js';

/** A total and what comes to it; the result has the times of the total. */
export type Add<P> = (total: P, point: P) => P;

/** Integers stay integers of 64 bits. A point without a value adds nothing. */
export const addNumbers: Add<NumberPoint> = (total, { value }) => {
  if (typeof value === 'bigint') {
    const before = typeof total.value === 'bigint' ? total.value : 0n;
    return { ...total, value: BigInt.asIntN(64, before + value) };
  }
  if (value === undefined) return total;
  return { ...total, value: (typeof total.value === 'number' ? total.value : 0) + value };
};

/** Where the bounds are not the same there is no sum: the point takes the total's place. */
export const addHistograms: Add<HistogramPoint> = (total, point) => {
  const { explicitBounds: bounds } = total;
  const isSame =
    bounds.length === point.explicitBounds.length &&
    bounds.every((bound, i) => bound === point.explicitBounds[i]);
  if (!isSame) return point;
  return {
    ...total,
    count: total.count + point.count,
    sum: addSums(total.sum, point.sum),
    bucketCounts: total.bucketCounts.map((count, i) => count + (point.bucketCounts[i] ?? 0)),
  };
};

export const addExponentials: Add<ExponentialPoint> = (total, point) => ({
  ...total,
  ...addExponential(total, point),
  count: total.count + point.count,
  sum: addSums(total.sum, point.sum),
});

/** A sum that one of both lacks is not known any more. */
function addSums(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}
