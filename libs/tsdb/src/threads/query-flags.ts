const FREE = 0;

/** Why a query is to stop. */
export const STOP_REASON = { none: 0, cancelled: 1, deadline: 2, shutdown: 3 } as const;
export type StopReason = (typeof STOP_REASON)[keyof typeof STOP_REASON];

const REASON = 0;
const TAKEN = 1;
const FLAG_WORDS = 2;

/** How many queries can be under way at once. */
const FLAGS = 256;

/** The flag of one query, on main. */
export interface QueryFlag {
  /** What the worker is told, to look the flag up. */
  readonly index: number;
  /** Asks the query to stop; the first reason stays. */
  stop(reason: StopReason): void;
  /** Gives the flag back once the worker has answered. */
  release(): void;
}

/**
 * One shared word a query. A busy worker sees no messages, so it looks at its query's word between two batches of
 * work; main, which has the clock and the client's socket, writes it.
 */
export class QueryFlags {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;
  #next = 0;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(4 * FLAG_WORDS * FLAGS)) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
  }

  /** Main: a flag for a query; undefined when all are taken. */
  acquire(): QueryFlag | undefined {
    for (let tried = 0; tried < FLAGS; tried++) {
      const index = (this.#next + tried) % FLAGS;
      if (this.#words[index * FLAG_WORDS + TAKEN] !== FREE) continue;
      this.#next = index + 1;
      this.#words[index * FLAG_WORDS + TAKEN] = 1;
      Atomics.store(this.#words, index * FLAG_WORDS + REASON, STOP_REASON.none);
      return this.#flag(index);
    }
    return undefined;
  }

  /** Worker: whether, and why, the query with this flag is to stop. */
  reason(index: number): StopReason {
    return Atomics.load(this.#words, index * FLAG_WORDS + REASON) as StopReason;
  }

  #flag(index: number): QueryFlag {
    let released = false;
    return {
      index,
      stop: (reason) => {
        if (!released)
          Atomics.compareExchange(this.#words, index * FLAG_WORDS + REASON, STOP_REASON.none, reason);
      },
      release: () => {
        if (!released) this.#words[index * FLAG_WORDS + TAKEN] = FREE;
        released = true;
      },
    };
  }
}
