import { commonBounds, customBoundsMatch, isCustomSchema } from './histogram-bounds.js';
import { IncompatibleHistogramsError } from './histogram-errors.js';
import {
  type BucketSide,
  EMPTY_SIDE,
  reconcileSide,
  reduceSide,
  sideOf,
  spansOf,
  visitUnion,
} from './histogram-side.js';
import { outsideZeroBucket, widenZeroBucket } from './histogram-zero.js';
import { compensatedSum } from './compensated-sum.js';
import { COUNTER_RESET_HINT, type CounterResetHint, type NativeHistogram } from './native-histogram.js';

/** What came up while histograms were put together. */
export interface HistogramMergeNotes {
  /** One said "reset", the other "not reset". */
  counterResetCollision: boolean;
  /** Custom bounds differed; only those in common are left. */
  boundsReconciled: boolean;
}

/**
 * A running sum of histograms. Zero bucket, resolution and custom bounds are brought together as they come; with
 * `compensated`, every number is summed as Neumaier does, so that small counts survive beside large ones.
 */
export class HistogramAccumulator {
  readonly notes: HistogramMergeNotes = { counterResetCollision: false, boundsReconciled: false };
  readonly #compensated: boolean;
  #schema: number;
  #customValues: readonly number[];
  #hint: CounterResetHint;
  #zeroThreshold: number;
  #zeroCount: number;
  #count: number;
  #sum: number;
  #positive: BucketSide;
  #negative: BucketSide;
  // What rounding lost, of each of the numbers above.
  #zeroCountRest = 0;
  #countRest = 0;
  #sumRest = 0;
  #positiveRest: BucketSide = EMPTY_SIDE;
  #negativeRest: BucketSide = EMPTY_SIDE;

  constructor(first: NativeHistogram, compensated: boolean) {
    this.#compensated = compensated;
    this.#schema = first.schema;
    this.#customValues = first.customValues;
    this.#hint = first.counterResetHint;
    this.#zeroThreshold = first.zeroThreshold;
    this.#zeroCount = first.zeroCount;
    this.#count = first.count;
    this.#sum = first.sum;
    this.#positive = sideOf(first.positiveSpans, first.positiveBuckets);
    this.#negative = sideOf(first.negativeSpans, first.negativeBuckets);
  }

  clone(): HistogramAccumulator {
    const copy = new HistogramAccumulator(this.#main(), this.#compensated);
    copy.#zeroCountRest = this.#zeroCountRest;
    copy.#countRest = this.#countRest;
    copy.#sumRest = this.#sumRest;
    copy.#positiveRest = this.#positiveRest;
    copy.#negativeRest = this.#negativeRest;
    Object.assign(copy.notes, this.notes);
    return copy;
  }

  /**
   * Adds `factor` (1 or −1) times a histogram.
   * @throws IncompatibleHistogramsError for a mix of exponential and custom buckets.
   */
  add(other: NativeHistogram, factor: 1 | -1 = 1): void {
    if (isCustomSchema(other.schema) !== isCustomSchema(this.#schema))
      throw new IncompatibleHistogramsError();
    this.#mergeHint(other.counterResetHint);
    let positive = sideOf(other.positiveSpans, other.positiveBuckets);
    let negative = sideOf(other.negativeSpans, other.negativeBuckets);
    let zeroCount = 0;
    if (isCustomSchema(this.#schema)) positive = this.#mergeBounds(positive, other.customValues);
    else {
      zeroCount = this.#mergeZeroBuckets(other, positive, negative);
      if (other.schema < this.#schema) this.#reduce(other.schema);
      positive = this.#fitted(positive, other.schema);
      negative = this.#fitted(negative, other.schema);
    }
    [this.#zeroCount, this.#zeroCountRest] = this.#plus(
      factor * zeroCount,
      this.#zeroCount,
      this.#zeroCountRest,
    );
    [this.#count, this.#countRest] = this.#plus(factor * other.count, this.#count, this.#countRest);
    [this.#sum, this.#sumRest] = this.#plus(factor * other.sum, this.#sum, this.#sumRest);
    [this.#positive, this.#positiveRest] = this.#plusSide(
      positive,
      factor,
      this.#positive,
      this.#positiveRest,
    );
    [this.#negative, this.#negativeRest] = this.#plusSide(
      negative,
      factor,
      this.#negative,
      this.#negativeRest,
    );
  }

  /** Multiplies everything. */
  scale(factor: number): void {
    this.#apply((value) => value * factor);
  }

  /** Divides everything. */
  divide(divisor: number): void {
    this.#apply((value) => value / divisor);
  }

  #apply(change: (value: number) => number): void {
    const side = ({ indexes, counts }: BucketSide): BucketSide => ({ indexes, counts: counts.map(change) });
    this.#zeroCount = change(this.#zeroCount);
    this.#count = change(this.#count);
    this.#sum = change(this.#sum);
    this.#positive = side(this.#positive);
    this.#negative = side(this.#negative);
    this.#zeroCountRest = change(this.#zeroCountRest);
    this.#countRest = change(this.#countRest);
    this.#sumRest = change(this.#sumRest);
    this.#positiveRest = side(this.#positiveRest);
    this.#negativeRest = side(this.#negativeRest);
  }

  /** True when a number has become infinite. */
  get hasOverflow(): boolean {
    const infinite = (value: number): boolean => Math.abs(value) === Infinity;
    return (
      infinite(this.#zeroCount) ||
      infinite(this.#count) ||
      infinite(this.#sum) ||
      this.#positive.counts.some(infinite) ||
      this.#negative.counts.some(infinite)
    );
  }

  /** The sum as it stands. */
  histogram(): NativeHistogram {
    const main = this.#main();
    if (!this.#compensated) return main;
    const rest = (side: BucketSide, rests: BucketSide): number[] => {
      const counts: number[] = [];
      visitUnion(side, rests, (_, count, lost) => counts.push(count + lost));
      return counts;
    };
    return {
      ...main,
      zeroCount: this.#zeroCount + this.#zeroCountRest,
      count: this.#count + this.#countRest,
      sum: this.#sum + this.#sumRest,
      positiveBuckets: rest(this.#positive, this.#positiveRest),
      negativeBuckets: rest(this.#negative, this.#negativeRest),
    };
  }

  #main(): NativeHistogram {
    return {
      counterResetHint: this.#hint,
      schema: this.#schema,
      zeroThreshold: this.#zeroThreshold,
      zeroCount: this.#zeroCount,
      count: this.#count,
      sum: this.#sum,
      positiveSpans: spansOf(this.#positive.indexes),
      negativeSpans: spansOf(this.#negative.indexes),
      positiveBuckets: this.#positive.counts,
      negativeBuckets: this.#negative.counts,
      customValues: this.#customValues,
    };
  }

  /** A gauge makes a gauge of both; otherwise, unless both agree, nothing is known. */
  #mergeHint(hint: CounterResetHint): void {
    const { gauge, unknown } = COUNTER_RESET_HINT;
    if (hint === this.#hint || this.#hint === gauge) return;
    if (hint === gauge) this.#hint = gauge;
    else {
      if (hint !== unknown && this.#hint !== unknown) this.notes.counterResetCollision = true;
      this.#hint = unknown;
    }
  }

  #mergeBounds(positive: BucketSide, bounds: readonly number[]): BucketSide {
    if (customBoundsMatch(bounds, this.#customValues)) return positive;
    this.notes.boundsReconciled = true;
    const common = commonBounds(this.#customValues, bounds);
    this.#positive = reconcileSide(this.#positive, this.#customValues, common);
    this.#positiveRest = reconcileSide(this.#positiveRest, this.#customValues, common);
    this.#customValues = common;
    return reconcileSide(positive, bounds, common);
  }

  /** Finds a zero bucket that suits both; gives what the other has in it. */
  #mergeZeroBuckets(other: NativeHistogram, positive: BucketSide, negative: BucketSide): number {
    const region = { ...other, positive, negative };
    let { zeroCount: count, zeroThreshold: threshold } = other;
    while (threshold !== this.#zeroThreshold) {
      if (this.#zeroThreshold > threshold)
        ({ count, threshold } = widenZeroBucket(region, this.#zeroThreshold));
      if (threshold > this.#zeroThreshold) this.#widen(threshold);
    }
    return count;
  }

  #widen(threshold: number): void {
    const own = {
      schema: this.#schema,
      zeroThreshold: this.#zeroThreshold,
      zeroCount: this.#zeroCount,
      positive: this.#positive,
      negative: this.#negative,
    };
    const widened = widenZeroBucket(own, threshold);
    const outside = (side: BucketSide): BucketSide =>
      outsideZeroBucket(side, this.#schema, widened.threshold);
    this.#zeroCountRest += swallowed(this.#positiveRest, outside) + swallowed(this.#negativeRest, outside);
    this.#zeroCount = widened.count;
    this.#zeroThreshold = widened.threshold;
    this.#positive = outside(this.#positive);
    this.#negative = outside(this.#negative);
    this.#positiveRest = outside(this.#positiveRest);
    this.#negativeRest = outside(this.#negativeRest);
  }

  #reduce(schema: number): void {
    const reduce = (side: BucketSide): BucketSide => reduceSide(side, this.#schema, schema);
    this.#positive = reduce(this.#positive);
    this.#negative = reduce(this.#negative);
    this.#positiveRest = reduce(this.#positiveRest);
    this.#negativeRest = reduce(this.#negativeRest);
    this.#schema = schema;
  }

  /** The buckets of another histogram in this one's resolution, without those in the zero bucket. */
  #fitted(side: BucketSide, schema: number): BucketSide {
    return outsideZeroBucket(reduceSide(side, schema, this.#schema), this.#schema, this.#zeroThreshold);
  }

  #plus(increment: number, sum: number, rest: number): readonly [number, number] {
    return this.#compensated ? compensatedSum(increment, sum, rest) : [sum + increment, 0];
  }

  #plusSide(
    increment: BucketSide,
    factor: 1 | -1,
    side: BucketSide,
    rests: BucketSide,
  ): readonly [BucketSide, BucketSide] {
    const indexes: number[] = [];
    const counts: number[] = [];
    const lost: number[] = [];
    let r = 0;
    visitUnion(side, increment, (index, count, added) => {
      const rest = rests.indexes[r] === index ? rests.counts[r++]! : 0;
      const [sum, newRest] = this.#plus(factor * added, count, rest);
      indexes.push(index);
      counts.push(sum);
      lost.push(newRest);
    });
    return [{ indexes, counts }, this.#compensated ? { indexes, counts: lost } : EMPTY_SIDE];
  }
}

function swallowed(side: BucketSide, outside: (side: BucketSide) => BucketSide): number {
  const inside = side.counts.slice(0, side.counts.length - outside(side).counts.length);
  return inside.reduce((sum, count) => sum + count, 0);
}
