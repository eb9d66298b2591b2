/** Size of one shared segment. Growable buffers would be many times slower to access, so there are many fixed ones. */
export const SEGMENT_BYTES = 1 << 22;

/** Addresses count granules of eight bytes, so that 32 bits reach 32 GiB and every block is aligned for a double. */
export const GRANULE_BYTES = 8;
const GRANULE_BITS = 19;
const OFFSET_MASK = (1 << GRANULE_BITS) - 1;

/** Where a block begins: the segment's index in the upper 13 bits, the granule in the lower 19. 0 is no address. */
export type SharedAddress = number;

export const NO_ADDRESS: SharedAddress = 0;

/** Thrown when an address points into a segment this thread has not got and cannot get. */
export class MissingSegmentError extends Error {
  readonly code = 'missing_segment';
  override readonly name = 'MissingSegmentError';

  constructor(segment: number) {
    super(`shared segment ${segment} is not known in this thread`);
  }
}

export interface SharedViewsOptions {
  /** Called when an address is met whose segment is not there: should {@link SharedViews.adopt} it. */
  readonly onMissing?: (segment: number) => void;
}

/**
 * One thread's typed arrays over the shared segments. A segment is met by its index; views are made once. Take an
 * array and an index together: `views.words(a)[views.wordIndex(a) + 3]`.
 */
export class SharedViews {
  readonly #words: (Uint32Array | undefined)[] = [];
  readonly #bytes: (Uint8Array | undefined)[] = [];
  readonly #doubles: (Float64Array | undefined)[] = [];
  readonly #onMissing: ((segment: number) => void) | undefined;

  constructor(options: SharedViewsOptions = {}) {
    this.#onMissing = options.onMissing;
  }

  /** Makes a segment known under its index. */
  adopt(segment: number, buffer: SharedArrayBuffer): void {
    // Holes would turn the arrays into slow ones.
    while (this.#words.length <= segment) {
      this.#words.push(undefined);
      this.#bytes.push(undefined);
      this.#doubles.push(undefined);
    }
    this.#words[segment] = new Uint32Array(buffer);
    this.#bytes[segment] = new Uint8Array(buffer);
    this.#doubles[segment] = new Float64Array(buffer);
  }

  /** The array of 32-bit words in which the block lies. */
  words(address: SharedAddress): Uint32Array {
    return this.#words[address >>> GRANULE_BITS] ?? this.#fetch(this.#words, address);
  }

  /** The index of the block's first word in {@link words}. */
  wordIndex(address: SharedAddress): number {
    return (address & OFFSET_MASK) << 1;
  }

  bytes(address: SharedAddress): Uint8Array {
    return this.#bytes[address >>> GRANULE_BITS] ?? this.#fetch(this.#bytes, address);
  }

  byteIndex(address: SharedAddress): number {
    return (address & OFFSET_MASK) << 3;
  }

  doubles(address: SharedAddress): Float64Array {
    return this.#doubles[address >>> GRANULE_BITS] ?? this.#fetch(this.#doubles, address);
  }

  doubleIndex(address: SharedAddress): number {
    return address & OFFSET_MASK;
  }

  #fetch<T>(views: (T | undefined)[], address: SharedAddress): T {
    const segment = address >>> GRANULE_BITS;
    this.#onMissing?.(segment);
    const view = views[segment];
    if (view === undefined) throw new MissingSegmentError(segment);
    return view;
  }
}

/** The address of a granule of a segment. */
export function sharedAddress(segment: number, granule: number): SharedAddress {
  return ((segment << GRANULE_BITS) | granule) >>> 0;
}
