import { type EpochTable, isEarlier } from '@narthex/bytes';
import { type ControlBlock } from '../shared/control-block.js';

/** What one open view holds in place. */
export interface Pin {
  readonly epoch: number;
  /** The commit whose state is seen. */
  commit: number;
  /** No in-order sample before this time may be read. */
  minTimeMs: number;
  /** No out-of-order chunk with a lower number may be read. */
  outOfOrderFloor: number;
}

/** The open views of one thread. They share the thread's slot, which holds the epoch of the oldest. */
export class Pins {
  readonly #epochs: EpochTable;
  readonly #control: ControlBlock;
  readonly #slot: number;
  readonly #open = new Set<Pin>();

  constructor(epochs: EpochTable, control: ControlBlock, slot: number) {
    this.#epochs = epochs;
    this.#control = control;
    this.#slot = slot;
  }

  get openCount(): number {
    return this.#open.size;
  }

  /** Holds what there is now. */
  open(): Pin {
    // An older view of this thread keeps the slot where it is, which holds what is newer as well.
    const epoch = this.#open.size === 0 ? this.#epochs.enter(this.#slot) : this.#epochs.current;
    const pin: Pin = { epoch, commit: 0, minTimeMs: -Infinity, outOfOrderFloor: 0 };
    this.#open.add(pin);
    this.#control.readStable(() => {
      pin.commit = this.#control.committed;
      pin.minTimeMs = this.#control.minTimeMs;
      pin.outOfOrderFloor = this.#control.outOfOrderFloor;
    });
    return pin;
  }

  /**
   * Moves a view to the newest commit. Its first time stays: a truncation that has begun since waits for the view, and
   * what it takes away may be in a block that the view does not have.
   */
  refresh(pin: Pin): void {
    pin.commit = this.#control.committed;
  }

  /** Lets go. A second time does nothing. */
  close(pin: Pin): void {
    if (!this.#open.delete(pin)) return;
    if (this.#open.size === 0) {
      this.#epochs.leave(this.#slot);
      return;
    }
    this.#holdOldest();
  }

  /** Holds what an open view of another thread holds; that view stays open until this call has returned. */
  share(epoch: number): Pin {
    const pin: Pin = { epoch, commit: 0, minTimeMs: -Infinity, outOfOrderFloor: 0 };
    this.#open.add(pin);
    this.#holdOldest();
    return pin;
  }

  #holdOldest(): void {
    let oldest: number | undefined;
    for (const { epoch } of this.#open) {
      if (oldest === undefined || isEarlier(epoch, oldest)) oldest = epoch;
    }
    if (oldest !== undefined) this.#epochs.hold(this.#slot, oldest);
  }
}
