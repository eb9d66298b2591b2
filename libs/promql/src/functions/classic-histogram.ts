/** The buckets of a classic histogram at one step, by their bounds: how many observations are at most a bound. */
export class ClassicBuckets {
  length = 0;
  readonly upperBounds: Float64Array;
  readonly counts: Float64Array;

  constructor(capacity: number) {
    this.upperBounds = new Float64Array(capacity);
    this.counts = new Float64Array(capacity);
  }

  clear(): void {
    this.length = 0;
  }

  /** Adds a bucket with a bound no lower than those before; buckets of the same bound, such as `1` and `1.0`, are one. */
  add(upperBound: number, count: number): void {
    const last = this.length - 1;
    if (last >= 0 && this.upperBounds[last] === upperBound) {
      this.counts[last]! += count;
      return;
    }
    this.upperBounds[this.length] = upperBound;
    this.counts[this.length++] = count;
  }
}

/** What had to be raised to make counts rise with bounds. */
export class ForcedMonotonicity {
  minBucket = Infinity;
  maxBucket = -Infinity;
  maxDifference = 0;
  minTimestampMs = Infinity;
  maxTimestampMs = -Infinity;
  /** Histograms in which something was raised. */
  samples = 0;

  raised(bucket: number, difference: number): void {
    this.minBucket = Math.min(this.minBucket, bucket);
    this.maxBucket = Math.max(this.maxBucket, bucket);
    this.maxDifference = Math.max(this.maxDifference, difference);
  }

  count(timestampMs: number): void {
    this.minTimestampMs = Math.min(this.minTimestampMs, timestampMs);
    this.maxTimestampMs = Math.max(this.maxTimestampMs, timestampMs);
    this.samples++;
  }
}

/** Differences up to this share of a count are rounding. */
const TOLERANCE = 1e-12;

/**
 * The φ-quantile of a classic histogram by linear interpolation
 * (https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile). Changes the counts where they
 * do not rise with the bounds, and puts that down in `forced`.
 */
export function classicQuantile(
  q: number,
  buckets: ClassicBuckets,
  timestampMs: number,
  forced: ForcedMonotonicity,
): number {
  if (Number.isNaN(q)) return NaN;
  if (q < 0) return -Infinity;
  if (q > 1) return Infinity;
  const last = buckets.length - 1;
  if (last < 0 || buckets.upperBounds[last] !== Infinity) return NaN;
  levelRounding(buckets);
  if (forceMonotonicity(buckets, forced)) forced.count(timestampMs);
  const observations = buckets.counts[last]!;
  return last < 1 || observations === 0 ? NaN : interpolate(q * observations, buckets);
}

function interpolate(rank: number, { upperBounds, counts, length }: ClassicBuckets): number {
  const last = length - 1;
  let at = 0;
  while (at < last && !(counts[at]! >= rank)) at++;
  if (at === last) return upperBounds[last - 1]!;
  const upperBound = upperBounds[at]!;
  if (at === 0 && upperBound <= 0) return upperBound;
  const boundBefore = at === 0 ? 0 : upperBounds[at - 1]!;
  const countBefore = at === 0 ? 0 : counts[at - 1]!;
  const share = (rank - countBefore) / (counts[at]! - countBefore);
  return boundBefore + (upperBound - boundBefore) * share;
}

/** The share of observations between two values. */
export function classicFraction(lower: number, upper: number, buckets: ClassicBuckets): number {
  const last = buckets.length - 1;
  const total = buckets.counts[last]!;
  if (last < 0 || buckets.upperBounds[last] !== Infinity || total === 0) return NaN;
  if (Number.isNaN(lower) || Number.isNaN(upper)) return NaN;
  if (lower >= upper) return 0;
  return (rankOf(upper, buckets, total) - rankOf(lower, buckets, total)) / total;
}

function rankOf(value: number, { upperBounds, counts, length }: ClassicBuckets, total: number): number {
  let rank = 0;
  for (let i = 0; i < length; i++) {
    const upperBound = upperBounds[i]!;
    const count = counts[i]!;
    const first = upperBound > 0 ? 0 : -Infinity;
    const lowerBound = i === 0 ? first : upperBounds[i - 1]!;
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

function levelRounding({ counts, length }: ClassicBuckets): void {
  let previous = counts[0]!;
  for (let i = 0; i < length; i++) {
    const count = counts[i]!;
    const difference = Math.abs(count - previous);
    if (difference === 0) continue;
    if (difference / count <= TOLERANCE) counts[i] = previous;
    else previous = count;
  }
}

function forceMonotonicity(
  { upperBounds, counts, length }: ClassicBuckets,
  forced: ForcedMonotonicity,
): boolean {
  let found = false;
  let most = counts[0]!;
  for (let i = 0; i < length; i++) {
    const count = counts[i]!;
    if (count > most) most = count;
    else if (count < most) {
      found = true;
      forced.raised(upperBounds[i]!, most - count);
      counts[i] = most;
    }
  }
  return found;
}
