import { compensatedSum } from '@narthex/model';
import { histogramIgnoredInMixedRange } from '../engine/annotation-texts.js';
import { type RangeWindow } from '../operators/range-samples.js';
import { metricNameOf, RangeFunction } from './range-function.js';

/** `stddev_over_time` and `stdvar_over_time`, by Welford. */
export class OverTimeVariance extends RangeFunction {
  override compute(window: RangeWindow): boolean {
    const { floats, labels } = window.samples;
    if (window.floatCount === 0) return false;
    if (window.hasBoth) {
      this.call.annotations.add(histogramIgnoredInMixedRange(metricNameOf(labels), this.call.position));
    }
    let count = 0;
    let mean = 0;
    let meanRest = 0;
    let squares = 0;
    let squaresRest = 0;
    for (let i = window.floatFrom; i < window.floatTo; i++) {
      const value = floats[i]!;
      count++;
      const delta = value - (mean + meanRest);
      [mean, meanRest] = compensatedSum(delta / count, mean, meanRest);
      [squares, squaresRest] = compensatedSum(delta * (value - (mean + meanRest)), squares, squaresRest);
    }
    const variance = (squares + squaresRest) / count;
    return this.float(this.call.name === 'stddev_over_time' ? Math.sqrt(variance) : variance);
  }
}
