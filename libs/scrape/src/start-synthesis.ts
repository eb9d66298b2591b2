import { compactHistogram, detectsReset, type NativeHistogram, subtractHistograms } from '@narthex/model';
import { type ParsedHistogram } from '@narthex/exposition';

interface FloatState {
  startMs: number;
  /** What was scraped last. */
  before: number;
  /** What counted already at the start. */
  base: number;
}

interface HistogramState {
  startMs: number;
  before: NativeHistogram;
  base: NativeHistogram;
}

/** A sample as it is to be stored. */
export interface Synthesized<T> {
  readonly sample: T;
  readonly startMs: number;
}

/**
 * Makes up start timestamps for cumulative series that come without, by the lines of a target's cache, as upstream does
 * (https://prometheus.io/docs/prometheus/latest/feature_flags/#start-timestamp-st-synthesis): the first sample of a
 * series is not stored but tells the start, and what it had counted is taken off the later ones. Where a counter begins
 * anew, it does so a millisecond before the sample that shows it.
 */
export class StartSynthesis {
  readonly #floats = new Map<number, FloatState>();
  readonly #histograms = new Map<number, HistogramState>();

  /** Forgets what is known of a line: its next sample is a first one. */
  forget(line: number): void {
    this.#floats.delete(line);
    this.#histograms.delete(line);
  }

  has(line: number): boolean {
    return this.#floats.has(line) || this.#histograms.has(line);
  }

  /** Undefined for a first sample, which is not to be stored. */
  float(line: number, value: number, timestampMs: number): Synthesized<number> | undefined {
    const state = this.#floats.get(line);
    if (state === undefined) {
      this.#floats.set(line, { startMs: timestampMs, before: value, base: value });
      return undefined;
    }
    if (value < state.before) {
      state.base = 0;
      state.startMs = timestampMs - 1;
    }
    state.before = value;
    return { sample: value - state.base, startMs: state.startMs };
  }

  /** As {@link float}. What the sample with a reset has counted is taken off those behind it. */
  histogram(
    line: number,
    { histogram, integer }: ParsedHistogram,
    timestampMs: number,
  ): Synthesized<ParsedHistogram> | undefined {
    const state = this.#histograms.get(line);
    if (state === undefined) {
      this.#histograms.set(line, { startMs: timestampMs, before: histogram, base: histogram });
      return undefined;
    }
    const isReset = detectsReset(histogram, state.before);
    state.before = histogram;
    if (isReset) {
      state.base = histogram;
      state.startMs = timestampMs - 1;
      return { sample: { histogram, integer }, startMs: state.startMs };
    }
    const since = compactHistogram(subtractHistograms(histogram, state.base).histogram);
    const { counterResetHint } = histogram;
    return { sample: { histogram: { ...since, counterResetHint }, integer }, startMs: state.startMs };
  }
}
