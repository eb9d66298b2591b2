import { COUNTER_RESET_HINT, type Labels, type NativeHistogram, withHint } from '@narthex/model';
import { type SampleColumns } from '@narthex/storage';
import { FLOAT, HISTOGRAM, type StepSeries } from '../engine/step-series.js';
import { type Steps } from '../engine/steps.js';
import { dropStale } from './drop-stale.js';

/** The samples of one series that windows are cut from: floats and histograms apart, without stale markers. */
export class RangeSamples {
  labels: Labels;
  /** The metric name is to be taken off in the end, whatever is made of the series. */
  dropName = false;
  floatCount = 0;
  floatTimesMs: Float64Array = NO_NUMBERS;
  floats: Float64Array = NO_NUMBERS;
  floatStartsMs: Float64Array | undefined;
  histogramCount = 0;
  histogramTimesMs: Float64Array = NO_NUMBERS;
  histograms: readonly NativeHistogram[] = [];
  histogramStartsMs: Float64Array | undefined;

  constructor(labels: Labels) {
    this.labels = labels;
  }

  /** Takes over what a storage has read; the columns are used, not copied, until they are cleared. */
  static fromColumns(labels: Labels, columns: SampleColumns): RangeSamples {
    dropStale(columns);
    const samples = new RangeSamples(labels);
    if (columns.histograms === undefined) {
      samples.floatCount = columns.length;
      samples.floatTimesMs = columns.timestampsMs;
      samples.floats = columns.values;
      samples.floatStartsMs = columns.startTimestampsMs;
    } else samples.#split(columns, columns.histograms);
    return samples;
  }

  /** The present steps of a subquery as samples. Its histograms may have missed resets, so their hints are void. */
  static fromSteps(series: StepSeries, steps: Steps): RangeSamples {
    const samples = new RangeSamples(series.labels);
    samples.dropName = series.dropName;
    const times = new Float64Array(steps.count);
    const values = new Float64Array(steps.count);
    const histogramTimes: number[] = [];
    const histograms: NativeHistogram[] = [];
    let count = 0;
    for (let step = 0; step < steps.count; step++) {
      if (series.kinds[step] === FLOAT) {
        times[count] = steps.at(step);
        values[count++] = series.values[step]!;
      } else if (series.kinds[step] === HISTOGRAM) {
        histogramTimes.push(steps.at(step));
        histograms.push(withoutResetHint(series.histograms![step]!));
      }
    }
    samples.floatCount = count;
    samples.floatTimesMs = times;
    samples.floats = values;
    samples.histogramCount = histograms.length;
    samples.histogramTimesMs = Float64Array.from(histogramTimes);
    samples.histograms = histograms;
    return samples;
  }

  #split(columns: SampleColumns, found: readonly (NativeHistogram | undefined)[]): void {
    const { timestampsMs, values, startTimestampsMs, length } = columns;
    const isFloat = (i: number): boolean => found[i] === undefined;
    const pick = (from: Float64Array | undefined, wanted: (i: number) => boolean): Float64Array | undefined =>
      from?.subarray(0, length).filter((_, i) => wanted(i));
    this.floatTimesMs = pick(timestampsMs, isFloat)!;
    this.floats = pick(values, isFloat)!;
    this.floatStartsMs = pick(startTimestampsMs, isFloat);
    this.floatCount = this.floats.length;
    this.histogramTimesMs = pick(timestampsMs, (i) => !isFloat(i))!;
    this.histograms = found.slice(0, length).filter((histogram) => histogram !== undefined);
    this.histogramStartsMs = pick(startTimestampsMs, (i) => !isFloat(i));
    this.histogramCount = this.histograms.length;
  }
}

const NO_NUMBERS = new Float64Array(0);

function withoutResetHint(histogram: NativeHistogram): NativeHistogram {
  return histogram.counterResetHint === COUNTER_RESET_HINT.gauge
    ? histogram
    : withHint(histogram, COUNTER_RESET_HINT.unknown);
}

/** The part of a series that a function sees at one step. Indexes are half open. */
export class RangeWindow {
  samples!: RangeSamples;
  /** The step's number and time. */
  step = 0;
  timestampMs = 0;
  /** The bounds as written, the lower excluded; `anchored` and `smoothed` have samples beyond them. */
  startMs = 0;
  endMs = 0;
  floatFrom = 0;
  floatTo = 0;
  histogramFrom = 0;
  histogramTo = 0;

  get floatCount(): number {
    return this.floatTo - this.floatFrom;
  }

  get histogramCount(): number {
    return this.histogramTo - this.histogramFrom;
  }

  get isEmpty(): boolean {
    return this.floatFrom === this.floatTo && this.histogramFrom === this.histogramTo;
  }

  get hasBoth(): boolean {
    return this.floatFrom < this.floatTo && this.histogramFrom < this.histogramTo;
  }

  /** Moves to the samples in (fromMs, toMs]; bounds must not go back from call to call. */
  moveTo(fromMs: number, toMs: number): void {
    const { floatCount, floatTimesMs, histogramCount, histogramTimesMs } = this.samples;
    let to = this.floatTo;
    while (to < floatCount && floatTimesMs[to]! <= toMs) to++;
    let from = this.floatFrom;
    while (from < to && floatTimesMs[from]! <= fromMs) from++;
    this.floatTo = to;
    this.floatFrom = from;
    if (histogramCount === 0) return;
    to = this.histogramTo;
    while (to < histogramCount && histogramTimesMs[to]! <= toMs) to++;
    from = this.histogramFrom;
    while (from < to && histogramTimesMs[from]! <= fromMs) from++;
    this.histogramTo = to;
    this.histogramFrom = from;
  }

  /** Begins with another series. */
  reset(samples: RangeSamples): void {
    this.samples = samples;
    this.floatFrom = this.floatTo = this.histogramFrom = this.histogramTo = 0;
  }
}
