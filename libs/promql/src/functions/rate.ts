import { type NativeHistogram, scaleHistogram } from '@narthex/model';
import { mixedFloatsHistograms, startTimeOverlap } from '../engine/annotation-texts.js';
import { type RangeSamples, type RangeWindow } from '../operators/range-samples.js';
import { extrapolationFactor, type CounterSlope } from './extrapolation.js';
import { FloatResets } from './float-resets.js';
import { addNoted, histogramIncrease } from './histogram-rate.js';
import { metricNameOf, type RangeCall, RangeFunction } from './range-function.js';

/** `rate`, `increase` and `delta`. */
export class Rate extends RangeFunction {
  readonly #isCounter: boolean;
  readonly #isRate: boolean;
  readonly #resets = new FloatResets();

  constructor(call: RangeCall) {
    super(call);
    this.#isCounter = call.name !== 'delta';
    this.#isRate = call.name === 'rate';
  }

  override begin(samples: RangeSamples): void {
    if (this.#isCounter) this.#resets.begin(samples, this.call.startTimestamps);
  }

  override compute(window: RangeWindow): boolean {
    if (window.hasBoth) {
      const name = metricNameOf(window.samples.labels);
      this.call.annotations.add(mixedFloatsHistograms(name, this.call.position));
      return false;
    }
    return window.histogramCount > 0 ? this.#histograms(window) : this.#floats(window);
  }

  #floats(window: RangeWindow): boolean {
    const { floats, floatTimesMs, floatStartsMs, labels } = window.samples;
    const first = window.floatFrom;
    const last = window.floatTo - 1;
    const zeroMs = this.#zeroTime(window, floatStartsMs?.[first], floatTimesMs[first]!);
    if (first === last && zeroMs === undefined) return false;
    const firstValue = floats[first]!;
    let increase = floats[last]! - firstValue;
    if (this.#isCounter) {
      increase = this.#resets.correct(increase, window);
      if (this.call.startTimestamps && this.#resets.hasOverlap(window)) {
        this.call.annotations.add(startTimeOverlap(metricNameOf(labels), this.call.position));
      }
    }
    const slope = this.#isCounter ? { firstValue, increase } : undefined;
    if (zeroMs !== undefined) increase += firstValue;
    const factor = this.#factor(window, floatTimesMs, first, last, slope, zeroMs);
    return this.float(increase * factor);
  }

  #histograms(window: RangeWindow): boolean {
    const { histograms, histogramTimesMs, histogramStartsMs } = window.samples;
    const first = window.histogramFrom;
    const last = window.histogramTo - 1;
    const zeroMs = this.#zeroTime(window, histogramStartsMs?.[first], histogramTimesMs[first]!);
    if (first === last && zeroMs === undefined) return false;
    const firstHistogram = histograms[first]!;
    let increase: NativeHistogram | undefined;
    if (first !== last) {
      increase = histogramIncrease(window, this.#isCounter, this.call);
      if (increase === undefined) return false;
    }
    const slope =
      this.#isCounter && increase !== undefined
        ? { firstValue: firstHistogram.count, increase: increase.count }
        : undefined;
    if (zeroMs !== undefined) {
      increase =
        increase === undefined ? firstHistogram : addNoted(increase, firstHistogram, window, this.call);
      if (increase === undefined) return false;
    }
    const factor = this.#factor(window, histogramTimesMs, first, last, slope, zeroMs);
    return this.histogramResult(scaleHistogram(increase!, factor));
  }

  /** When the counter is known to have been zero inside the window. */
  #zeroTime(window: RangeWindow, startMs: number | undefined, firstMs: number): number | undefined {
    if (!this.#isCounter || !this.call.startTimestamps || startMs === undefined) return undefined;
    return startMs !== 0 && startMs > window.startMs && startMs < firstMs ? startMs : undefined;
  }

  #factor(
    window: RangeWindow,
    timesMs: Float64Array,
    first: number,
    last: number,
    slope: CounterSlope | undefined,
    zeroMs: number | undefined,
  ): number {
    const { startMs, endMs } = window;
    const span = {
      startMs,
      endMs,
      firstMs: timesMs[first]!,
      lastMs: timesMs[last]!,
      count: last - first + 1,
    };
    const factor = extrapolationFactor(span, slope, zeroMs);
    return this.#isRate ? factor / (this.call.rangeMs / 1000) : factor;
  }
}
