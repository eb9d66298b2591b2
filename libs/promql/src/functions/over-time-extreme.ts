import { FLOAT, type StepSeries } from '../engine/step-series.js';
import { type FloatWindows } from '../operators/float-windows.js';
import { histogramIgnoredInMixedRange } from '../engine/annotation-texts.js';
import { type RangeSamples, type RangeWindow } from '../operators/range-samples.js';
import { metricNameOf, type RangeCall, RangeFunction } from './range-function.js';

/**
 * `min_over_time`, `max_over_time`, `ts_of_min_over_time` and `ts_of_max_over_time`. A queue of the samples that may
 * still become the extreme makes a series cost its samples once, however much windows overlap. NaN loses to every
 * number; of equal extremes, the last gives the time.
 */
export class OverTimeExtreme extends RangeFunction {
  readonly #sign: 1 | -1;
  readonly #wantsTime: boolean;
  /** Indexes with falling values (times the sign). */
  #queue: Int32Array = new Int32Array(0);
  #head = 0;
  #tail = 0;
  #next = 0;

  constructor(call: RangeCall) {
    super(call);
    this.#sign = call.name.includes('max') ? 1 : -1;
    this.#wantsTime = call.name.startsWith('ts_of_');
  }

  override begin(samples: RangeSamples): void {
    if (this.#queue.length < samples.floatCount) this.#queue = new Int32Array(samples.floatCount);
    this.#head = this.#tail = this.#next = 0;
  }

  override computesFloats(): boolean {
    return true;
  }

  override computeFloats(
    { from, to, samples: { floats, floatTimesMs } }: FloatWindows,
    { kinds, values }: StepSeries,
    first: number,
    end: number,
  ): void {
    const wantsTime = this.#wantsTime;
    for (let step = first; step < end; step++) {
      if (from[step] === to[step]) continue;
      this.#advance(from[step]!, to[step]!, floats);
      const at = this.#head < this.#tail ? this.#queue[this.#head]! : to[step]! - 1;
      kinds[step] = FLOAT;
      values[step] = wantsTime ? floatTimesMs[at]! / 1000 : floats[at]!;
    }
  }

  override compute(window: RangeWindow): boolean {
    const { floats, floatTimesMs, labels } = window.samples;
    this.#advance(window.floatFrom, window.floatTo, floats);
    if (window.floatCount === 0) return false;
    if (window.hasBoth) {
      this.call.annotations.add(histogramIgnoredInMixedRange(metricNameOf(labels), this.call.position));
    }
    // Only NaN in the window: the last one stands for all.
    const at = this.#head < this.#tail ? this.#queue[this.#head]! : window.floatTo - 1;
    return this.float(this.#wantsTime ? floatTimesMs[at]! / 1000 : floats[at]!);
  }

  #advance(floatFrom: number, floatTo: number, floats: Float64Array): void {
    const queue = this.#queue;
    const sign = this.#sign;
    for (; this.#next < floatTo; this.#next++) {
      const value = floats[this.#next]!;
      if (value !== value) continue;
      while (this.#tail > this.#head && sign * floats[queue[this.#tail - 1]!]! <= sign * value) this.#tail--;
      queue[this.#tail++] = this.#next;
    }
    while (this.#head < this.#tail && queue[this.#head]! < floatFrom) this.#head++;
  }
}
