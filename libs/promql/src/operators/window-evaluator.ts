import { StepSeries, histogramSamples } from '../engine/step-series.js';
import { type Execution } from '../engine/execution.js';
import { type SampleCounts } from '../engine/sample-counts.js';
import { type StepMemory } from '../engine/step-slab.js';
import { type Steps } from '../engine/steps.js';
import { type RangeFunction } from '../functions/range-function.js';
import { type TimeShift } from '../plan/plan.js';
import { FloatWindows } from './float-windows.js';
import { type RangeSamples, RangeWindow } from './range-samples.js';

/** Samples of windows that are looked at in one go. */
const PIECE_SAMPLES = 200_000;

/** Where windows are, seen from a step. */
export interface WindowRange extends TimeShift {
  readonly rangeMs: number;
  readonly anchored: boolean;
  readonly smoothed: boolean;
}

/** What windows are evaluated with. */
export interface WindowContext {
  readonly run: Execution;
  readonly steps: Steps;
  readonly counts: SampleCounts;
  readonly lookbackMs: number;
}

/** Runs one function over the windows of one series after another. */
export class WindowEvaluator {
  readonly #function: RangeFunction;
  readonly #range: WindowRange;
  readonly #context: WindowContext;
  readonly #window = new RangeWindow();
  readonly #floatWindows: FloatWindows | undefined;
  readonly #memory: StepMemory;
  readonly #beforeMs: number;
  readonly #afterMs: number;
  /** Samples in the largest window of the series evaluated last. */
  largest = 0;

  constructor(rangeFunction: RangeFunction, range: WindowRange, context: WindowContext, memory: StepMemory) {
    this.#memory = memory;
    this.#function = rangeFunction;
    this.#range = range;
    this.#context = context;
    const { smoothed, anchored } = range;
    this.#beforeMs = smoothed || anchored ? context.lookbackMs : 0;
    this.#afterMs = smoothed ? context.lookbackMs : 0;
    if (!anchored && !smoothed && rangeFunction.computesFloats())
      this.#floatWindows = new FloatWindows(context.steps, range, range.rangeMs);
  }

  /**
   * The results of all windows; undefined when there are none. Where that takes long it rests in between, and a promise
   * comes of it.
   */
  evaluate(samples: RangeSamples): StepSeries | undefined | Promise<StepSeries | undefined> {
    if (this.#floatWindows !== undefined && samples.histogramCount === 0)
      return this.#evaluateFloats(samples, this.#floatWindows);
    return this.#evaluateWindows(samples);
  }

  async #evaluateWindows(samples: RangeSamples): Promise<StepSeries | undefined> {
    const { steps, run, counts } = this.#context;
    const { offsetMs, fixedMs, rangeMs } = this.#range;
    const window = this.#window;
    window.reset(samples);
    this.#function.begin(samples);
    let series: StepSeries | undefined;
    let held = 0;
    let sinceLook = 0;
    for (let step = 0; step < steps.count; step++) {
      window.step = step;
      window.timestampMs = steps.at(step);
      window.endMs = (fixedMs ?? window.timestampMs) - offsetMs;
      window.startMs = window.endMs - rangeMs;
      window.moveTo(window.startMs - this.#beforeMs, window.endMs + this.#afterMs);
      if (window.isEmpty) continue;
      const inWindow = window.floatCount + (samples.histogramCount === 0 ? 0 : histogramsIn(window));
      counts.add(step, inWindow);
      sinceLook += inWindow;
      if (sinceLook > PIECE_SAMPLES) {
        await run.restIfDue();
        sinceLook = 0;
      }
      if (inWindow > held) {
        run.hold(inWindow - held);
        held = inWindow;
      }
      if (!this.#function.compute(window)) continue;
      series ??= new StepSeries(samples.labels, samples.dropName, steps.count, this.#memory);
      if (this.#function.histogram !== undefined) series.setHistogram(step, this.#function.histogram);
      else series.setFloat(step, this.#function.value);
    }
    run.release(held);
    this.largest = held;
    return series;
  }

  #evaluateFloats(
    samples: RangeSamples,
    windows: FloatWindows,
  ): StepSeries | undefined | Promise<StepSeries | undefined> {
    const { steps, run, counts } = this.#context;
    windows.cut(samples);
    const { sampleCount, largest } = windows;
    if (sampleCount === 0) return undefined;
    this.largest = largest;
    run.hold(largest);
    counts.addWindows(windows.from, windows.to, sampleCount);
    const series = new StepSeries(samples.labels, samples.dropName, steps.count, this.#memory);
    this.#function.begin(samples);
    this.#function.beginFloats(windows);
    if (sampleCount > PIECE_SAMPLES) return this.#inPieces(windows, series);
    this.#function.computeFloats(windows, series, 0, steps.count);
    run.release(largest);
    return series;
  }

  async #inPieces(windows: FloatWindows, series: StepSeries): Promise<StepSeries | undefined> {
    const { steps, run } = this.#context;
    for (let from = 0; from < steps.count;) {
      const to = windows.pieceEnd(from, PIECE_SAMPLES);
      this.#function.computeFloats(windows, series, from, to);
      from = to;
      await run.restIfDue();
    }
    run.release(windows.largest);
    return series;
  }
}

/** The size of the histograms in a window, in samples. */
export function histogramsIn(window: RangeWindow): number {
  let samples = 0;
  for (let i = window.histogramFrom; i < window.histogramTo; i++) {
    samples += histogramSamples(window.samples.histograms[i]!);
  }
  return samples;
}
