/** How far a scrape's time may be off its grid and still be moved onto it. */
export interface AlignmentOptions {
  /** False leaves every time as it is. */
  readonly adjust: boolean;
  /** At most this, in ms, and never more than a hundredth of the interval. */
  readonly toleranceMs: number;
}

/**
 * More than upstream's 2 ms: scrapes here take turns on one thread, so one may begin a few milliseconds late with
 * nothing wrong. A hundredth of the interval stays the bound.
 */
export const DEFAULT_ALIGNMENT: AlignmentOptions = { adjust: true, toleranceMs: 10 };

/**
 * The grid that starts at a loop's first scrape. A time a little off the grid is taken for what it should be: equal
 * distances compress far better, and rates carry no noise. Timers may be early as well as late, so both are moved.
 */
export class ScrapeTimes {
  readonly #intervalMs: number;
  readonly #toleranceMs: number;
  #alignedMs: number;

  constructor(startMs: number, intervalMs: number, { adjust, toleranceMs }: AlignmentOptions) {
    this.#alignedMs = startMs;
    this.#intervalMs = intervalMs;
    this.#toleranceMs = adjust ? Math.min(intervalMs / 100, toleranceMs) : -1;
  }

  /** The time to store a scrape at that begins now. Times must not go back. */
  next(nowMs: number): number {
    const intervals = Math.floor(
      (nowMs - this.#alignedMs + Math.max(this.#toleranceMs, 0)) / this.#intervalMs,
    );
    if (intervals > 0) this.#alignedMs += intervals * this.#intervalMs;
    return Math.abs(nowMs - this.#alignedMs) <= this.#toleranceMs ? this.#alignedMs : nowMs;
  }
}
