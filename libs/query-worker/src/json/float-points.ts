import { type SampleColumns } from '@narthex/storage';
import { type TextWriter } from '../text-writer.js';
import { MOST_POINTS, MOST_TIMES, type PointsKernel } from './points-kernel.js';

/** The times that most series of an answer share. */
export interface StepTimes {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/**
 * Writes the float points of one series after another. Times are formatted once for all series: a series whose times
 * are among the known ones, in their order, costs its values only; another one makes its own times the known ones.
 */
export class FloatPoints {
  readonly #kernel: PointsKernel;
  #timeCount = 0;
  /** Times that were found to be known, one after the other from the first on: most series have the same array. */
  #aligned: Float64Array | undefined;
  /** Points that the kernel has been filled with. */
  #count = 0;

  constructor(kernel: PointsKernel) {
    this.#kernel = kernel;
  }

  /** Makes times known beforehand. */
  expect({ startMs, endMs, stepMs }: StepTimes): void {
    for (let timeMs = startMs; timeMs <= endMs && this.#timeCount < MOST_TIMES; timeMs += stepMs)
      this.#know(timeMs);
  }

  /**
   * Writes `[time,"value"],…` for the samples that are floats, `before` in front of the first; resolves to how many
   * these are.
   */
  async write(columns: SampleColumns, before: string, writer: TextWriter): Promise<number> {
    const { length } = columns;
    if (columns.histograms === undefined && this.#areKnown(columns))
      return this.#writeRun(columns, before, writer);
    let written = 0;
    let next = 0;
    let place = 0;
    while (next < length) {
      [next, place] = this.#gather(columns, next, place);
      if (this.#count > 0) {
        writer.text(written === 0 ? before : ',');
        writer.bytes(this.#kernel.write(this.#count));
        written += this.#count;
      }
      if (writer.isFull) await writer.flush();
    }
    return written;
  }

  /** Whether the times of all samples are the known ones, from the first on. */
  #areKnown({ timestampsMs, length }: SampleColumns): boolean {
    if (length > this.#timeCount) return false;
    if (timestampsMs === this.#aligned) return true;
    const { times } = this.#kernel;
    for (let i = 0; i < length; i++) if (timestampsMs[i] !== times[i]) return false;
    if (timestampsMs.length === length) this.#aligned = timestampsMs;
    return true;
  }

  async #writeRun({ values, length }: SampleColumns, before: string, writer: TextWriter): Promise<number> {
    const kernel = this.#kernel;
    for (let from = 0; from < length; from += MOST_POINTS) {
      const to = Math.min(length, from + MOST_POINTS);
      kernel.values.set(values.subarray(from, to));
      writer.text(from === 0 ? before : ',');
      writer.bytes(kernel.writeRun(to - from, from));
      if (writer.isFull) await writer.flush();
    }
    return length;
  }

  /** Fills the kernel with points from `from` on; gives where to go on, among the samples and among the times. */
  #gather(
    { timestampsMs, values, histograms, length }: SampleColumns,
    from: number,
    firstPlace: number,
  ): readonly [next: number, place: number] {
    const { values: intoValues, places, times } = this.#kernel;
    let place = firstPlace;
    let count = 0;
    let next = from;
    for (; next < length && count < MOST_POINTS; next++) {
      if (histograms?.[next] !== undefined) continue;
      const timeMs = timestampsMs[next]!;
      while (place < this.#timeCount && times[place]! < timeMs) place++;
      if (place === this.#timeCount || times[place] !== timeMs) {
        // What has been gathered still needs the times that are known now.
        if (count > 0) break;
        this.#learn(timestampsMs, next, length);
        place = 0;
      }
      intoValues[count] = values[next]!;
      places[count++] = place++;
    }
    this.#count = count;
    return [next, place];
  }

  #learn(timestampsMs: Float64Array, from: number, to: number): void {
    this.#aligned = undefined;
    this.#timeCount = 0;
    for (let i = from; i < to && this.#timeCount < MOST_TIMES; i++) this.#know(timestampsMs[i]!);
  }

  #know(timeMs: number): void {
    this.#kernel.setTime(this.#timeCount, timeMs);
    this.#timeCount++;
  }
}
