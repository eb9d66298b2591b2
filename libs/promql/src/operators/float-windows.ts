import { type Steps } from '../engine/steps.js';
import { type TimeShift } from '../plan/plan.js';
import { type RangeSamples } from './range-samples.js';

/** Times of a series are kept for the next one when there are no more, in the mean, for each step. */
const MOST_SAMPLES_A_STEP = 32;

/** The windows of one series at all steps, where it has floats only: cut once, in one go. */
export class FloatWindows {
  readonly steps: Steps;
  /** The samples in the window of each step: half open indexes. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Samples in all windows, and in the largest. */
  sampleCount = 0;
  largest = 0;
  /** Another number where the windows are others than those of the series before, or their samples' times are. */
  version = 0;
  samples!: RangeSamples;
  readonly #shift: TimeShift;
  readonly #rangeMs: number;
  /** The times that were cut last. */
  #times = new Float64Array(0);
  #timeBytes = bytesOf(this.#times);
  #timeCount = -1;
  /** The array that times stood in last, and its memory: mostly all series are read into the same one. */
  #array: Float64Array = this.#times;
  #arrayBytes = this.#timeBytes;

  constructor(steps: Steps, shift: TimeShift, rangeMs: number) {
    this.steps = steps;
    this.#shift = shift;
    this.#rangeMs = rangeMs;
    this.from = new Int32Array(steps.count);
    this.to = new Int32Array(steps.count);
  }

  /** The end of the window of the first step, included; the others follow by the step, or are all the same. */
  get firstEndMs(): number {
    return (this.#shift.fixedMs ?? this.steps.startMs) - this.#shift.offsetMs;
  }

  get stepMs(): number {
    return this.#shift.fixedMs === undefined ? this.steps.stepMs : 0;
  }

  /** The end of a piece of steps that begins at one and has about so many samples in its windows; one step at least. */
  pieceEnd(from: number, samples: number): number {
    const { length } = this.from;
    let seen = 0;
    let to = from;
    while (to < length && seen < samples) {
      seen += this.to[to]! - this.from[to]!;
      to++;
    }
    return to;
  }

  /** Cuts the windows of a series. Series that were scraped together have the same times, and the same windows. */
  cut(samples: RangeSamples): void {
    this.samples = samples;
    const { floatCount, floatTimesMs: times } = samples;
    if (this.#hasTimes(times, floatCount)) return;
    this.#keepTimes(times, floatCount);
    this.version++;
    const { from, to, stepMs } = this;
    const rangeMs = this.#rangeMs;
    let endMs = this.firstEndMs;
    let first = 0;
    let next = 0;
    let sum = 0;
    let largest = 0;
    // Most series have the same number of samples from each step to the next.
    let stride = 0;
    for (let step = 0; step < from.length; step++, endMs += stepMs) {
      const before = next;
      next += stride;
      if (next >= floatCount || next === 0 || times[next - 1]! > endMs) next = before;
      while (next < floatCount && times[next]! <= endMs) next++;
      stride = next - before;
      const startMs = endMs - rangeMs;
      const firstBefore = first;
      first += stride;
      if (first >= next || first === 0 || times[first - 1]! > startMs) first = firstBefore;
      while (first < next && times[first]! <= startMs) first++;
      from[step] = first;
      to[step] = next;
      const count = next - first;
      sum += count;
      if (count > largest) largest = count;
    }
    this.sampleCount = sum;
    this.largest = largest;
  }

  #hasTimes(times: Float64Array, count: number): boolean {
    if (count !== this.#timeCount) return false;
    if (times !== this.#array) {
      this.#array = times;
      this.#arrayBytes = bytesOf(times);
    }
    // Five times as fast as a loop.
    const end = count * Float64Array.BYTES_PER_ELEMENT;
    return this.#arrayBytes.compare(this.#timeBytes, 0, end, 0, end) === 0;
  }

  #keepTimes(times: Float64Array, count: number): void {
    // Where windows leave most samples out, cutting costs less than comparing.
    const keeps = count <= MOST_SAMPLES_A_STEP * this.from.length;
    this.#timeCount = keeps ? count : -1;
    if (!keeps) return;
    if (this.#times.length < count) {
      this.#times = new Float64Array(2 * count);
      this.#timeBytes = bytesOf(this.#times);
    }
    this.#times.set(times.subarray(0, count));
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
