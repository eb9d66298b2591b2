import { ByteWriter } from '@narthex/bytes';
import { SampleBatch } from '@narthex/wal';

const START_CAPACITY = 128;
/** Batches kept for the next transactions, and how large they may be for that. */
const KEPT = 16;
const KEPT_CAPACITY = 1 << 14;

/** The floats of one transaction, and the slots of their series. */
export class PendingSamples {
  readonly batch = new SampleBatch(START_CAPACITY);
  /** For the record that they become. */
  readonly writer = new ByteWriter(1024);
  slots = new Uint32Array(START_CAPACITY);

  /** Adds a place for a sample and returns its index; the value is the caller's to write. */
  push(slot: number, ref: number, timestampMs: number, startTimestampMs: number): number {
    const { batch } = this;
    const at = batch.grow();
    if (at >= this.slots.length) {
      const slots = new Uint32Array(batch.refs.length);
      slots.set(this.slots);
      this.slots = slots;
    }
    this.slots[at] = slot;
    batch.refs[at] = ref;
    batch.timestampsMs[at] = timestampMs;
    batch.startTimestampsMs[at] = startTimestampMs;
    return at;
  }
}

/** Lends batches, so that transactions that come and go leave no buffers for the garbage collector. */
export class PendingPool {
  readonly #free: PendingSamples[] = [];

  take(): PendingSamples {
    return this.#free.pop() ?? new PendingSamples();
  }

  giveBack(pending: PendingSamples): void {
    if (this.#free.length >= KEPT || pending.slots.length > KEPT_CAPACITY) return;
    pending.batch.clear();
    this.#free.push(pending);
  }
}
