import { blockRangeStart } from '../compact/block-ranges.js';

/** In which block ranges there may be late samples that are not in blocks yet. */
export class TouchedRanges {
  readonly #rangeMs: number;
  #starts = new Set<number>();
  /** Those of what was added since {@link begin}. */
  #since = new Set<number>();
  /** The last one added: late samples often come in a row. */
  #lastMs = NaN;

  /** @param rangeMs how long the blocks are */
  constructor(rangeMs: number) {
    this.#rangeMs = rangeMs;
  }

  add(timestampMs: number): void {
    const startMs = blockRangeStart(timestampMs, this.#rangeMs);
    if (startMs === this.#lastMs) return;
    this.#lastMs = startMs;
    this.#starts.add(startMs);
    this.#since.add(startMs);
  }

  /** All ranges between two times, both included. */
  addSpan(minTimeMs: number, maxTimeMs: number): void {
    for (let atMs = minTimeMs; atMs <= maxTimeMs; atMs += this.#rangeMs) this.add(atMs);
    this.add(maxTimeMs);
  }

  /** What is there now is about to become blocks. */
  begin(): void {
    this.#since = new Set();
    this.#lastMs = NaN;
  }

  /** Their beginnings, oldest first. */
  starts(): number[] {
    return [...this.#starts].sort((a, b) => a - b);
  }

  /** What was there at {@link begin} is in blocks. */
  settle(): void {
    this.#starts = new Set(this.#since);
  }
}
