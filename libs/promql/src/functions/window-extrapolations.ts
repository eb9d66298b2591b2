import { type FloatWindows } from '../operators/float-windows.js';
import { extrapolationFactor } from './extrapolation.js';

/** More than what rounding may add. */
const ROUNDED_UP = 1.001;

/**
 * What {@link extrapolationFactor} makes of the times of windows, step by step: worked out once for all series that
 * have the same times. Only counters that were zero shortly before their window need a look at their values.
 */
export class WindowExtrapolations {
  /** The windows' {@link FloatWindows.version}. */
  version = -1;
  /** What to multiply the increase with, where the counter's being zero does not matter. */
  factors = new Float64Array(0);
  /**
   * A counter whose first value is below so many increases may have been zero within what is extrapolated to: the time
   * before the first sample, in times of that between the first and the last, and a little more.
   */
  limits = new Float64Array(0);
  #windows!: FloatWindows;
  #rangeMs = 0;
  #divisor = 1;

  /** @param divisor seconds that an increase is spread over; 1 for the increase itself */
  begin(windows: FloatWindows, rangeMs: number, divisor: number): void {
    const { from, to, samples, firstEndMs, stepMs } = windows;
    const { floatTimesMs: times } = samples;
    this.version = windows.version;
    this.#windows = windows;
    this.#rangeMs = rangeMs;
    this.#divisor = divisor;
    if (this.factors.length !== from.length) {
      this.factors = new Float64Array(from.length);
      this.limits = new Float64Array(from.length);
    }
    const { factors, limits } = this;
    let endMs = firstEndMs;
    for (let step = 0; step < from.length; step++, endMs += stepMs) {
      const first = from[step]!;
      const last = to[step]! - 1;
      if (last <= first) continue;
      const startMs = endMs - rangeMs;
      const [firstMs, lastMs] = [times[first]!, times[last]!];
      const count = last - first + 1;
      factors[step] = extrapolationFactor(startMs, endMs, firstMs, lastMs, count, 0, NaN) / divisor;
      limits[step] = ((firstMs - startMs) / (lastMs - firstMs)) * ROUNDED_UP;
    }
  }

  /** The factor of a counter that may have been zero within what is extrapolated to. */
  factorOfCounter(step: number, firstValue: number, increase: number): number {
    const { from, to, samples, firstEndMs, stepMs } = this.#windows;
    const { floatTimesMs: times } = samples;
    const first = from[step]!;
    const last = to[step]! - 1;
    const endMs = firstEndMs + step * stepMs;
    const factor = extrapolationFactor(
      endMs - this.#rangeMs,
      endMs,
      times[first]!,
      times[last]!,
      last - first + 1,
      firstValue,
      increase,
    );
    return factor / this.#divisor;
  }
}
