import { type RangeSamples, type RangeWindow } from '../operators/range-samples.js';
import { isStartReset, startsOverlap } from './start-timestamps.js';

/** Where a counter series begins anew: found once, then summed up window by window. */
export class FloatResets {
  #samples!: RangeSamples;
  readonly #at: number[] = [];
  readonly #overlaps: number[] = [];
  #from = 0;

  begin(samples: RangeSamples, useStarts: boolean): void {
    this.#samples = samples;
    this.#at.length = 0;
    this.#overlaps.length = 0;
    this.#from = 0;
    const { floats, floatCount, floatTimesMs: times } = samples;
    const starts = useStarts ? samples.floatStartsMs : undefined;
    if (starts === undefined) {
      this.#findFalls(floats, floatCount);
      return;
    }
    for (let i = 1; i < floatCount; i++) {
      if (floats[i]! < floats[i - 1]!) this.#at.push(i);
      else if (isStartReset(starts[i - 1]!, times[i - 1]!, starts[i]!, times[i]!)) this.#at.push(i);
      if (startsOverlap(starts[i - 1]!, times[i - 1]!, starts[i]!)) this.#overlaps.push(i);
    }
  }

  #findFalls(floats: Float64Array, count: number): void {
    if (count === 0) return;
    let before = floats[0]!;
    for (let i = 1; i < count; i++) {
      const value = floats[i]!;
      if (value < before) this.#at.push(i);
      before = value;
    }
  }

  /** Indexes of the samples behind a reset, ascending. */
  get at(): readonly number[] {
    return this.#at;
  }

  /** Adds what the increase over the samples [from, to) lacks: the values right before each reset. */
  correct(increase: number, from: number, to: number): number {
    const { floats } = this.#samples;
    while (this.#from < this.#at.length && this.#at[this.#from]! <= from) this.#from++;
    let corrected = increase;
    for (let i = this.#from; i < this.#at.length && this.#at[i]! < to; i++) {
      corrected += floats[this.#at[i]! - 1]!;
    }
    return corrected;
  }

  hasOverlap(window: RangeWindow): boolean {
    return this.#overlaps.some((index) => index > window.floatFrom && index < window.floatTo);
  }
}
