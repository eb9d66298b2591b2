import { APPEND_OUTCOME, type Appender, type SeriesRef } from '@narthex/storage';
import { TOO_FAR_AHEAD } from './faults.js';

const START_CAPACITY = 4096;
/** A batch that one long series made larger than this is not kept. */
const KEPT_CAPACITY = 1 << 16;

/** A sample that was not taken. */
export interface RefusedFloat {
  readonly outcome: number;
  /** Where its series lies in the message. */
  readonly place: number;
  readonly ref: SeriesRef;
  readonly timestampMs: number;
  readonly value: number;
}

/** What to do with samples that were not taken as they are. */
export interface BatchOwner {
  /** Finds the series anew that lies at a place of the message: the storage has let go of it. */
  renew(place: number): SeriesRef;
  /** A sample was refused. True when the ones behind it are not wanted any more. */
  refuse(refused: RefusedFloat): boolean;
}

/** Columns in which floats wait for the appender. Filled and emptied without anything else running in between. */
export class FloatBatch {
  count = 0;
  refs = new Float64Array(START_CAPACITY);
  timestampsMs = new Float64Array(START_CAPACITY);
  values = new Float64Array(START_CAPACITY);
  valueWords = new Uint32Array(this.values.buffer);
  /** When each began to count, 0 where unknown. Looked at only if {@link hasStarts}. */
  startsMs = new Float64Array(START_CAPACITY);
  hasStarts = false;
  /** For each sample the place of its series in the message. */
  places = new Float64Array(START_CAPACITY);
  #outcomes = new Uint8Array(START_CAPACITY);
  #newestMs = -Infinity;

  /** Makes room for one more sample; the index where it goes. */
  push(timestampMs: number, startMs = 0): number {
    const i = this.count;
    if (i === this.refs.length) this.#grow();
    this.timestampsMs[i] = timestampMs;
    this.startsMs[i] = startMs;
    if (startMs !== 0) this.hasStarts = true;
    if (timestampMs > this.#newestMs) this.#newestMs = timestampMs;
    this.count = i + 1;
    return i;
  }

  /** Gives the samples from an index on their series. */
  assign(from: number, ref: SeriesRef, place: number): void {
    for (let i = from; i < this.count; i++) {
      this.refs[i] = ref;
      this.places[i] = place;
    }
  }

  /** Hands everything to the appender; how many samples it took. The batch is empty then. */
  flush(appender: Appender, latestMs: number, owner: BatchOwner): number {
    const { count } = this;
    let accepted = 0;
    let from = 0;
    while (from < count) {
      const to = this.#newestMs <= latestMs ? count : this.#firstAhead(from, latestMs);
      const taken = this.#append(appender, from, to, owner);
      if (taken < 0) break;
      accepted += taken;
      if (to < count && owner.refuse(this.#refused(TOO_FAR_AHEAD, to))) break;
      from = to + 1;
    }
    this.clear();
    return accepted;
  }

  clear(): void {
    this.count = 0;
    this.#newestMs = -Infinity;
    this.hasStarts = false;
    if (this.refs.length > KEPT_CAPACITY) this.#resize(START_CAPACITY, 0);
  }

  #firstAhead(from: number, latestMs: number): number {
    let i = from;
    while (i < this.count && this.timestampsMs[i]! <= latestMs) i++;
    return i;
  }

  /** How many were taken; −1 when the owner wants no more. */
  #append(appender: Appender, from: number, to: number, owner: BatchOwner): number {
    if (from === to) return 0;
    const whole = from === 0;
    appender.floats(
      whole ? this.refs : this.refs.subarray(from, to),
      whole ? this.timestampsMs : this.timestampsMs.subarray(from, to),
      whole ? this.values : this.values.subarray(from, to),
      to - from,
      whole ? this.#outcomes : this.#outcomes.subarray(from, to),
      this.hasStarts ? this.startsMs.subarray(from, to) : undefined,
    );
    let accepted = 0;
    for (let i = from; i < to; i++) {
      let outcome = this.#outcomes[i]!;
      if (outcome === APPEND_OUTCOME.unknownSeries) outcome = this.#appendAnew(appender, i, owner);
      if (outcome === APPEND_OUTCOME.accepted) accepted++;
      else if (owner.refuse(this.#refused(outcome, i))) return -1;
    }
    return accepted;
  }

  #refused(outcome: number, i: number): RefusedFloat {
    return {
      outcome,
      place: this.places[i]!,
      ref: this.refs[i]! as SeriesRef,
      timestampMs: this.timestampsMs[i]!,
      value: this.values[i]!,
    };
  }

  #appendAnew(appender: Appender, i: number, owner: BatchOwner): number {
    this.refs[i] = owner.renew(this.places[i]!);
    const outcome = this.#outcomes.subarray(i, i + 1);
    appender.floats(
      this.refs.subarray(i, i + 1),
      this.timestampsMs.subarray(i, i + 1),
      this.values.subarray(i, i + 1),
      1,
      outcome,
      this.hasStarts ? this.startsMs.subarray(i, i + 1) : undefined,
    );
    return outcome[0]!;
  }

  #grow(): void {
    this.#resize(2 * this.refs.length, this.count);
  }

  #resize(capacity: number, kept: number): void {
    this.refs = resized(this.refs, capacity, kept);
    this.timestampsMs = resized(this.timestampsMs, capacity, kept);
    // Copied by words: values are bits here.
    const words = new Uint32Array(2 * capacity);
    words.set(this.valueWords.subarray(0, 2 * kept));
    this.valueWords = words;
    this.values = new Float64Array(words.buffer);
    this.startsMs = resized(this.startsMs, capacity, kept);
    this.places = resized(this.places, capacity, kept);
    this.#outcomes = new Uint8Array(capacity);
  }
}

function resized(from: Float64Array, capacity: number, kept: number): Float64Array<ArrayBuffer> {
  const to = new Float64Array(capacity);
  to.set(from.subarray(0, kept));
  return to;
}
