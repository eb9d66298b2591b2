import { type NativeHistogram, scaleHistogram } from '@narthex/model';
import { FLOAT, type StepSeries } from '../engine/step-series.js';
import { type FloatWindows } from '../operators/float-windows.js';
import { mixedFloatsHistograms, startTimeOverlap } from '../engine/annotation-texts.js';
import { type RangeSamples, type RangeWindow } from '../operators/range-samples.js';
import { extrapolationFactor } from './extrapolation.js';
import { FloatResets } from './float-resets.js';
import { histogramIncrease } from './histogram-rate.js';
import { addNoted } from './noted-histograms.js';
import { metricNameOf, type RangeCall, RangeFunction } from './range-function.js';
import { WindowExtrapolations } from './window-extrapolations.js';

const NO_RESETS: readonly number[] = [];
/** Behind every sample. */
const NEVER = 0x7fffffff;

/** `rate`, `increase` and `delta`. */
export class Rate extends RangeFunction {
  readonly #isCounter: boolean;
  readonly #isRate: boolean;
  readonly #resets = new FloatResets();
  readonly #extrapolations = new WindowExtrapolations();

  constructor(call: RangeCall) {
    super(call);
    this.#isCounter = call.name !== 'delta';
    this.#isRate = call.name === 'rate';
  }

  override begin(samples: RangeSamples): void {
    if (this.#isCounter) this.#resets.begin(samples, this.call.startTimestamps);
  }

  override computesFloats(): boolean {
    return !this.call.startTimestamps;
  }

  override beginFloats(windows: FloatWindows): void {
    if (windows.version === this.#extrapolations.version) return;
    this.#extrapolations.begin(windows, this.call.rangeMs, this.#isRate ? this.call.rangeMs / 1000 : 1);
  }

  override computeFloats(
    { from, to, samples: { floats } }: FloatWindows,
    { kinds, values }: StepSeries,
    fromStep: number,
    toStep: number,
  ): void {
    const isCounter = this.#isCounter;
    const resets = this.#resets;
    const resetsAt = isCounter ? resets.at : NO_RESETS;
    // The first reset that may be in a window.
    let reset = 0;
    let resetAt = resetsAt.length > 0 ? resetsAt[0]! : NEVER;
    const extrapolations = this.#extrapolations;
    const { factors, limits } = extrapolations;
    for (let step = fromStep; step < toStep; step++) {
      const first = from[step]!;
      const last = to[step]! - 1;
      if (last <= first) continue;
      const firstValue = floats[first]!;
      let increase = floats[last]! - firstValue;
      if (resetAt <= last) {
        while (resetAt <= first) resetAt = ++reset < resetsAt.length ? resetsAt[reset]! : NEVER;
        if (resetAt <= last) increase = resets.correct(increase, first, last + 1);
      }
      let factor = factors[step]!;
      // Few counters were zero so shortly before the window that it matters; whether these were, is looked at closely.
      if (isCounter && firstValue <= increase * limits[step]!)
        factor = extrapolations.factorOfCounter(step, firstValue, increase);
      kinds[step] = FLOAT;
      values[step] = increase * factor;
    }
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
      increase = this.#resets.correct(increase, first, last + 1);
      if (this.call.startTimestamps && this.#resets.hasOverlap(window)) {
        this.call.annotations.add(startTimeOverlap(metricNameOf(labels), this.call.position));
      }
    }
    const sinceFirst = this.#isCounter ? increase : NaN;
    if (zeroMs !== undefined) increase += firstValue;
    const factor = this.#factor(window, floatTimesMs, first, last, firstValue, sinceFirst, zeroMs);
    return this.float(increase * factor);
  }

  #histograms(window: RangeWindow): boolean {
    const { histograms, histogramTimesMs, histogramStartsMs, labels } = window.samples;
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
    const sinceFirst = this.#isCounter && increase !== undefined ? increase.count : NaN;
    if (zeroMs !== undefined) {
      const { annotations, position } = this.call;
      increase =
        increase === undefined
          ? firstHistogram
          : addNoted(increase, firstHistogram, { annotations, position, labels });
      if (increase === undefined) return false;
    }
    const { count } = firstHistogram;
    const factor = this.#factor(window, histogramTimesMs, first, last, count, sinceFirst, zeroMs);
    return this.histogramResult(scaleHistogram(increase!, factor));
  }

  /** When the counter is known to have been zero inside the window. */
  #zeroTime(window: RangeWindow, startMs: number | undefined, firstMs: number): number | undefined {
    if (!this.#isCounter || !this.call.startTimestamps || startMs === undefined) return undefined;
    return startMs !== 0 && startMs > window.startMs && startMs < firstMs ? startMs : undefined;
  }

  #factor(
    { startMs, endMs }: RangeWindow,
    timesMs: Float64Array,
    first: number,
    last: number,
    firstValue: number,
    increase: number,
    zeroMs: number | undefined,
  ): number {
    const count = last - first + 1;
    const [firstMs, lastMs] = [timesMs[first]!, timesMs[last]!];
    const factor = extrapolationFactor(startMs, endMs, firstMs, lastMs, count, firstValue, increase, zeroMs);
    return this.#isRate ? factor / (this.call.rangeMs / 1000) : factor;
  }
}
