import { NO_ADDRESS, type SharedAddress, type SharedViews } from '@narthex/bytes';
import { TOMBSTONES } from '../shared/layout.js';

/** The deleted times of one series. */
export class DeletedTimes {
  readonly #intervals: Float64Array;

  private constructor(intervals: Float64Array) {
    this.#intervals = intervals;
  }

  /** Reads the block that a row points to; undefined when there is none. */
  static read(views: SharedViews, block: SharedAddress): DeletedTimes | undefined {
    if (block === NO_ADDRESS) return undefined;
    const length = views.words(block)[views.wordIndex(block) + TOMBSTONES.length]!;
    const from = views.doubleIndex(block) + (TOMBSTONES.intervals >>> 1);
    return new DeletedTimes(views.doubles(block).slice(from, from + 2 * length));
  }

  has(timestampMs: number): boolean {
    const intervals = this.#intervals;
    for (let i = 0; i < intervals.length; i += 2) {
      if (timestampMs >= intervals[i]! && timestampMs <= intervals[i + 1]!) return true;
    }
    return false;
  }

  /** True when any time of the range, both ends included, is deleted. */
  overlaps(minTimeMs: number, maxTimeMs: number): boolean {
    const intervals = this.#intervals;
    for (let i = 0; i < intervals.length; i += 2) {
      if (intervals[i]! <= maxTimeMs && intervals[i + 1]! >= minTimeMs) return true;
    }
    return false;
  }
}
