import { NO_ADDRESS, type SharedAddress, type SharedViews } from '@narthex/bytes';
import { ENTRY, ROW } from '../shared/layout.js';
import { type Descriptors } from './descriptors.js';

/** Goes through the chunks of one series that overlap a time range, as a view sees them, oldest first. */
export class ChunkCursor {
  /** The file that the chunk is in; 0 for memory. */
  file = 0;
  /** The first piece, or where the data begin in the file. */
  chunk: SharedAddress = NO_ADDRESS;
  sizeBytes = 0;
  encoding = 0;
  /** Samples that belong to the view. */
  count = 0;
  minTimeMs = 0;
  /** The last sample's time, or a later one where the view ends within the chunk. */
  maxTimeMs = 0;
  /** True when the chunk goes on behind the view. */
  partial = false;
  readonly #views: SharedViews;
  readonly #descriptors: Descriptors;
  #index = 0;
  #entriesLeft = 0;
  #entry: SharedAddress = NO_ADDRESS;
  #openLeft = false;
  #startMs = -Infinity;
  #endMs = Infinity;

  constructor(views: SharedViews, descriptors: Descriptors) {
    this.#views = views;
    this.#descriptors = descriptors;
  }

  start(index: number, startMs: number, endMs: number): void {
    this.#index = index;
    this.#entriesLeft = this.#descriptors.word(index, ROW.entryCount);
    this.#entry = this.#descriptors.word(index, ROW.firstEntry);
    this.#openLeft = true;
    this.#startMs = startMs;
    this.#endMs = endMs;
  }

  /** Goes to the next chunk; false behind the last. */
  next(): boolean {
    while (this.#entriesLeft > 0) {
      this.#entriesLeft--;
      const visible = this.#atEntry();
      if (!visible || this.minTimeMs > this.#endMs) {
        // What follows is later still, and the open chunk the latest.
        this.#entriesLeft = 0;
        this.#openLeft = false;
        return false;
      }
      if (this.maxTimeMs >= this.#startMs) return true;
    }
    if (!this.#openLeft) return false;
    this.#openLeft = false;
    return this.#atOpen() && this.minTimeMs <= this.#endMs && this.maxTimeMs >= this.#startMs;
  }

  /** Takes the present entry and goes to the one behind it. */
  #atEntry(): boolean {
    const entry = this.#entry;
    const words = this.#views.words(entry);
    const at = this.#views.wordIndex(entry);
    const doubles = this.#views.doubles(entry);
    const atDouble = this.#views.doubleIndex(entry);
    const countAndEncoding = words[at + ENTRY.countAndEncoding]!;
    // Another entry may take the place of the next one just now: whichever is found is whole.
    this.#entry = Atomics.load(words, at + ENTRY.next);
    this.file = words[at + ENTRY.file]!;
    this.chunk = words[at + ENTRY.chunk]!;
    this.sizeBytes = words[at + ENTRY.sizeBytes]!;
    this.encoding = countAndEncoding >>> 16;
    this.minTimeMs = doubles[atDouble + (ENTRY.minTime >>> 1)]!;
    this.maxTimeMs = doubles[atDouble + (ENTRY.maxTime >>> 1)]!;
    return this.#limit(words[at + ENTRY.first]!, countAndEncoding & 0xffff);
  }

  #atOpen(): boolean {
    const descriptors = this.#descriptors;
    this.chunk = descriptors.word(this.#index, ROW.open);
    if (this.chunk === NO_ADDRESS) return false;
    this.file = 0;
    this.sizeBytes = (descriptors.word(this.#index, ROW.openBits) + 7) >>> 3;
    this.encoding = descriptors.word(this.#index, ROW.openEncoding);
    this.minTimeMs = descriptors.double(this.#index, ROW.openMinTime);
    this.maxTimeMs = descriptors.double(this.#index, ROW.lastTime);
    // How far the chunk really goes is of no interest: the view's count is never beyond.
    return this.#limit(descriptors.word(this.#index, ROW.openFirst), Infinity);
  }

  /** Cuts the count at the view's end; false when nothing is left. */
  #limit(first: number, count: number): boolean {
    const visible = (this.#descriptors.word(this.#index, ROW.count) - first) | 0;
    this.partial = visible < count;
    this.count = Math.min(count, visible);
    return this.count > 0;
  }
}
