import { divideHistogram, type NativeHistogram } from '@narthex/model';
import { mixedFloatsHistograms } from '../engine/annotation-texts.js';
import { type RangeWindow } from '../operators/range-samples.js';
import { extendedBounds } from './extended-bounds.js';
import { extendedHistogramIncrease } from './extended-histogram-rate.js';
import { metricNameOf, type RangeCall, RangeFunction } from './range-function.js';

/**
 * `rate`, `increase` and `delta` with `anchored` or `smoothed`: the difference between the values at the bounds of
 * the window, which are the samples before them (`anchored`) or on the line between those around them (`smoothed`).
 */
export class ExtendedRate extends RangeFunction {
  readonly #isCounter: boolean;
  readonly #isRate: boolean;

  constructor(call: RangeCall) {
    super(call);
    this.#isCounter = call.name !== 'delta';
    this.#isRate = call.name === 'rate';
  }

  override compute(window: RangeWindow): boolean {
    if (window.hasBoth) {
      const name = metricNameOf(window.samples.labels);
      this.call.annotations.add(mixedFloatsHistograms(name, this.call.position));
      return false;
    }
    const seconds = this.#isRate ? this.call.rangeMs / 1000 : 1;
    if (window.histogramCount > 0) {
      const increase: NativeHistogram | undefined = extendedHistogramIncrease(
        window,
        this.#isCounter,
        this.call,
      );
      return (
        increase !== undefined &&
        this.histogramResult(this.#isRate ? divideHistogram(increase, seconds) : increase)
      );
    }
    const increase = this.#increase(window);
    return increase !== undefined && this.float(increase / seconds);
  }

  #increase(window: RangeWindow): number | undefined {
    const { floats, floatTimesMs } = window.samples;
    const bounds = extendedBounds(floatTimesMs, window.floatFrom, window.floatTo, window, this.call.smoothed);
    if (bounds === undefined) return undefined;
    let { first, last } = bounds;
    const { startMs, endMs } = window;
    const left =
      this.call.smoothed && floatTimesMs[first]! < startMs
        ? this.#between(window, first, startMs)
        : floats[first]!;
    const right =
      this.call.smoothed && last > window.floatFrom && floatTimesMs[last]! > endMs
        ? this.#between(window, last - 1, endMs)
        : floats[last]!;
    let increase = right - left;
    if (!this.#isCounter) return increase;
    // Resets at the bounds are in the values there already.
    if (floatTimesMs[first]! <= startMs) first++;
    if (floatTimesMs[last]! >= endMs) last--;
    let previous = left;
    for (let i = first; i <= last; i++) {
      if (floats[i]! < previous) increase += previous;
      previous = floats[i]!;
    }
    return right < previous ? increase + previous : increase;
  }

  /** The value between sample `i` and the next; a counter that goes down is taken to begin at zero. */
  #between({ samples: { floats, floatTimesMs } }: RangeWindow, i: number, timeMs: number): number {
    const from = this.#isCounter && floats[i + 1]! < floats[i]! ? 0 : floats[i]!;
    const share = (timeMs - floatTimesMs[i]!) / (floatTimesMs[i + 1]! - floatTimesMs[i]!);
    return from + (floats[i + 1]! - from) * share;
  }
}
