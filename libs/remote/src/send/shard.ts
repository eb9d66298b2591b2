import { type Clock } from '@narthex/process';
import { type Batch } from './batch.js';

export interface ShardOptions {
  readonly clock: Clock;
  /** Full batches that may wait. */
  readonly capacity: number;
  /** A batch that is not full goes out after so long. */
  readonly deadlineMs: number;
  readonly newBatch: () => Batch;
  /** Sends a batch, or gives it up; never rejects. */
  readonly send: (batch: Batch) => Promise<void>;
  /** Called when there is room again. */
  readonly onRoom: () => void;
}

/** One line of sending: batches go out one after the other, so that the samples of a series keep their order. */
export class Shard {
  readonly #options: ShardOptions;
  readonly #waiting: Batch[] = [];
  #partial: Batch;
  #isClosed = false;
  #isAborted = false;
  #wake: (() => void) | undefined;
  #deadlineMs: number;
  readonly #done: Promise<void>;

  constructor(options: ShardOptions) {
    this.#options = options;
    this.#partial = options.newBatch();
    this.#deadlineMs = options.clock.monotonicMs() + options.deadlineMs;
    this.#done = this.#run();
  }

  /** Whether one item more finds a place. */
  get hasRoom(): boolean {
    return (
      this.#partial.length + 1 < this.#partial.rows.length || this.#waiting.length < this.#options.capacity
    );
  }

  /** Where the next item goes, if there is room; {@link added} must be called behind each. */
  get batch(): Batch {
    return this.#partial;
  }

  added(): void {
    if (!this.#partial.isFull) return;
    this.#waiting.push(this.#partial);
    this.#partial = this.#options.newBatch();
    this.#wake?.();
  }

  /** Takes no more; resolves when everything is sent. */
  close(): Promise<void> {
    this.#isClosed = true;
    this.#wake?.();
    return this.#done;
  }

  /** What is left when sending is given up; the shard must not be used any more. */
  abort(): readonly Batch[] {
    this.#isClosed = true;
    this.#isAborted = true;
    this.#wake?.();
    const left = [...this.#waiting.splice(0), this.#partial].filter(({ length }) => length > 0);
    this.#partial = this.#options.newBatch();
    return left;
  }

  async #run(): Promise<void> {
    for (;;) {
      const batch = this.#next();
      if (batch !== undefined) {
        this.#options.onRoom();
        await this.#options.send(batch);
        this.#deadlineMs = this.#options.clock.monotonicMs() + this.#options.deadlineMs;
      } else if (this.#isClosed) {
        return;
      } else {
        await this.#idle();
      }
    }
  }

  /** What is to go out now: a full batch, or one whose time has come. */
  #next(): Batch | undefined {
    const full = this.#waiting.shift();
    if (full !== undefined || this.#isAborted) return full;
    const isDue = this.#isClosed || this.#options.clock.monotonicMs() >= this.#deadlineMs;
    if (!isDue) return undefined;
    if (this.#partial.length === 0) {
      this.#deadlineMs = this.#options.clock.monotonicMs() + this.#options.deadlineMs;
      return undefined;
    }
    const partial = this.#partial;
    this.#partial = this.#options.newBatch();
    return partial;
  }

  async #idle(): Promise<void> {
    const { clock } = this.#options;
    let stopTimer = (): void => undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      stopTimer = clock.after(this.#deadlineMs - clock.monotonicMs(), resolve);
    });
    stopTimer();
    this.#wake = undefined;
  }
}
