/** A bucket of `burst` tokens that gets one every `intervalMs`. */
export class RateLimit {
  readonly #intervalMs: number;
  readonly #burst: number;
  readonly #nowMs: () => number;
  #tokens: number;
  #lastMs: number;

  constructor(intervalMs: number, burst: number, nowMs: () => number) {
    this.#intervalMs = intervalMs;
    this.#burst = burst;
    this.#nowMs = nowMs;
    this.#tokens = burst;
    this.#lastMs = nowMs();
  }

  /** Takes a token; false when there is none. */
  allow(): boolean {
    const nowMs = this.#nowMs();
    this.#tokens = Math.min(this.#burst, this.#tokens + (nowMs - this.#lastMs) / this.#intervalMs);
    this.#lastMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
