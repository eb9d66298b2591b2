/** Tables are many and small, so that none takes long to grow. */
const SHARD_BITS = 10;
const SHARDS = 1 << SHARD_BITS;
const LEAST_PLACES = 8;
/** A shard grows when more than three of four places are taken. */
const FULL = 0.75;

interface Shard {
  /** Slots; 0 where there is none. */
  places: Uint32Array;
  used: number;
}

/** Finds slots by the hash of what is in them. Open addressing in stripes; the hashes themselves are kept elsewhere. */
export class SlotIndex {
  readonly #shards: readonly Shard[];
  readonly #hashOf: (slot: number) => number;

  constructor(hashOf: (slot: number) => number) {
    this.#hashOf = hashOf;
    this.#shards = Array.from({ length: SHARDS }, () => ({ places: new Uint32Array(LEAST_PLACES), used: 0 }));
  }

  /** The first slot with this hash that `is` the one looked for; 0 for none. */
  find(hash: number, is: (slot: number) => boolean): number {
    const { places } = this.#shardOf(hash);
    for (let at = placeOf(hash, places); places[at] !== 0; at = behind(at, places)) {
      const slot = places[at]!;
      if (this.#hashOf(slot) === hash && is(slot)) return slot;
    }
    return 0;
  }

  /** Adds a slot whose hash is to be had already. */
  add(slot: number): void {
    const hash = this.#hashOf(slot);
    const shard = this.#shardOf(hash);
    if (shard.used + 1 > FULL * shard.places.length) this.#grow(shard);
    put(shard.places, slot, hash);
    shard.used++;
  }

  /** Takes a slot out whose hash is still to be had. */
  remove(slot: number): void {
    const hash = this.#hashOf(slot);
    const shard = this.#shardOf(hash);
    const { places } = shard;
    let hole = placeOf(hash, places);
    while (places[hole] !== slot) hole = behind(hole, places);
    shard.used--;
    // What stands behind moves up, where it may: a search must not end before it.
    for (let at = behind(hole, places); places[at] !== 0; at = behind(at, places)) {
      const home = placeOf(this.#hashOf(places[at]!), places);
      if (distance(home, at, places) < distance(hole, at, places)) continue;
      places[hole] = places[at]!;
      hole = at;
    }
    places[hole] = 0;
  }

  #grow(shard: Shard): void {
    const places = new Uint32Array(2 * shard.places.length);
    for (const slot of shard.places) if (slot !== 0) put(places, slot, this.#hashOf(slot));
    shard.places = places;
  }

  #shardOf(hash: number): Shard {
    return this.#shards[hash >>> (32 - SHARD_BITS)]!;
  }
}

function put(places: Uint32Array, slot: number, hash: number): void {
  let at = placeOf(hash, places);
  while (places[at] !== 0) at = behind(at, places);
  places[at] = slot;
}

function placeOf(hash: number, places: Uint32Array): number {
  return hash & (places.length - 1);
}

function behind(at: number, places: Uint32Array): number {
  return (at + 1) & (places.length - 1);
}

/** How many places lie from one to another, going round. */
function distance(from: number, to: number, places: Uint32Array): number {
  return (to - from) & (places.length - 1);
}
