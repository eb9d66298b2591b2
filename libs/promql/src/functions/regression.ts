import { compensatedSum } from '@narthex/model';
import { histogramIgnoredInMixedRange } from '../engine/annotation-texts.js';
import { type RangeWindow } from '../operators/range-samples.js';
import { metricNameOf, RangeFunction } from './range-function.js';

/** `deriv` and `predict_linear`: the line through the floats of a window, by least squares. */
export class Regression extends RangeFunction {
  override compute(window: RangeWindow): boolean {
    if (window.hasBoth) {
      const name = metricNameOf(window.samples.labels);
      this.call.annotations.add(histogramIgnoredInMixedRange(name, this.call.position));
    }
    if (window.floatCount < 2) return false;
    const ahead = this.call.scalars[0]?.[window.step];
    // Times near the samples keep the sums small.
    const originMs =
      ahead === undefined ? window.samples.floatTimesMs[window.floatFrom]! : window.timestampMs;
    const [slope, intercept] = lineThrough(window, originMs);
    return this.float(ahead === undefined ? slope : slope * ahead + intercept);
  }
}

function lineThrough(
  { samples: { floats, floatTimesMs }, floatFrom, floatTo }: RangeWindow,
  originMs: number,
): readonly [slope: number, intercept: number] {
  const first = floats[floatFrom]!;
  let constant = true;
  let sumX = 0;
  let restX = 0;
  let sumY = 0;
  let restY = 0;
  let sumXY = 0;
  let restXY = 0;
  let sumXX = 0;
  let restXX = 0;
  for (let i = floatFrom; i < floatTo; i++) {
    const y = floats[i]!;
    if (i > floatFrom && y !== first) constant = false;
    const x = (floatTimesMs[i]! - originMs) / 1000;
    [sumX, restX] = compensatedSum(x, sumX, restX);
    [sumY, restY] = compensatedSum(y, sumY, restY);
    [sumXY, restXY] = compensatedSum(x * y, sumXY, restXY);
    [sumXX, restXX] = compensatedSum(x * x, sumXX, restXX);
  }
  if (constant) return Math.abs(first) === Infinity ? [NaN, NaN] : [0, first];
  const count = floatTo - floatFrom;
  const x = sumX + restX;
  const y = sumY + restY;
  const slope = (sumXY + restXY - (x * y) / count) / (sumXX + restXX - (x * x) / count);
  return [slope, y / count - (slope * x) / count];
}
