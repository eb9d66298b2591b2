import { randomInt } from 'node:crypto';
import { type SeriesRef } from '@narthex/storage';

/** What a line of an exposition is to its target's cache. */
export const LINE_KIND = {
  free: 0,
  /** A series that is stored. */
  series: 1,
  /** A series that relabelling drops. */
  dropped: 2,
  /** A comment, or a HELP or UNIT line that is known. */
  comment: 3,
  /** A TYPE line that is known. */
  type: 4,
} as const;
export type LineKind = (typeof LINE_KIND)[keyof typeof LINE_KIND];

const NONE = -1;
/** The line before the first. */
const HEAD = 0;
const INITIAL_LINES = 64;
const FAILED_LINES_ALLOWED = 1000;

/**
 * Remembers the lines of one target from scrape to scrape, in columns: forty-odd bytes a line, no object, no text.
 * Lines come in the same order nearly always, so each remembers the one that followed it; that guess is confirmed by
 * length and a 64-bit hash of the line's bytes. Only when it fails the hash is looked up in a table.
 *
 * Two different texts of a target share both with a probability of 2⁻⁶⁴ a pair; the hash is seeded anew in each
 * process, so that a target cannot make it happen.
 */
export class ScrapeCache {
  /** Counts scrapes. Lines remember the last one they occurred in. */
  iteration = 1;
  /** How many series have a sample stored that no stale marker has followed. */
  liveCount = 0;
  /** How many of them occurred in this scrape. */
  liveSeen = 0;
  kinds = new Uint8Array(INITIAL_LINES);
  lengths = new Int32Array(INITIAL_LINES);
  /** The storage's reference of a series; of metadata, the number of its entry, or -1. */
  refs = new Float64Array(INITIAL_LINES);
  #hashLow = new Int32Array(INITIAL_LINES);
  #hashHigh = new Int32Array(INITIAL_LINES);
  #lastSeen = new Uint32Array(INITIAL_LINES);
  /** The scrape since which the series has been live without a break; 0 when it is not. */
  #liveSince = new Uint32Array(INITIAL_LINES);
  #follower = new Int32Array(INITIAL_LINES).fill(NONE);
  #nextInBucket = new Int32Array(INITIAL_LINES);
  #buckets = new Int32Array(2 * INITIAL_LINES).fill(NONE);
  /** Lines in use, the head not counted. */
  #size = 0;
  /** Lines used or once used, the head included. */
  #used = 1;
  #firstFree = NONE;
  #previous = HEAD;
  #linesSeen = 0;
  #sizeAtSuccess = 0;
  readonly #seedLow = randomInt(2 ** 31);
  readonly #seedHigh = randomInt(2 ** 31);
  #low = 0;
  #high = 0;

  /** How many lines are remembered. */
  get size(): number {
    return this.#size;
  }

  /** Goes back to the first line. */
  begin(): void {
    this.#previous = HEAD;
  }

  /**
   * The line that is expected next, if the bytes at `at` begin with it; -1 otherwise. What follows it is for the caller
   * to look at.
   */
  predict(bytes: Uint8Array, view: DataView, at: number, end: number): number {
    const line = this.#follower[this.#previous]!;
    if (line === NONE) return NONE;
    const length = this.lengths[line]!;
    if (at + length >= end) return NONE;
    this.#hash(bytes, view, at, length);
    return this.#low === this.#hashLow[line] && this.#high === this.#hashHigh[line] ? line : NONE;
  }

  /** The line of exactly these bytes, or -1. */
  find(bytes: Uint8Array, view: DataView, start: number, end: number): number {
    const length = end - start;
    this.#hash(bytes, view, start, length);
    const low = this.#low;
    const high = this.#high;
    let line = this.#buckets[low & (this.#buckets.length - 1)]!;
    while (line !== NONE) {
      if (this.#hashLow[line] === low && this.#hashHigh[line] === high && this.lengths[line] === length)
        return line;
      line = this.#nextInBucket[line]!;
    }
    return NONE;
  }

  /** Remembers a line that {@link find} has just not found. */
  add(length: number, kind: LineKind, ref: SeriesRef | number): number {
    let line = this.#firstFree;
    if (line === NONE) {
      if (this.#used === this.kinds.length) this.#grow();
      line = this.#used++;
    } else {
      this.#firstFree = this.#nextInBucket[line]!;
    }
    this.kinds[line] = kind;
    this.lengths[line] = length;
    this.refs[line] = ref;
    this.#hashLow[line] = this.#low;
    this.#hashHigh[line] = this.#high;
    this.#lastSeen[line] = 0;
    this.#liveSince[line] = 0;
    this.#follower[line] = NONE;
    const bucket = this.#low & (this.#buckets.length - 1);
    this.#nextInBucket[line] = this.#buckets[bucket]!;
    this.#buckets[bucket] = line;
    this.#size++;
    return line;
  }

  /** Notes that the line occurred, behind the one noted last. False when it had occurred in this scrape already. */
  note(line: number): boolean {
    if (this.#follower[this.#previous] !== line) this.#follower[this.#previous] = line;
    this.#previous = line;
    if (this.#lastSeen[line] === this.iteration) return false;
    this.#lastSeen[line] = this.iteration;
    this.#linesSeen++;
    if (this.#liveSince[line] !== 0) this.liveSeen++;
    return true;
  }

  /** Notes that a sample of the series was taken which a stale marker has to follow one day. */
  markLive(line: number): void {
    if (this.#liveSince[line] !== 0) return;
    this.#liveSince[line] = this.iteration;
    this.liveCount++;
    this.liveSeen++;
  }

  /** Forgets one line. */
  remove(line: number): void {
    const bucket = this.#hashLow[line]! & (this.#buckets.length - 1);
    let before = NONE;
    for (let at = this.#buckets[bucket]!; at !== line; at = this.#nextInBucket[at]!) before = at;
    if (before === NONE) this.#buckets[bucket] = this.#nextInBucket[line]!;
    else this.#nextInBucket[before] = this.#nextInBucket[line]!;
    const isSeen = this.#lastSeen[line] === this.iteration;
    if (isSeen) this.#linesSeen--;
    if (this.#liveSince[line] !== 0) {
      this.liveCount--;
      if (isSeen) this.liveSeen--;
    }
    this.#liveSince[line] = 0;
    this.kinds[line] = LINE_KIND.free;
    // No bytes are that long, so whoever still has it for a follower finds no match.
    this.lengths[line] = 0x7fff_ffff;
    this.#nextInBucket[line] = this.#firstFree;
    this.#firstFree = line;
    this.#size--;
  }

  /** Takes back that the line occurred, as far as stale markers go: nothing was stored for it. */
  missed(line: number): void {
    if (this.#liveSince[line] === 0 || this.#lastSeen[line] !== this.iteration) return;
    this.#lastSeen[line] = this.iteration - 1;
    this.liveSeen--;
    this.#linesSeen--;
  }

  /**
   * The live series that did not occur in this scrape; one that was given out is live no longer. What occurred before a
   * scrape failed stays live, as upstream has it. Until the last is given out nothing else may change the cache.
   */
  *takeStale(): Generator<SeriesRef> {
    if (this.liveCount === this.liveSeen) return;
    for (let line = 1; line < this.#used; line++) {
      if (this.#liveSince[line] === 0 || this.#lastSeen[line] === this.iteration) continue;
      this.#liveSince[line] = 0;
      this.liveCount--;
      yield this.refs[line] as SeriesRef;
    }
  }

  /**
   * Ends a scrape. When it went well, the lines that did not occur in it are forgotten. So they are when a target whose
   * scrapes fail has brought too many new ones: then the answer is true.
   */
  end(wentWell: boolean): boolean {
    const isForced = !wentWell && this.#size > 2 * this.#sizeAtSuccess + FAILED_LINES_ALLOWED;
    if ((wentWell || isForced) && this.#linesSeen < this.#size) {
      for (let line = 1; line < this.#used; line++) {
        if (this.kinds[line] !== LINE_KIND.free && this.#lastSeen[line] !== this.iteration) this.remove(line);
      }
    }
    if (wentWell) this.#sizeAtSuccess = this.#size;
    this.iteration++;
    this.liveSeen = 0;
    this.#linesSeen = 0;
    return isForced;
  }

  /** Four bytes a step in two independent lanes; no step loses anything, so texts that differ in one word never meet. */
  #hash(bytes: Uint8Array, view: DataView, start: number, length: number): void {
    let low = this.#seedLow ^ length;
    let high = this.#seedHigh + length;
    const end = start + length;
    let at = start;
    for (; at + 4 <= end; at += 4) {
      const word = view.getInt32(at, true);
      low = Math.imul(low ^ word, 0x9e3779b1);
      low ^= low >>> 15;
      high = Math.imul(high + word, 0x85ebca6b);
      high ^= high >>> 13;
    }
    let rest = 0;
    for (; at < end; at++) rest = (rest << 8) | bytes[at]!;
    low = Math.imul(low ^ rest, 0xc2b2ae35);
    high = Math.imul(high + rest, 0x27d4eb2f);
    this.#low = low ^ (low >>> 16);
    this.#high = high ^ (high >>> 15);
  }

  #grow(): void {
    const capacity = 2 * this.kinds.length;
    this.kinds = grown(this.kinds, new Uint8Array(capacity));
    this.lengths = grown(this.lengths, new Int32Array(capacity));
    this.refs = grown(this.refs, new Float64Array(capacity));
    this.#hashLow = grown(this.#hashLow, new Int32Array(capacity));
    this.#hashHigh = grown(this.#hashHigh, new Int32Array(capacity));
    this.#lastSeen = grown(this.#lastSeen, new Uint32Array(capacity));
    this.#liveSince = grown(this.#liveSince, new Uint32Array(capacity));
    this.#follower = grown(this.#follower, new Int32Array(capacity));
    this.#nextInBucket = grown(this.#nextInBucket, new Int32Array(capacity));
    this.#buckets = new Int32Array(2 * capacity).fill(NONE);
    for (let line = 1; line < this.#used; line++) {
      if (this.kinds[line] === LINE_KIND.free) continue;
      const bucket = this.#hashLow[line]! & (this.#buckets.length - 1);
      this.#nextInBucket[line] = this.#buckets[bucket]!;
      this.#buckets[bucket] = line;
    }
  }
}

function grown<T extends Uint8Array | Int32Array | Uint32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
