import { SAMPLE_KIND, type SampleCursor, type SampleKind } from '@narthex/chunks';
import { COUNTER_RESET_HINT, type NativeHistogram } from '@narthex/model';
import { TimeHeap } from './time-heap.js';

/**
 * Goes through the samples of several chunks of one series in order of time; of samples at the same time one stays.
 * Which one is what upstream's `chainSampleIterator` keeps: the source being read goes on while it is strictly the
 * earliest, and gives way where another one is as early.
 */
export class ChainedSamples implements SampleCursor {
  readonly #sources: readonly SampleCursor[];
  readonly #heap = new TimeHeap<SampleCursor>();
  #current: SampleCursor | undefined;
  #started = false;
  #lastMs = -Infinity;
  /** Whether the sample stands right behind the one before in the same chunk. */
  #consecutive = false;

  constructor(sources: readonly SampleCursor[]) {
    this.#sources = sources;
    this.#current = sources[0];
  }

  get kind(): SampleKind {
    return this.#current?.kind ?? SAMPLE_KIND.float;
  }

  get timestampMs(): number {
    return this.#lastMs;
  }

  get startTimestampMs(): number {
    return this.#current?.startTimestampMs ?? 0;
  }

  next(): boolean {
    let changed = !this.#started;
    if (!this.#started) this.#start();
    while (this.#current !== undefined) {
      if (this.#current.next()) {
        const timestampMs = this.#current.timestampMs;
        if (timestampMs === this.#lastMs) continue;
        const other = this.#heap.top;
        if (other === undefined || timestampMs < other.timestampMs) return this.#take(!changed);
        this.#heap.push(this.#current);
      }
      this.#current = this.#heap.pop();
      changed = true;
      if (this.#current !== undefined && this.#current.timestampMs !== this.#lastMs) return this.#take(false);
    }
    return false;
  }

  copyValue(words: Uint32Array, at: number): void {
    this.#current?.copyValue(words, at);
  }

  histogram(): NativeHistogram {
    const histogram = this.#current!.histogram();
    if (this.#consecutive || histogram.counterResetHint === COUNTER_RESET_HINT.gauge) return histogram;
    return { ...histogram, counterResetHint: COUNTER_RESET_HINT.unknown };
  }

  #start(): void {
    this.#started = true;
    for (const source of this.#sources.slice(1)) if (source.next()) this.#heap.push(source);
  }

  #take(consecutive: boolean): boolean {
    this.#consecutive = consecutive;
    this.#lastMs = this.#current!.timestampMs;
    return true;
  }
}
