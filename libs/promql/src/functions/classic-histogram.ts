/** One bucket of a classic histogram: how many observations are at most `upperBound`. */
export interface ClassicBucket {
  readonly upperBound: number;
  count: number;
}

/** What had to be raised to make counts rise with bounds. */
export interface ForcedMonotonicity {
  readonly minBucket: number;
  readonly maxBucket: number;
  readonly maxDifference: number;
}

export interface ClassicQuantile {
  readonly value: number;
  readonly forced?: ForcedMonotonicity;
}

/** Differences up to this share of a count are rounding. */
const TOLERANCE = 1e-12;

/**
 * The φ-quantile of a classic histogram by linear interpolation
 * (https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile). Sorts the buckets.
 */
export function classicQuantile(q: number, buckets: ClassicBucket[]): ClassicQuantile {
  if (Number.isNaN(q)) return { value: NaN };
  if (q < 0) return { value: -Infinity };
  if (q > 1) return { value: Infinity };
  const merged = mergeSorted(buckets);
  if (merged.at(-1)?.upperBound !== Infinity) return { value: NaN };
  levelRounding(merged);
  const forced = forceMonotonicity(merged);
  if (merged.length < 2) return { value: NaN };
  const observations = merged.at(-1)!.count;
  if (observations === 0) return { value: NaN };
  const value = interpolate(q * observations, merged);
  return forced === undefined ? { value } : { value, forced };
}

function interpolate(rank: number, buckets: readonly ClassicBucket[]): number {
  const last = buckets.length - 1;
  let at = 0;
  while (at < last && !(buckets[at]!.count >= rank)) at++;
  if (at === last) return buckets[last - 1]!.upperBound;
  const { upperBound, count } = buckets[at]!;
  if (at === 0 && upperBound <= 0) return upperBound;
  const before = at === 0 ? { upperBound: 0, count: 0 } : buckets[at - 1]!;
  const share = (rank - before.count) / (count - before.count);
  return before.upperBound + (upperBound - before.upperBound) * share;
}

/** The share of observations between two values. Sorts the buckets. */
export function classicFraction(lower: number, upper: number, buckets: ClassicBucket[]): number {
  const merged = mergeSorted(buckets);
  const last = merged.at(-1);
  if (last?.upperBound !== Infinity || last.count === 0) return NaN;
  if (Number.isNaN(lower) || Number.isNaN(upper)) return NaN;
  if (lower >= upper) return 0;
  return (rankOf(upper, merged, last.count) - rankOf(lower, merged, last.count)) / last.count;
}

function rankOf(value: number, buckets: readonly ClassicBucket[], total: number): number {
  let rank = 0;
  for (let i = 0; i < buckets.length; i++) {
    const { upperBound, count } = buckets[i]!;
    const first = upperBound > 0 ? 0 : -Infinity;
    const lowerBound = i === 0 ? first : buckets[i - 1]!.upperBound;
    if (lowerBound >= value) return Math.min(rank, total);
    if (upperBound > value) {
      if (lowerBound === -Infinity) return Math.min(count, total);
      const share = upperBound === Infinity ? 0 : (value - lowerBound) / (upperBound - lowerBound);
      return Math.min(rank + (count - rank) * share, total);
    }
    rank = count;
  }
  return total;
}

/** Sorts by bound and adds up buckets of the same bound, such as `1` and `1.0`. */
function mergeSorted(buckets: ClassicBucket[]): ClassicBucket[] {
  buckets.sort((a, b) => (a.upperBound < b.upperBound ? -1 : a.upperBound > b.upperBound ? 1 : 0));
  const merged: ClassicBucket[] = [];
  for (const bucket of buckets) {
    const last = merged.at(-1);
    if (last?.upperBound === bucket.upperBound) last.count += bucket.count;
    else merged.push({ ...bucket });
  }
  return merged;
}

function levelRounding(buckets: readonly ClassicBucket[]): void {
  let previous = buckets[0]!.count;
  for (const bucket of buckets) {
    const difference = Math.abs(bucket.count - previous);
    if (difference === 0) continue;
    if (difference / bucket.count <= TOLERANCE) bucket.count = previous;
    else previous = bucket.count;
  }
}

function forceMonotonicity(buckets: readonly ClassicBucket[]): ForcedMonotonicity | undefined {
  let forced: ForcedMonotonicity | undefined;
  let most = buckets[0]!.count;
  for (const bucket of buckets) {
    if (bucket.count > most) most = bucket.count;
    else if (bucket.count < most) {
      forced = {
        minBucket: Math.min(forced?.minBucket ?? Infinity, bucket.upperBound),
        maxBucket: Math.max(forced?.maxBucket ?? -Infinity, bucket.upperBound),
        maxDifference: Math.max(forced?.maxDifference ?? 0, most - bucket.count),
      };
      bucket.count = most;
    }
  }
  return forced;
}
