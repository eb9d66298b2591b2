const SMALLEST_BYTES = 4_096;

/**
 * Lends byte arrays and takes them back: bodies come again and again in about the same size, and memory outside of
 * V8's heap that is made and dropped brings full collections.
 */
export class BufferPool {
  readonly #free = new Map<number, Uint8Array[]>();
  readonly #keptBytes: number;
  #freeBytes = 0;

  /** @param keptBytes how much may lie unused */
  constructor(keptBytes: number) {
    this.#keptBytes = keptBytes;
  }

  /** An array with room for at least so many bytes, whatever is in them. */
  take(sizeBytes: number): Uint8Array {
    let size = SMALLEST_BYTES;
    while (size < sizeBytes) size *= 2;
    const buffer = this.#free.get(size)?.pop();
    if (buffer === undefined) return new Uint8Array(size);
    this.#freeBytes -= size;
    return buffer;
  }

  /** Takes back an array that {@link take} lent. */
  give(buffer: Uint8Array): void {
    const size = buffer.length;
    if (this.#freeBytes + size > this.#keptBytes) return;
    this.#freeBytes += size;
    const list = this.#free.get(size);
    if (list === undefined) this.#free.set(size, [buffer]);
    else list.push(buffer);
  }
}

/** Bytes that arrive piece by piece, in one borrowed array that grows by borrowing a larger one. */
export class GrowingBody {
  readonly #pool: BufferPool;
  #bytes: Uint8Array;
  #length = 0;

  constructor(pool: BufferPool, expectedBytes: number) {
    this.#pool = pool;
    this.#bytes = pool.take(expectedBytes);
  }

  get length(): number {
    return this.#length;
  }

  /** The array; only the first {@link length} bytes count. There is always room for one more. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  push(chunk: Uint8Array): void {
    const needed = this.#length + chunk.length + 1;
    if (needed > this.#bytes.length) {
      const larger = this.#pool.take(needed);
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#pool.give(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(chunk, this.#length);
    this.#length += chunk.length;
  }

  /** Gives the array back; it must not be looked at again. */
  release(): void {
    this.#pool.give(this.#bytes);
    this.#bytes = new Uint8Array(0);
    this.#length = 0;
  }
}
