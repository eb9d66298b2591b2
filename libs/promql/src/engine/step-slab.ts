const SLAB_BYTES = 256 * 1024;
/** Larger arrays have memory of their own. */
const MOST_SHARED_BYTES = 16 * 1024;

/** Where columns of series get their memory from; it is zeroed. */
export interface StepMemory {
  floats(count: number): Float64Array;
  bytes(count: number): Uint8Array;
}

/** Memory for the columns of one series at a time: each takes that of the one before. */
export class StepScratch implements StepMemory {
  #floats = new Float64Array(0);
  #bytes = new Uint8Array(0);

  floats(count: number): Float64Array {
    if (this.#floats.length === count) this.#floats.fill(0);
    else this.#floats = new Float64Array(count);
    return this.#floats;
  }

  bytes(count: number): Uint8Array {
    if (this.#bytes.length === count) this.#bytes.fill(0);
    else this.#bytes = new Uint8Array(count);
    return this.#bytes;
  }
}

/**
 * Memory for the columns of many series: an array that stands in a buffer with others costs the garbage collector
 * much less than one with a buffer of its own. A buffer lives as long as any array in it, so those of one slab should
 * go out of use together, as those of one operator do.
 */
export class StepSlab implements StepMemory {
  #buffer = new ArrayBuffer(0);
  #used = 0;

  floats(count: number): Float64Array {
    const bytes = count * Float64Array.BYTES_PER_ELEMENT;
    if (bytes > MOST_SHARED_BYTES) return new Float64Array(count);
    const at = this.#take(bytes);
    return new Float64Array(this.#buffer, at, count);
  }

  bytes(count: number): Uint8Array {
    if (count > MOST_SHARED_BYTES) return new Uint8Array(count);
    const at = this.#take(count);
    return new Uint8Array(this.#buffer, at, count);
  }

  /** Zeroed bytes from a multiple of eight on. */
  #take(bytes: number): number {
    if (this.#used + bytes > this.#buffer.byteLength) {
      // The first buffers are small: many queries have a few series only.
      const size = Math.min(SLAB_BYTES, Math.max(4 * bytes, 4 * this.#buffer.byteLength));
      this.#buffer = new ArrayBuffer(size);
      this.#used = 0;
    }
    const at = this.#used;
    this.#used = (at + bytes + 7) & ~7;
    return at;
  }
}
