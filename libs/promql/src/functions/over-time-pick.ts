import { FLOAT, type StepSeries } from '../engine/step-series.js';
import { type FloatWindows } from '../operators/float-windows.js';
import { type RangeWindow } from '../operators/range-samples.js';
import { RangeFunction } from './range-function.js';

/** `first_over_time`, `last_over_time`, `ts_of_first_over_time`, `ts_of_last_over_time`: one sample of either kind. */
export class OverTimePick extends RangeFunction {
  override computesFloats(): boolean {
    return true;
  }

  override computeFloats(
    { from, to, samples: { floats, floatTimesMs } }: FloatWindows,
    { kinds, values }: StepSeries,
    first: number,
    end: number,
  ): void {
    const last = this.call.name.endsWith('last_over_time');
    const wantsTime = this.call.name.startsWith('ts_of_');
    for (let step = first; step < end; step++) {
      if (from[step] === to[step]) continue;
      const at = last ? to[step]! - 1 : from[step]!;
      kinds[step] = FLOAT;
      values[step] = wantsTime ? floatTimesMs[at]! / 1000 : floats[at]!;
    }
  }

  override compute(window: RangeWindow): boolean {
    const { samples } = window;
    const last = this.call.name.endsWith('last_over_time');
    const f = last ? window.floatTo - 1 : window.floatFrom;
    const h = last ? window.histogramTo - 1 : window.histogramFrom;
    const floatMs = window.floatCount > 0 ? samples.floatTimesMs[f]! : undefined;
    const histogramMs = window.histogramCount > 0 ? samples.histogramTimesMs[h]! : undefined;
    const isFloat =
      histogramMs === undefined ||
      (floatMs !== undefined && (last ? histogramMs < floatMs : floatMs < histogramMs));
    if (this.call.name.startsWith('ts_of_')) return this.float((isFloat ? floatMs! : histogramMs) / 1000);
    return isFloat ? this.float(samples.floats[f]!) : this.histogramResult(samples.histograms[h]!);
  }
}

/** `count_over_time`, and `present_over_time` and `absent_over_time`, for which any sample is one. */
export class OverTimeCount extends RangeFunction {
  override computesFloats(): boolean {
    return true;
  }

  override computeFloats(
    { from, to }: FloatWindows,
    { kinds, values }: StepSeries,
    first: number,
    end: number,
  ): void {
    const counts = this.call.name === 'count_over_time';
    for (let step = first; step < end; step++) {
      const count = to[step]! - from[step]!;
      if (count === 0) continue;
      kinds[step] = FLOAT;
      values[step] = counts ? count : 1;
    }
  }

  override compute(window: RangeWindow): boolean {
    return this.float(this.call.name === 'count_over_time' ? window.floatCount + window.histogramCount : 1);
  }
}
