import { COUNTER_RESET_HINT, type NativeHistogram } from '@narthex/model';
import { type SampleColumns } from '@narthex/storage';

/**
 * Samples of one series that several parts of the store have appended to columns, each in order of time. Puts them in
 * one order; of samples at the same time the one of the part given last stays.
 */
export class SampleRuns {
  readonly #columns: SampleColumns;
  readonly #from: number;
  /** Where each part's samples begin. */
  readonly #starts: number[] = [];
  #ordered = true;
  /** The run whose samples give way to all others at the same time: the first unless said otherwise. */
  #weakest = 0;
  #startTimestamps: Float64Array | undefined;

  /** The samples that `columns` has already stay as they are. */
  constructor(columns: SampleColumns) {
    this.#columns = columns;
    this.#from = columns.length;
    this.#startTimestamps = columns.startTimestampsMs;
  }

  /** Lets a part append its samples. */
  add(read: (columns: SampleColumns) => void): void {
    const columns = this.#columns;
    const start = columns.length;
    columns.startTimestampsMs = undefined;
    read(columns);
    this.#joinStartTimestamps(start);
    if (columns.length === start) return;
    if (start > this.#from && columns.timestampsMs[start]! <= columns.timestampsMs[start - 1]!) {
      this.#ordered = false;
    }
    this.#starts.push(start);
  }

  /** As {@link add}, for a part that stands as if given first. */
  addWeakest(read: (columns: SampleColumns) => void): void {
    const runs = this.#starts.length;
    this.add(read);
    if (this.#starts.length > runs) this.#weakest = runs;
  }

  /** Brings all in order. */
  finish(): void {
    if (this.#starts.length < 2) return;
    if (this.#ordered) {
      for (const start of this.#starts) this.#forgetHint(start);
      return;
    }
    this.#merge();
  }

  #joinStartTimestamps(start: number): void {
    const columns = this.#columns;
    const earlier = this.#startTimestamps;
    const added = columns.startTimestampsMs;
    if (earlier === undefined && added === undefined) return;
    const joined = new Float64Array(columns.timestampsMs.length);
    if (earlier !== undefined) joined.set(earlier.subarray(0, start));
    if (added !== undefined) joined.set(added.subarray(start, columns.length), start);
    columns.startTimestampsMs = this.#startTimestamps = joined;
  }

  #merge(): void {
    const columns = this.#columns;
    const { timestampsMs } = columns;
    let merged = this.#places(this.#weakest);
    for (let run = 0; run < this.#starts.length; run++) {
      if (run !== this.#weakest) merged = mergePlaces(timestampsMs, merged, this.#places(run));
    }
    const { histograms } = columns;
    this.#gather(merged);
    if (histograms === undefined) return;
    // Behind a sample of another part, or of another's at the same time, nobody knows about resets.
    let run = -1;
    for (let i = 0; i < merged.length; i++) {
      const now = this.#runOf(merged[i]!);
      if (now !== run || this.#passed(merged, i)) this.#forgetHint(this.#from + i);
      run = now;
    }
  }

  #places(run: number): Uint32Array {
    return range(this.#starts[run]!, this.#starts[run + 1] ?? this.#columns.length);
  }

  #passed(merged: Uint32Array, i: number): boolean {
    return i > 0 && merged[i]! !== merged[i - 1]! + 1;
  }

  #runOf(place: number): number {
    let run = this.#starts.length - 1;
    while (this.#starts[run]! > place) run--;
    return run;
  }

  /** Moves the samples at these places to the front, in this order. */
  #gather(places: Uint32Array): void {
    const columns = this.#columns;
    const from = this.#from;
    const times = new Float64Array(places.length);
    // As words: a value that passes through a number might lose a NaN's payload.
    const words = new Uint32Array(2 * places.length);
    const source = new Uint32Array(columns.values.buffer, columns.values.byteOffset);
    for (let i = 0; i < places.length; i++) {
      const place = places[i]!;
      times[i] = columns.timestampsMs[place]!;
      words[2 * i] = source[2 * place]!;
      words[2 * i + 1] = source[2 * place + 1]!;
    }
    const starts = columns.startTimestampsMs;
    if (starts !== undefined) {
      const moved = Float64Array.from(places, (place) => starts[place]!);
      starts.set(moved, from);
    }
    const { histograms } = columns;
    if (histograms !== undefined) {
      const moved = Array.from(places, (place) => histograms[place]);
      histograms.length = from;
      moved.forEach((histogram, i) => (histograms[from + i] = histogram));
    }
    columns.timestampsMs.set(times, from);
    source.set(words, 2 * from);
    columns.length = from + places.length;
  }

  #forgetHint(place: number): void {
    const { histograms } = this.#columns;
    const histogram: NativeHistogram | undefined = histograms?.[place];
    if (histograms === undefined || histogram === undefined) return;
    const { counterResetHint } = histogram;
    if (counterResetHint === COUNTER_RESET_HINT.gauge || counterResetHint === COUNTER_RESET_HINT.unknown) {
      return;
    }
    histograms[place] = { ...histogram, counterResetHint: COUNTER_RESET_HINT.unknown };
  }
}

function range(from: number, to: number): Uint32Array {
  const places = new Uint32Array(to - from);
  for (let i = 0; i < places.length; i++) places[i] = from + i;
  return places;
}

/** Two lists of places in order of time as one; at the same time that of the second list stays. */
function mergePlaces(timesMs: Float64Array, a: Uint32Array, b: Uint32Array): Uint32Array {
  const merged = new Uint32Array(a.length + b.length);
  let length = 0;
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    const timeA = i < a.length ? timesMs[a[i]!]! : Infinity;
    const timeB = j < b.length ? timesMs[b[j]!]! : Infinity;
    if (timeA === timeB) i++;
    merged[length++] = timeA < timeB ? a[i++]! : b[j++]!;
  }
  return merged.subarray(0, length);
}
