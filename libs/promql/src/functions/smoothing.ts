import { histogramIgnoredInMixedRange } from '../engine/annotation-texts.js';
import { executionError } from '../errors.js';
import { type RangeWindow } from '../operators/range-samples.js';
import { metricNameOf, RangeFunction } from './range-function.js';

/** `double_exponential_smoothing` (https://en.wikipedia.org/wiki/Exponential_smoothing, Holt's linear trend). */
export class Smoothing extends RangeFunction {
  override compute(window: RangeWindow): boolean {
    const smoothing = this.call.scalars[0]![window.step]!;
    const trending = this.call.scalars[1]![window.step]!;
    checkFactor('smoothing', 'sf', smoothing);
    checkFactor('trend', 'tf', trending);
    if (window.hasBoth) {
      const name = metricNameOf(window.samples.labels);
      this.call.annotations.add(histogramIgnoredInMixedRange(name, this.call.position));
    }
    if (window.floatCount < 2) return false;
    const { floats } = window.samples;
    let level = floats[window.floatFrom]!;
    let before = 0;
    let trend = floats[window.floatFrom + 1]! - level;
    for (let i = window.floatFrom + 1; i < window.floatTo; i++) {
      if (i > window.floatFrom + 1) trend = trending * (level - before) + (1 - trending) * trend;
      before = level;
      level = smoothing * floats[i]! + (1 - smoothing) * (level + trend);
    }
    return this.float(level);
  }
}

function checkFactor(name: string, symbol: string, factor: number): void {
  if (factor <= 0 || factor >= 1) {
    throw executionError(`invalid ${name} factor. Expected: 0 < ${symbol} < 1, got: ${factor.toFixed(6)}`);
  }
}
