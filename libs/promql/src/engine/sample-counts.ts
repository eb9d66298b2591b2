import { ABSENT, FLOAT, histogramSamples, type StepSeries } from './step-series.js';

/**
 * How many samples have been looked at, in all and, where that is wanted, at each step
 * (https://prometheus.io/docs/prometheus/latest/feature_flags/#promql-per-step-stats).
 */
export class SampleCounts {
  #total = 0;
  readonly #perStep: Float64Array | undefined;

  /** Without a number of steps, it counts in all only. */
  constructor(steps?: number) {
    this.#perStep = steps === undefined ? undefined : new Float64Array(steps);
  }

  get total(): number {
    return this.#total;
  }

  get perStep(): Float64Array | undefined {
    return this.#perStep;
  }

  add(step: number, samples: number): void {
    this.#total += samples;
    if (this.#perStep !== undefined) this.#perStep[step]! += samples;
  }

  /** Samples whose steps are not known: only where steps are not counted apart. */
  addTotal(samples: number): void {
    this.#total += samples;
  }

  /** What was looked at once for all steps counts at each. */
  addAtEach(steps: number, samples: number): void {
    this.#total += steps * samples;
    if (this.#perStep !== undefined) for (let step = 0; step < steps; step++) this.#perStep[step]! += samples;
  }

  /** The samples of a series, whose number is known already. */
  addSeries({ kinds, histograms }: StepSeries, samples: number): void {
    this.#total += samples;
    const perStep = this.#perStep;
    if (perStep === undefined) return;
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] === ABSENT) continue;
      perStep[step]! += kinds[step] === FLOAT ? 1 : histogramSamples(histograms![step]!);
    }
  }

  /** As many windows as there are steps, given by their half open bounds, which hold so many samples together. */
  addWindows(from: Int32Array, to: Int32Array, samples: number): void {
    this.#total += samples;
    const perStep = this.#perStep;
    if (perStep === undefined) return;
    for (let step = 0; step < perStep.length; step++) perStep[step]! += to[step]! - from[step]!;
  }
}
