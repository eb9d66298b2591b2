const EPOCH = 0;
const FIRST_SLOT = 1;
const IDLE = 0;

/**
 * Who still reads what was there when: one shared word that counts epochs, and one slot a reading thread. A reader
 * that enters puts the present epoch into its slot; what the writer retires in an epoch may be used again when no
 * slot holds that epoch or an earlier one. (Epoch-based reclamation: Fraser, "Practical lock-freedom", 2004.)
 *
 * Epochs are 32 bits wide and wrap; differences count, so no reader may stay for 2^31 of them. 0 means idle.
 */
export class EpochTable {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
  }

  /** A table for so many readers. */
  static create(slotCount: number): EpochTable {
    const table = new EpochTable(new SharedArrayBuffer(4 * (FIRST_SLOT + slotCount)));
    Atomics.store(table.#words, EPOCH, 1);
    return table;
  }

  get slotCount(): number {
    return this.#words.length - FIRST_SLOT;
  }

  /** The present epoch. */
  get current(): number {
    return Atomics.load(this.#words, EPOCH);
  }

  /** Writer: the epoch that {@link advance} will begin. */
  get next(): number {
    const next = (this.current + 1) | 0;
    return next === IDLE ? 1 : next;
  }

  /** Writer: ends the present epoch. What was unlinked before is seen as unlinked by whoever enters from now on. */
  advance(): void {
    Atomics.store(this.#words, EPOCH, this.next);
  }

  /**
   * Reader: takes the slot and returns the epoch it stands in. The epoch is read once more after the slot is
   * written: either the writer sees the slot, or the reader sees what the writer unlinked before it looked.
   */
  enter(slot: number): number {
    for (;;) {
      const epoch = this.current;
      Atomics.store(this.#words, FIRST_SLOT + slot, epoch);
      if (this.current === epoch) return epoch;
    }
  }

  /** Reader: moves its slot to a later epoch, the oldest it still needs. */
  hold(slot: number, epoch: number): void {
    Atomics.store(this.#words, FIRST_SLOT + slot, epoch);
  }

  /** Reader when it is done, writer when the reader's thread has died. */
  leave(slot: number): void {
    Atomics.store(this.#words, FIRST_SLOT + slot, IDLE);
  }

  /** The epoch a slot holds; undefined when idle. */
  heldBy(slot: number): number | undefined {
    const epoch = Atomics.load(this.#words, FIRST_SLOT + slot);
    return epoch === IDLE ? undefined : epoch;
  }

  /** Writer: the oldest epoch any reader holds; undefined when nobody reads. */
  oldest(): number | undefined {
    let oldest: number | undefined;
    for (let slot = 0; slot < this.slotCount; slot++) {
      const epoch = this.heldBy(slot);
      if (epoch !== undefined && (oldest === undefined || isEarlier(epoch, oldest))) oldest = epoch;
    }
    return oldest;
  }
}

/** Order of two 32-bit counters that may have wrapped. */
export function isEarlier(a: number, b: number): boolean {
  return ((a - b) | 0) < 0;
}
