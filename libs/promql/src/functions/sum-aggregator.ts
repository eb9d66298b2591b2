import {
  compactHistogram,
  compensatedSum,
  COUNTER_RESET_HINT,
  divideHistogram,
  HistogramAccumulator,
  IncompatibleHistogramsError,
  type NativeHistogram,
} from '@narthex/model';
import {
  counterResetCollision,
  customBucketsReconciled,
  mixedExponentialCustom,
  mixedFloatsHistogramsInAggregation,
} from '../engine/annotation-texts.js';
import { ABSENT, type StepSeries } from '../engine/step-series.js';
import { Aggregator, type AggregatorRemarks } from './aggregator.js';

/** Sums beyond this may overflow with the next histogram. */
const NEAR_OVERFLOW = Number.MAX_VALUE / 4;

/** What a group has of histograms at one step. */
interface HistogramState {
  sum: HistogramAccumulator;
  count: number;
  /** The sum has become a running mean, lest it overflow. */
  isMean: boolean;
  incompatible: boolean;
  reset: boolean;
  notReset: boolean;
}

/** `sum` and `avg`, by Neumaier. A mean is made of the sum, or where that overflows, kept step by step. */
export class SumAggregator extends Aggregator {
  readonly #isMean: boolean;
  readonly #remarks: AggregatorRemarks;
  readonly #counts: Float64Array;
  readonly #sums: Float64Array;
  readonly #rests: Float64Array;
  /** Where the sum has become a running mean. */
  #means: Uint8Array | undefined;
  #histograms: (HistogramState | undefined)[] | undefined;

  constructor(operator: 'sum' | 'avg', steps: number, remarks: AggregatorRemarks) {
    super();
    this.#isMean = operator === 'avg';
    this.#remarks = remarks;
    this.#counts = new Float64Array(steps);
    this.#sums = new Float64Array(steps);
    this.#rests = new Float64Array(steps);
  }

  override addFloat(step: number, value: number): void {
    const count = ++this.#counts[step]!;
    const sum = this.#sums[step]!;
    if (count === 1) this.#sums[step] = value;
    else if (this.#means?.[step] === 1) this.#addToMean(step, value);
    else {
      const total = sum + value;
      if (total === Infinity || total === -Infinity) this.#overflow(step, value, total);
      else {
        this.#rests[step]! += Math.abs(sum) >= Math.abs(value) ? sum - total + value : value - total + sum;
        this.#sums[step] = total;
      }
    }
  }

  override addSeries(series: StepSeries): void {
    if (series.histograms !== undefined || this.#means !== undefined) {
      super.addSeries(series);
      return;
    }
    const { kinds, values } = series;
    const counts = this.#counts;
    const sums = this.#sums;
    const rests = this.#rests;
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] === ABSENT) continue;
      const value = values[step]!;
      const sum = sums[step]!;
      const total = sum + value;
      // The first value starts the sum; a sum that overflows, or has become a mean, is dealt with one by one.
      if (counts[step] === 0 || !(Math.abs(total) < Infinity)) this.addFloat(step, value);
      else {
        counts[step]!++;
        rests[step]! += Math.abs(sum) >= Math.abs(value) ? sum - total + value : value - total + sum;
        sums[step] = total;
      }
    }
  }

  #overflow(step: number, value: number, total: number): void {
    if (this.#isMean) {
      const before = this.#counts[step]! - 1;
      this.#means ??= new Uint8Array(this.#counts.length);
      this.#means[step] = 1;
      this.#sums[step]! /= before;
      this.#rests[step]! /= before;
      this.#addToMean(step, value);
    } else {
      this.#sums[step] = total;
      this.#rests[step] = 0;
    }
  }

  #addToMean(step: number, value: number): void {
    const count = this.#counts[step]!;
    const share = (count - 1) / count;
    const [mean, rest] = compensatedSum(value / count, share * this.#sums[step]!, share * this.#rests[step]!);
    this.#sums[step] = mean;
    this.#rests[step] = rest;
  }

  override addHistogram(step: number, histogram: NativeHistogram): void {
    this.#histograms ??= new Array<HistogramState | undefined>(this.#counts.length).fill(undefined);
    const state = this.#histograms[step];
    const { reset, notReset } = COUNTER_RESET_HINT;
    if (state === undefined) {
      this.#histograms[step] = {
        sum: new HistogramAccumulator(histogram, true),
        count: 1,
        isMean: false,
        incompatible: false,
        reset: histogram.counterResetHint === reset,
        notReset: histogram.counterResetHint === notReset,
      };
      return;
    }
    if (state.incompatible) return;
    state.reset ||= histogram.counterResetHint === reset;
    state.notReset ||= histogram.counterResetHint === notReset;
    state.count++;
    try {
      this.#merge(state, histogram);
    } catch (error) {
      if (!(error instanceof IncompatibleHistogramsError)) throw error;
      state.incompatible = true;
      this.#remarks.annotations.add(mixedExponentialCustom(this.metricName, this.#remarks.position));
    }
  }

  #merge(state: HistogramState, histogram: NativeHistogram): void {
    if (!this.#isMean) {
      state.sum.add(histogram);
      return;
    }
    if (!state.isMean) {
      const before =
        mayOverflow(histogram) || mayOverflow(state.sum.histogram()) ? state.sum.clone() : undefined;
      state.sum.add(histogram);
      if (before === undefined || !state.sum.hasOverflow) return;
      before.divide(state.count - 1);
      state.sum = before;
      state.isMean = true;
    }
    state.sum.scale((state.count - 1) / state.count);
    state.sum.add(divideHistogram(histogram, state.count));
  }

  override finish(series: StepSeries): void {
    for (let step = 0; step < this.#counts.length; step++) {
      const count = this.#counts[step]!;
      const state = this.#histograms?.[step];
      if (state !== undefined) {
        if (count > 0) {
          const { annotations, position } = this.#remarks;
          annotations.add(mixedFloatsHistogramsInAggregation(position));
        } else this.#finishHistogram(series, step, state);
      } else if (count > 0) series.setFloat(step, this.#floatResult(step, count));
    }
  }

  #floatResult(step: number, count: number): number {
    const sum = this.#sums[step]!;
    const rest = this.#rests[step]!;
    return this.#isMean && this.#means?.[step] !== 1 ? sum / count + rest / count : sum + rest;
  }

  #finishHistogram(series: StepSeries, step: number, state: HistogramState): void {
    const { annotations, position } = this.#remarks;
    if (state.incompatible) return;
    if (state.reset && state.notReset) annotations.add(counterResetCollision('aggregation', position));
    if (state.sum.notes.boundsReconciled) annotations.add(customBucketsReconciled('aggregation', position));
    if (this.#isMean && !state.isMean) state.sum.divide(state.count);
    series.setHistogram(step, compactHistogram(state.sum.histogram()));
  }
}

function mayOverflow(histogram: NativeHistogram): boolean {
  const isBig = (value: number): boolean => Math.abs(value) > NEAR_OVERFLOW;
  return (
    isBig(histogram.sum) ||
    isBig(histogram.count) ||
    isBig(histogram.zeroCount) ||
    histogram.positiveBuckets.some(isBig) ||
    histogram.negativeBuckets.some(isBig)
  );
}
