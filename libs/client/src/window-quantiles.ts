/** Neighbouring buckets differ by so much: what is told is at most half of that away from a value that was observed. */
const GROWTH = 1.02;
const LOG_GROWTH = Math.log(GROWTH);
/** In place of the bucket of what is not positive. */
const NOTHING = -Infinity;

type Counts = Map<number, number>;

export interface WindowQuantilesOptions {
  readonly maxAgeSeconds: number;
  /** The window moves on by one part of so many. */
  readonly ageBuckets: number;
  readonly nowMs: () => number;
}

/**
 * Quantiles of what was observed in the last while: counts in buckets that grow by a constant factor (DDSketch,
 * https://www.vldb.org/pvldb/vol12/p2195-masson.pdf), in a ring of as many parts as the window has. The rank is exact,
 * the value is within one per cent. An observation is one logarithm and one count.
 */
export class WindowQuantiles {
  readonly #parts: Counts[];
  readonly #partMs: number;
  readonly #nowMs: () => number;
  #current = 0;
  #currentEndMs: number;

  constructor({ maxAgeSeconds, ageBuckets, nowMs }: WindowQuantilesOptions) {
    this.#parts = Array.from({ length: ageBuckets }, () => new Map<number, number>());
    this.#partMs = (maxAgeSeconds * 1000) / ageBuckets;
    this.#nowMs = nowMs;
    this.#currentEndMs = nowMs() + this.#partMs;
  }

  observe(value: number): void {
    this.#moveOn();
    const counts = this.#parts[this.#current]!;
    const bucket = value > 0 ? Math.ceil(Math.log(value) / LOG_GROWTH) : NOTHING;
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }

  /** Values at quantiles, between 0 and 1; not numbers while there is nothing in the window. */
  at(quantiles: readonly number[]): readonly number[] {
    this.#moveOn();
    const all: Counts = new Map();
    let total = 0;
    for (const counts of this.#parts) {
      for (const [bucket, count] of counts) {
        all.set(bucket, (all.get(bucket) ?? 0) + count);
        total += count;
      }
    }
    const sorted = [...all].sort(([a], [b]) => a - b);
    return quantiles.map((quantile) => valueAt(sorted, quantile * (total - 1)));
  }

  clear(): void {
    for (const counts of this.#parts) counts.clear();
  }

  #moveOn(): void {
    const nowMs = this.#nowMs();
    for (let moved = 0; nowMs >= this.#currentEndMs; moved++) {
      if (moved === this.#parts.length) {
        this.#currentEndMs = nowMs + this.#partMs;
        return;
      }
      this.#current = (this.#current + 1) % this.#parts.length;
      this.#parts[this.#current]!.clear();
      this.#currentEndMs += this.#partMs;
    }
  }
}

function valueAt(sorted: readonly (readonly [bucket: number, count: number])[], rank: number): number {
  let before = 0;
  for (const [bucket, count] of sorted) {
    before += count;
    if (rank < before) return bucket === NOTHING ? 0 : (2 * GROWTH ** bucket) / (GROWTH + 1);
  }
  return NaN;
}
