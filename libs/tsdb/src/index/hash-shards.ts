const SHARD_BITS = 8;
const START = 8;
const EMPTY = 0;

interface Shard {
  keys: Uint32Array;
  hashes: Uint32Array;
  size: number;
}

/**
 * A set of 32-bit keys other than 0, found by hash; what a key stands for is the caller's affair. Open addressing
 * with linear probing, in 256 shards that grow one by one, so that no single insertion moves very much.
 */
export class HashShards {
  readonly #shards: Shard[] = Array.from({ length: 1 << SHARD_BITS }, () => ({
    keys: new Uint32Array(START),
    hashes: new Uint32Array(START),
    size: 0,
  }));
  #probing: Shard = this.#shards[0]!;
  #hash = 0;
  #at = 0;

  /** How many keys there are. */
  get size(): number {
    return this.#shards.reduce((sum, shard) => sum + shard.size, 0);
  }

  /** The bytes that the tables take. */
  get sizeBytes(): number {
    return this.#shards.reduce((sum, shard) => sum + shard.keys.byteLength + shard.hashes.byteLength, 0);
  }

  /** The first key with this hash, or 0; {@link next} gives the others. */
  first(hash: number): number {
    this.#probing = this.#shards[hash >>> (32 - SHARD_BITS)]!;
    this.#hash = hash >>> 0;
    this.#at = (hash & (this.#probing.keys.length - 1)) - 1;
    return this.next();
  }

  /** The next key with the hash last asked for, or 0. */
  next(): number {
    const { keys, hashes } = this.#probing;
    const mask = keys.length - 1;
    for (let at = (this.#at + 1) & mask; ; at = (at + 1) & mask) {
      const key = keys[at]!;
      if (key === EMPTY || hashes[at] === this.#hash) {
        this.#at = at;
        return key;
      }
    }
  }

  add(hash: number, key: number): void {
    const shard = this.#shards[hash >>> (32 - SHARD_BITS)]!;
    if (4 * (shard.size + 1) > 3 * shard.keys.length) grow(shard);
    insert(shard.keys, shard.hashes, hash >>> 0, key);
    shard.size++;
  }

  /** Removes a key that is there. */
  remove(hash: number, key: number): void {
    const shard = this.#shards[hash >>> (32 - SHARD_BITS)]!;
    const { keys, hashes } = shard;
    const mask = keys.length - 1;
    let hole = hash & mask;
    while (keys[hole] !== key) {
      if (keys[hole] === EMPTY) return;
      hole = (hole + 1) & mask;
    }
    // Whoever was pushed past the hole moves back into it, so that no gap breaks a run.
    for (let at = (hole + 1) & mask; keys[at] !== EMPTY; at = (at + 1) & mask) {
      const home = hashes[at]! & mask;
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      keys[hole] = keys[at]!;
      hashes[hole] = hashes[at]!;
      hole = at;
    }
    keys[hole] = EMPTY;
    shard.size--;
  }
}

function insert(keys: Uint32Array, hashes: Uint32Array, hash: number, key: number): void {
  const mask = keys.length - 1;
  let at = hash & mask;
  while (keys[at] !== EMPTY) at = (at + 1) & mask;
  keys[at] = key;
  hashes[at] = hash;
}

function grow(shard: Shard): void {
  const keys = new Uint32Array(2 * shard.keys.length);
  const hashes = new Uint32Array(keys.length);
  shard.keys.forEach((key, at) => {
    if (key !== EMPTY) insert(keys, hashes, shard.hashes[at]!, key);
  });
  shard.keys = keys;
  shard.hashes = hashes;
}
