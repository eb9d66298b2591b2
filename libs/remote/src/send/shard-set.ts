import { type Clock } from '@narthex/process';
import { Batch } from './batch.js';
import { type BatchSender } from './batch-sender.js';
import { Shard } from './shard.js';
import { type QueueConfig } from './write-config.js';

export interface ShardSetOptions {
  readonly clock: Clock;
  readonly config: QueueConfig;
  readonly sender: BatchSender;
  readonly count: number;
  readonly onRoom: () => void;
}

/** The shards of a queue between two changes of their number. A series is always in the same one. */
export class ShardSet {
  readonly #sender: BatchSender;
  readonly #shards: readonly Shard[];
  readonly #abort = new AbortController();
  /** Batches that were sent, to be filled again. */
  readonly #free: Batch[] = [];

  constructor({ clock, config, sender, count, onRoom }: ShardSetOptions) {
    this.#sender = sender;
    const size = config.max_samples_per_send;
    this.#shards = Array.from(
      { length: count },
      () =>
        new Shard({
          clock,
          capacity: Math.max(1, Math.floor(config.capacity / size)),
          deadlineMs: config.batch_send_deadline,
          newBatch: () => this.#free.pop() ?? new Batch(size),
          send: (batch) => sender.send(batch, this.#abort.signal).then(() => void this.#free.push(batch)),
          onRoom,
        }),
    );
  }

  get count(): number {
    return this.#shards.length;
  }

  /** The shard of a series. */
  of(ref: number): Shard {
    return this.#shards[ref % this.#shards.length]!;
  }

  /** Sends what there is and ends. */
  async close(): Promise<void> {
    await Promise.all(this.#shards.map((shard) => shard.close()));
  }

  /** Gives up what is not sent yet; returns how many items wait no more. */
  abort(): number {
    const left = this.#shards.flatMap((shard) => shard.abort());
    this.#abort.abort();
    return left.reduce((sum, batch) => sum + this.#sender.giveUp(batch), 0);
  }
}
