import { PromqlError } from '@narthex/promql';

const STATE = { running: 0, canceled: 1, timedOut: 2 } as const;

/** A query's stop flag in shared memory: a busy worker sees no messages, but it can look here between its batches. */
export class StopFlag {
  readonly buffer: SharedArrayBuffer;
  readonly #state: Int32Array;

  constructor(buffer = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
    this.buffer = buffer;
    this.#state = new Int32Array(buffer);
  }

  /** The first reason to stop stays. */
  cancel(): void {
    Atomics.compareExchange(this.#state, 0, STATE.running, STATE.canceled);
  }

  timeOut(): void {
    Atomics.compareExchange(this.#state, 0, STATE.running, STATE.timedOut);
  }

  /** Why to stop, or undefined while the query may go on; `stage` is named in the error. */
  interruption(stage: string): PromqlError | undefined {
    switch (Atomics.load(this.#state, 0)) {
      case STATE.canceled:
        return new PromqlError('canceled', `query was canceled in ${stage}`);
      case STATE.timedOut:
        return new PromqlError('timeout', `query timed out in ${stage}`);
      default:
        return undefined;
    }
  }
}
