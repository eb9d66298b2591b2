import { compensatedSum } from '@narthex/model';
import { FLOAT, type StepSeries } from '../engine/step-series.js';
import { type FloatWindows } from '../operators/float-windows.js';
import { mixedFloatsHistograms } from '../engine/annotation-texts.js';
import { type RangeWindow } from '../operators/range-samples.js';
import { HistogramMean } from './histogram-mean.js';
import { metricNameOf, type RangeCall, RangeFunction } from './range-function.js';
import { WindowSums } from './window-sums.js';

/** `sum_over_time` and `avg_over_time`. */
export class OverTimeSum extends RangeFunction {
  readonly #isMean: boolean;
  readonly #sums = new WindowSums();
  /** The present samples can be summed up window by window. */
  #sumsUp = false;

  constructor(call: RangeCall) {
    super(call);
    this.#isMean = call.name === 'avg_over_time';
  }

  override computesFloats(): boolean {
    return true;
  }

  override beginFloats({ samples: { floats, floatCount } }: FloatWindows): void {
    this.#sumsUp = this.#sums.begin(floats, floatCount);
  }

  override computeFloats(
    { from, to, samples: { floats } }: FloatWindows,
    { kinds, values }: StepSeries,
    first: number,
    end: number,
  ): void {
    const isMean = this.#isMean;
    const sums = this.#sumsUp ? this.#sums : undefined;
    for (let step = first; step < end; step++) {
      const count = to[step]! - from[step]!;
      if (count === 0) continue;
      kinds[step] = FLOAT;
      if (sums === undefined) {
        values[step] = isMean
          ? meanOf(floats, from[step]!, to[step]!)
          : sumOf(floats, from[step]!, to[step]!);
        continue;
      }
      sums.move(from[step]!, to[step]!);
      values[step] = isMean ? sums.sum / count + sums.rest / count : sums.sum + sums.rest;
    }
  }

  override compute(window: RangeWindow): boolean {
    const { samples } = window;
    const isMean = this.#isMean;
    if (window.hasBoth) {
      this.call.annotations.add(mixedFloatsHistograms(metricNameOf(samples.labels), this.call.position));
      return false;
    }
    if (window.histogramCount > 0) {
      const mean = new HistogramMean(this.call, metricNameOf(samples.labels));
      const points = samples.histograms.slice(window.histogramFrom, window.histogramTo);
      const result = isMean ? mean.mean(points) : mean.sum(points);
      return result !== undefined && this.histogramResult(result);
    }
    const compute = isMean ? meanOf : sumOf;
    return this.float(compute(samples.floats, window.floatFrom, window.floatTo));
  }
}

/** The sum of `values[from … to)`, by Neumaier. */
function sumOf(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  let rest = 0;
  for (let i = from; i < to; i++) {
    const value = values[i]!;
    const total = sum + value;
    if (total === Infinity || total === -Infinity) rest = 0;
    else rest += Math.abs(sum) >= Math.abs(value) ? sum - total + value : value - total + sum;
    sum = total;
  }
  return Math.abs(sum) === Infinity ? sum : sum + rest;
}

/** The mean of `values[from … to)`: from the sum, or where that overflows, step by step. */
function meanOf(values: Float64Array, from: number, to: number): number {
  let sum = values[from]!;
  let rest = 0;
  for (let i = from + 1; i < to; i++) {
    const [total, lost] = compensatedSum(values[i]!, sum, rest);
    if (Math.abs(total) === Infinity) return incrementalMean(values, from, i, to, sum, rest);
    sum = total;
    rest = lost;
  }
  const count = to - from;
  return sum / count + rest / count;
}

function incrementalMean(
  values: Float64Array,
  from: number,
  at: number,
  to: number,
  sum: number,
  sumRest: number,
): number {
  let mean = sum / (at - from);
  let rest = sumRest / (at - from);
  for (let i = at; i < to; i++) {
    const count = i - from + 1;
    const share = (count - 1) / count;
    [mean, rest] = compensatedSum(values[i]! / count, share * mean, share * rest);
  }
  return mean + rest;
}
