import { type SeriesRef } from '@narthex/storage';

/** No entry. */
const NONE = -1;
const LEAST_ENTRIES = 256;
/** Index slots for an entry, when there are as many entries as may be. */
const SLOTS_AN_ENTRY = 1.5;
const GROWTH = 1.6;

/**
 * From the 64-bit hash of its labels to a series, in columns: about thirty bytes a series. Entries lie in the order in
 * which they were put. Senders repeat that order, so the entry behind the last one is tried before the index, and the
 * usual case walks through memory from front to back.
 */
export class SeriesTable {
  size = 0;
  /** Low and high half of each entry's hash. */
  #hashes: Int32Array;
  #refs: Float64Array;
  #notes: Int32Array;
  /** By the low half of the hash an entry's number plus one; 0 where a slot is free. */
  #index: Int32Array;
  #last = NONE;

  constructor(expected = 0) {
    const capacity = Math.max(LEAST_ENTRIES, expected);
    this.#hashes = new Int32Array(2 * capacity);
    this.#refs = new Float64Array(capacity);
    this.#notes = new Int32Array(capacity);
    this.#index = new Int32Array(Math.ceil(SLOTS_AN_ENTRY * capacity));
  }

  /** The entry of a hash; -1 when there is none. */
  find(low: number, high: number): number {
    const hashes = this.#hashes;
    const guess = this.#last + 1;
    if (guess < this.size && hashes[2 * guess] === low && hashes[2 * guess + 1] === high) {
      this.#last = guess;
      return guess;
    }
    const index = this.#index;
    let slot = this.#slotOf(low);
    for (let entry = index[slot]! - 1; entry !== NONE; entry = index[slot]! - 1) {
      if (hashes[2 * entry] === low && hashes[2 * entry + 1] === high) {
        this.#last = entry;
        return entry;
      }
      if (++slot === index.length) slot = 0;
    }
    return NONE;
  }

  refAt(entry: number): SeriesRef {
    return this.#refs[entry] as SeriesRef;
  }

  noteAt(entry: number): number {
    return this.#notes[entry]!;
  }

  setNote(entry: number, note: number): void {
    this.#notes[entry] = note;
  }

  /** Puts a series in place, and in the place of one of the same hash; its entry. */
  put(low: number, high: number, ref: SeriesRef, note: number): number {
    let entry = this.find(low, high);
    if (entry === NONE) {
      if (this.size === this.#refs.length) this.#grow();
      entry = this.size++;
      this.#hashes[2 * entry] = low;
      this.#hashes[2 * entry + 1] = high;
      this.#enter(entry, low);
      this.#last = entry;
    }
    this.#refs[entry] = ref;
    this.#notes[entry] = note;
    return entry;
  }

  #slotOf(low: number): number {
    return Math.floor(((low >>> 0) / 0x1_0000_0000) * this.#index.length);
  }

  #enter(entry: number, low: number): void {
    const index = this.#index;
    let slot = this.#slotOf(low);
    while (index[slot] !== 0) if (++slot === index.length) slot = 0;
    index[slot] = entry + 1;
  }

  #grow(): void {
    const capacity = Math.ceil(GROWTH * this.#refs.length);
    const hashes = new Int32Array(2 * capacity);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
    const refs = new Float64Array(capacity);
    refs.set(this.#refs);
    this.#refs = refs;
    const notes = new Int32Array(capacity);
    notes.set(this.#notes);
    this.#notes = notes;
    this.#index = new Int32Array(Math.ceil(SLOTS_AN_ENTRY * capacity));
    for (let entry = 0; entry < this.size; entry++) this.#enter(entry, hashes[2 * entry]!);
  }
}
