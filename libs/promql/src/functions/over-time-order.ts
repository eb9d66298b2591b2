import { type StepSeries } from '../engine/step-series.js';
import { type FloatWindows } from '../operators/float-windows.js';
import { histogramIgnoredInMixedRange, invalidQuantile } from '../engine/annotation-texts.js';
import { type RangeWindow } from '../operators/range-samples.js';
import { quantileOfSorted, sortNaNFirst } from './quantile.js';
import { metricNameOf, RangeFunction } from './range-function.js';
import { SortedWindow } from './sorted-window.js';

/** `quantile_over_time` and `mad_over_time`. */
export class OverTimeOrder extends RangeFunction {
  #scratch = new Float64Array(0);
  readonly #window = new SortedWindow();

  override computesFloats(): boolean {
    return this.call.name === 'quantile_over_time';
  }

  override beginFloats({ samples: { floats, floatCount } }: FloatWindows): void {
    this.#window.begin(floats, floatCount);
  }

  override computeFloats({ from, to }: FloatWindows, into: StepSeries, first: number, end: number): void {
    const { annotations, position, scalars } = this.call;
    const quantiles = scalars[0]!;
    for (let step = first; step < end; step++) {
      if (from[step] === to[step]) continue;
      const q = quantiles[step]!;
      if (!(q >= 0 && q <= 1)) annotations.add(invalidQuantile(q, position));
      into.setFloat(step, quantileOfSorted(q, this.#window.move(from[step]!, to[step]!)));
    }
  }

  override compute(window: RangeWindow): boolean {
    const count = window.floatCount;
    if (count === 0) return false;
    const { annotations, position, scalars } = this.call;
    const q = scalars[0]?.[window.step];
    if (q !== undefined && !(q >= 0 && q <= 1)) annotations.add(invalidQuantile(q, position));
    if (window.hasBoth)
      annotations.add(histogramIgnoredInMixedRange(metricNameOf(window.samples.labels), position));
    if (this.#scratch.length < count) this.#scratch = new Float64Array(2 * count);
    const values = this.#scratch.subarray(0, count);
    values.set(window.samples.floats.subarray(window.floatFrom, window.floatTo));
    sortNaNFirst(values);
    if (q !== undefined) return this.float(quantileOfSorted(q, values));
    // NaN comes first.
    if (Number.isNaN(values[0])) return this.float(NaN);
    const median = quantileOfSorted(0.5, values);
    for (let i = 0; i < count; i++) values[i] = Math.abs(values[i]! - median);
    sortNaNFirst(values);
    return this.float(quantileOfSorted(0.5, values));
  }
}
