import { SampleBatch } from '@narthex/wal';

const START_CAPACITY = 128;
/** Batches kept for the next transactions, and how large they may be for that. */
const KEPT = 16;
const KEPT_CAPACITY = 1 << 14;

/** The samples of one transaction, and the series they belong to. */
export interface AppendBatch {
  readonly samples: SampleBatch;
  ids: Uint32Array;
}

/** Lends batches, so that transactions that come and go leave no buffers for the garbage collector. */
export class BatchPool {
  readonly #free: AppendBatch[] = [];

  take(): AppendBatch {
    return (
      this.#free.pop() ?? { samples: new SampleBatch(START_CAPACITY), ids: new Uint32Array(START_CAPACITY) }
    );
  }

  giveBack(batch: AppendBatch): void {
    if (this.#free.length >= KEPT || batch.samples.refs.length > KEPT_CAPACITY) return;
    batch.samples.clear();
    this.#free.push(batch);
  }
}
