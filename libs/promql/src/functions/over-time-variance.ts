import { compensatedSum } from '@narthex/model';
import { FLOAT, type StepSeries } from '../engine/step-series.js';
import { type FloatWindows } from '../operators/float-windows.js';
import { histogramIgnoredInMixedRange } from '../engine/annotation-texts.js';
import { type RangeWindow } from '../operators/range-samples.js';
import { metricNameOf, RangeFunction } from './range-function.js';
import { WindowSums } from './window-sums.js';

/** Larger values overflow when squared. */
const MOST_SQUARED = 1e150;
/** Below this share of the squared mean, the rounding of the samples is seen in a variance. */
const MUCH_ROUNDING = 1e-12;

/**
 * `stddev_over_time` and `stdvar_over_time`: by Welford, or where all is finite, from the mean that the windows' sums
 * give and the distances to it.
 */
export class OverTimeVariance extends RangeFunction {
  readonly #sums = new WindowSums();
  /** The present samples can be summed up window by window. */
  #sumsUp = false;

  override computesFloats(): boolean {
    return true;
  }

  override beginFloats({ samples: { floats, floatCount } }: FloatWindows): void {
    this.#sumsUp = this.#sums.begin(floats, floatCount, MOST_SQUARED);
  }

  override computeFloats(
    { from, to, samples: { floats } }: FloatWindows,
    { kinds, values }: StepSeries,
    fromStep: number,
    toStep: number,
  ): void {
    const isDeviation = this.call.name === 'stddev_over_time';
    const sums = this.#sumsUp ? this.#sums : undefined;
    for (let step = fromStep; step < toStep; step++) {
      const [first, end] = [from[step]!, to[step]!];
      if (first === end) continue;
      let variance: number;
      if (sums === undefined) variance = varianceOf(floats, first, end);
      else {
        sums.move(first, end);
        variance = varianceAround((sums.sum + sums.rest) / (end - first), floats, first, end);
      }
      kinds[step] = FLOAT;
      values[step] = isDeviation ? Math.sqrt(variance) : variance;
    }
  }

  override compute(window: RangeWindow): boolean {
    const { floats, labels } = window.samples;
    if (window.floatCount === 0) return false;
    if (window.hasBoth) {
      this.call.annotations.add(histogramIgnoredInMixedRange(metricNameOf(labels), this.call.position));
    }
    const variance = varianceOf(floats, window.floatFrom, window.floatTo);
    return this.float(this.call.name === 'stddev_over_time' ? Math.sqrt(variance) : variance);
  }
}

function varianceOf(floats: Float64Array, from: number, to: number): number {
  let count = 0;
  let mean = 0;
  let meanRest = 0;
  let squares = 0;
  let squaresRest = 0;
  for (let i = from; i < to; i++) {
    const value = floats[i]!;
    count++;
    const delta = value - (mean + meanRest);
    [mean, meanRest] = compensatedSum(delta / count, mean, meanRest);
    [squares, squaresRest] = compensatedSum(delta * (value - (mean + meanRest)), squares, squaresRest);
  }
  return (squares + squaresRest) / count;
}

/** The mean of the squared distances, less what the mean's own rounding added. */
function varianceAround(mean: number, floats: Float64Array, from: number, to: number): number {
  let squares = 0;
  let distances = 0;
  for (let i = from; i < to; i++) {
    const distance = floats[i]! - mean;
    squares += distance * distance;
    distances += distance;
  }
  const count = to - from;
  const variance = (squares - (distances * distances) / count) / count;
  // What is rounded much is to be rounded as upstream does it.
  return variance > MUCH_ROUNDING * mean * mean ? variance : varianceOf(floats, from, to);
}
