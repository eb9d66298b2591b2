/** How much of a new reading goes into the average. */
const WEIGHT = 0.2;

/** An exponentially weighted moving average of events a second, brought forward once an interval. */
export class MovingRate {
  readonly #intervalSeconds: number;
  #newEvents = 0;
  #lastRate = 0;
  #isFirst = true;

  constructor(intervalMs: number) {
    this.#intervalSeconds = intervalMs / 1000;
  }

  /** Events a second, as of the last {@link tick}. */
  get perSecond(): number {
    return this.#lastRate;
  }

  add(events: number): void {
    this.#newEvents += events;
  }

  /** An interval is over. */
  tick(): void {
    const rate = this.#newEvents / this.#intervalSeconds;
    this.#newEvents = 0;
    this.#lastRate = this.#isFirst ? rate : this.#lastRate + WEIGHT * (rate - this.#lastRate);
    this.#isFirst = false;
  }
}
