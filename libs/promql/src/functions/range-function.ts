import { type Labels, METRIC_NAME, type NativeHistogram } from '@narthex/model';
import { type Annotations } from '../engine/annotations.js';
import { type StepSeries } from '../engine/step-series.js';
import { type FloatWindows } from '../operators/float-windows.js';
import { type RangeSamples, type RangeWindow } from '../operators/range-samples.js';
import { type PositionRange } from '../syntax/position.js';

/** What a function of a range vector is called with. */
export interface RangeCall {
  readonly name: string;
  readonly annotations: Annotations;
  /** The position of the range vector. */
  readonly position: PositionRange;
  /** The length of the windows. */
  readonly rangeMs: number;
  readonly anchored: boolean;
  readonly smoothed: boolean;
  readonly startTimestamps: boolean;
  /** The scalar arguments in their order, a number for each step. */
  readonly scalars: readonly Float64Array[];
}

/** A function of a range vector: computes one value a window, series by series, window after window. */
export abstract class RangeFunction {
  /** The result of the last {@link compute}: a histogram if there is one, else the value. */
  value = 0;
  histogram: NativeHistogram | undefined;
  protected readonly call: RangeCall;

  constructor(call: RangeCall) {
    this.call = call;
  }

  /** Called before the first window of a series. */
  begin(_samples: RangeSamples): void {
    // Most functions look at their window only.
  }

  /** Computes the result for a window that is not empty; false when there is none. */
  abstract compute(window: RangeWindow): boolean;

  /** True when {@link computeFloats} can stand in for {@link compute} where there are no histograms. */
  computesFloats(): boolean {
    return false;
  }

  /** Called before the first {@link computeFloats} of a series, behind {@link begin}. */
  beginFloats(_windows: FloatWindows): void {
    // Most functions have nothing to prepare.
  }

  /**
   * Computes the windows of a series of floats at some steps, and writes the results where they belong. The steps
   * `[from, to)` go on where those before ended.
   */
  computeFloats(_windows: FloatWindows, _into: StepSeries, _from: number, _to: number): void {
    // Only for those that say so.
  }

  protected float(value: number): true {
    this.value = value;
    this.histogram = undefined;
    return true;
  }

  protected histogramResult(histogram: NativeHistogram): true {
    this.histogram = histogram;
    return true;
  }
}

export function metricNameOf(labels: Labels): string {
  return labels.get(METRIC_NAME);
}
