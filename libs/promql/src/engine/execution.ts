import { type Clock } from '@narthex/process';
import { queryCanceled, queryTimedOut, tooManySamples } from '../errors.js';
import { type QueryControl } from './options.js';

/** The engine goes on for so long before it lets others run. */
const SLICE_MS = 8;
/** So many samples are worked on, at least, between two looks at the clock; that takes some ten microseconds. */
const SAMPLES_A_LOOK = 4_000;

export interface ExecutionOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly maxSamples: number;
  readonly control: QueryControl | undefined;
}

/** One run of a query: its limits, its pauses, and what it has cost so far. */
export class Execution {
  readonly #clock: Clock;
  readonly #deadlineMs: number;
  readonly #maxSamples: number;
  readonly #control: QueryControl | undefined;
  #sliceEndMs: number;
  readonly #options: ExecutionOptions;
  #sinceLook = 0;
  #samples = 0;
  #peakSamples = 0;

  constructor(options: ExecutionOptions) {
    const { clock, timeoutMs, maxSamples, control } = options;
    this.#options = options;
    this.#clock = clock;
    this.#maxSamples = maxSamples;
    this.#control = control;
    const nowMs = clock.monotonicMs();
    this.#deadlineMs = nowMs + timeoutMs;
    this.#sliceEndMs = nowMs + SLICE_MS;
  }

  /** True when it is time to {@link rest}. */
  get isDue(): boolean {
    return this.#clock.monotonicMs() >= this.#sliceEndMs;
  }

  /** As {@link isDue}, after work on so many samples: for small pieces of work, each shorter than a look at the clock. */
  isDueAfter(samples: number): boolean {
    this.#sinceLook += samples;
    if (this.#sinceLook < SAMPLES_A_LOOK) return false;
    this.#sinceLook = 0;
    return this.isDue;
  }

  /**
   * Ends the query if it was cancelled or has run out of time; otherwise lets others run.
   * @throws PromqlError
   */
  async rest(): Promise<void> {
    this.check();
    await this.#control?.pause?.();
    this.check();
    this.#sliceEndMs = this.#clock.monotonicMs() + SLICE_MS;
  }

  /**
   * As {@link rest} when that is due; ends the query in any case where it has to end.
   * @throws PromqlError
   */
  async restIfDue(): Promise<void> {
    if (this.isDue) await this.rest();
    else this.check();
  }

  /** @throws PromqlError when the query was cancelled or has run out of time. */
  check(stage = 'expression evaluation'): void {
    if (this.#control?.cancelled() === true) throw queryCanceled(stage);
    if (this.#clock.monotonicMs() >= this.#deadlineMs) throw queryTimedOut(stage);
  }

  /**
   * Counts samples that are now in memory.
   * @throws PromqlError when they are too many.
   */
  hold(samples: number): void {
    this.#samples += samples;
    if (this.#samples > this.#peakSamples) this.#peakSamples = this.#samples;
    if (this.#samples > this.#maxSamples) throw tooManySamples();
  }

  release(samples: number): void {
    this.#samples -= samples;
  }

  /**
   * Counts samples that are in memory for a moment, on top of those that are held.
   * @throws PromqlError when they are too many.
   */
  pass(samples: number): void {
    this.hold(samples);
    this.release(samples);
  }

  /** The samples that are held. */
  get samples(): number {
    return this.#samples;
  }

  /**
   * Of what has been held since there were `before`, only so many samples stay.
   * @throws PromqlError when they are too many.
   */
  settle(before: number, samples: number): void {
    this.#samples = before;
    this.hold(samples);
  }

  get peakSamples(): number {
    return this.#peakSamples;
  }

  /** The peak since the last call. */
  takePeak(): number {
    const peak = this.#peakSamples;
    this.#peakSamples = this.#samples;
    return peak;
  }

  /** The same run, but for its samples: they are counted apart, and without a limit. */
  apart(): Execution {
    const timeoutMs = this.#deadlineMs - this.#clock.monotonicMs();
    return new Execution({ ...this.#options, timeoutMs, maxSamples: Infinity });
  }
}
