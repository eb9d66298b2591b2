import { type Labels, type NativeHistogram } from '@narthex/model';
import { withoutMetadata } from './metadata-labels.js';
import { type StepMemory } from './step-slab.js';

/** What a series has at a step. */
export const ABSENT = 0;
export const FLOAT = 1;
export const HISTOGRAM = 2;

/** One series over all steps, in columns. */
export class StepSeries {
  labels: Labels;
  /** The metric name is to be taken off in the end. */
  dropName: boolean;
  /** {@link ABSENT}, {@link FLOAT} or {@link HISTOGRAM}, for each step. */
  readonly kinds: Uint8Array;
  readonly values: Float64Array;
  /** Undefined while there is none. */
  histograms: (NativeHistogram | undefined)[] | undefined;

  constructor(labels: Labels, dropName: boolean, steps: number, memory?: StepMemory) {
    this.labels = labels;
    this.dropName = dropName;
    if (memory === undefined) {
      this.kinds = new Uint8Array(steps);
      this.values = new Float64Array(steps);
    } else {
      this.values = memory.floats(steps);
      this.kinds = memory.bytes(steps);
    }
  }

  get stepCount(): number {
    return this.kinds.length;
  }

  setFloat(step: number, value: number): void {
    this.kinds[step] = FLOAT;
    this.values[step] = value;
  }

  setHistogram(step: number, histogram: NativeHistogram): void {
    this.kinds[step] = HISTOGRAM;
    (this.histograms ??= [])[step] = histogram;
  }

  /** Takes over what another series has at a step, if anything. */
  copyFrom(other: StepSeries, step: number): void {
    const kind = other.kinds[step]!;
    if (kind === FLOAT) this.setFloat(step, other.values[step]!);
    else if (kind === HISTOGRAM) this.setHistogram(step, other.histograms![step]!);
  }

  clear(step: number): void {
    this.kinds[step] = ABSENT;
  }

  get isEmpty(): boolean {
    return !this.kinds.includes(FLOAT) && !this.kinds.includes(HISTOGRAM);
  }

  /** At how many steps there is something. */
  get presentCount(): number {
    const { kinds } = this;
    let count = 0;
    for (let step = 0; step < kinds.length; step++) if (kinds[step] !== ABSENT) count++;
    return count;
  }

  /** How many samples it holds; a histogram counts as many as it has the size of. */
  get sampleCount(): number {
    const { kinds } = this;
    let count = 0;
    if (this.histograms === undefined) {
      // What is there is a float, which is 1.
      for (let step = 0; step < kinds.length; step++) count += kinds[step]!;
      return count;
    }
    for (let step = 0; step < kinds.length; step++) {
      const kind = kinds[step]!;
      if (kind === FLOAT) count++;
      else if (kind === HISTOGRAM) count += histogramSamples(this.histograms[step]!);
    }
    return count;
  }

  /** Marks the metric name for removal; with `delayed` it stays until the query ends. */
  removeName(delayed: boolean): void {
    this.dropName = true;
    if (!delayed) this.labels = withoutMetadata(this.labels);
  }
}

/** The samples a histogram counts for: its size in upstream's memory, in units of a float sample (16 bytes). */
export function histogramSamples(histogram: NativeHistogram): number {
  const elements =
    histogram.positiveSpans.length +
    histogram.negativeSpans.length +
    histogram.positiveBuckets.length +
    histogram.negativeBuckets.length +
    histogram.customValues.length;
  return Math.floor((168 + 8 * elements + 8) / 16);
}
