import { type SharedAddress } from '@narthex/bytes';

const SHARD_BITS = 8;

/**
 * What only some series have, by the address of their rows. In shards, because a `Map` is rehashed as a whole when it
 * grows or shrinks: of a million entries that takes longer than the thread may be away.
 */
export class RowMap<T> {
  readonly #shards: readonly Map<SharedAddress, T>[] = Array.from(
    { length: 1 << SHARD_BITS },
    () => new Map(),
  );

  get size(): number {
    return this.#shards.reduce((sum, { size }) => sum + size, 0);
  }

  get(row: SharedAddress): T | undefined {
    return this.#shard(row).get(row);
  }

  set(row: SharedAddress, value: T): void {
    this.#shard(row).set(row, value);
  }

  delete(row: SharedAddress): boolean {
    return this.#shard(row).delete(row);
  }

  /** Rows stand at regular distances, so their addresses have to be mixed. */
  #shard(row: SharedAddress): Map<SharedAddress, T> {
    return this.#shards[Math.imul(row, 0x9e3779b1) >>> (32 - SHARD_BITS)]!;
  }
}
