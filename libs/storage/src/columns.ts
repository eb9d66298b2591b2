import { type NativeHistogram } from '@narthex/model';

/**
 * The samples of one series, oldest first, in columns. The owner makes one, hands it to {@link SeriesSet.read} again
 * and again, and looks at the first `length` places only: arrays are kept and grown, never shrunk.
 */
export class SampleColumns {
  length = 0;
  /** Milliseconds since the Unix epoch: whole numbers below 2^53. */
  timestampsMs: Float64Array;
  /** The value of a float sample, bit for bit (stale markers included); 0 where a histogram stands. */
  values: Float64Array;
  /** Where histograms stand; undefined while the series has none. `histograms[i]` is undefined at a float sample. */
  histograms: (NativeHistogram | undefined)[] | undefined;
  /** Start timestamps in ms, 0 where unknown; undefined when the series has none. */
  startTimestampsMs: Float64Array | undefined;
  /** The memory of the values. */
  #words: Uint32Array;

  constructor(capacity = 256) {
    this.timestampsMs = new Float64Array(capacity);
    this.values = new Float64Array(capacity);
    this.#words = wordsOf(this.values);
  }

  /** Empties the columns for the next series. */
  clear(): void {
    this.length = 0;
    this.histograms = undefined;
    this.startTimestampsMs = undefined;
  }

  /** Makes room for `extra` samples behind the present ones. */
  reserve(extra: number): void {
    const needed = this.length + extra;
    if (needed <= this.timestampsMs.length) return;
    const capacity = Math.max(needed, 2 * this.timestampsMs.length);
    this.timestampsMs = grown(this.timestampsMs, capacity);
    this.values = grown(this.values, capacity);
    if (this.startTimestampsMs !== undefined)
      this.startTimestampsMs = grown(this.startTimestampsMs, capacity);
  }

  /** Adds one float sample. Bulk readers write into the arrays themselves after {@link reserve}. */
  pushFloat(timestampMs: number, value: number): void {
    this.reserve(1);
    this.timestampsMs[this.length] = timestampMs;
    this.values[this.length] = value;
    this.length++;
  }

  /** Adds one float sample by the two halves of its value's bits, whatever NaN that is. */
  pushBits(timestampMs: number, high: number, low: number): void {
    this.reserve(1);
    this.timestampsMs[this.length] = timestampMs;
    if (this.#words.buffer !== this.values.buffer) this.#words = wordsOf(this.values);
    this.#words[2 * this.length] = low;
    this.#words[2 * this.length + 1] = high;
    this.length++;
  }

  /** Adds one histogram sample. */
  pushHistogram(timestampMs: number, histogram: NativeHistogram): void {
    this.reserve(1);
    this.timestampsMs[this.length] = timestampMs;
    this.values[this.length] = 0;
    (this.histograms ??= [])[this.length] = histogram;
    this.length++;
  }
}

function wordsOf(values: Float64Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
}

function grown(from: Float64Array, capacity: number): Float64Array {
  const to = new Float64Array(capacity);
  to.set(from);
  return to;
}
