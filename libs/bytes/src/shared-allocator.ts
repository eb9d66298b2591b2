import { type EpochTable, isEarlier } from './epoch-table.js';
import { RetireQueue } from './retire-queue.js';
import {
  GRANULE_BYTES,
  NO_ADDRESS,
  SEGMENT_BYTES,
  sharedAddress,
  SharedViews,
  type SharedAddress,
} from './shared-views.js';
import { classBytes, classFor, classWithin, SIZE_CLASS_COUNT } from './size-classes.js';

/** How many segments 32-bit addresses reach. */
const MAX_SEGMENTS = 2 ** 13;

export interface SharedAllocatorOptions {
  readonly epochs: EpochTable;
  /** Told of every new segment before an address in it is handed out, so that other threads can be. */
  readonly onSegment?: (index: number, buffer: SharedArrayBuffer) => void;
  /** Refuse to grow beyond so many segments. */
  readonly maxSegments?: number;
}

/** Thrown when the segments allowed are used up. */
export class SharedMemoryFullError extends Error {
  readonly code = 'shared_memory_full';
  override readonly name = 'SharedMemoryFullError';

  constructor(segments: number) {
    super(`all ${segments} shared segments are in use`);
  }
}

/**
 * Hands out blocks of the shared segments, in the one thread that writes. Blocks are never moved and have no
 * header: who frees one says its size. Free blocks are chained through their own first words, one chain a size
 * class, so the books cost no memory. Contents of a fresh block are whatever was there.
 */
export class SharedAllocator {
  readonly views = new SharedViews();
  readonly #buffers: SharedArrayBuffer[] = [];
  readonly #free = new Uint32Array(SIZE_CLASS_COUNT);
  readonly #retired = new RetireQueue();
  readonly #epochs: EpochTable;
  readonly #onSegment: ((index: number, buffer: SharedArrayBuffer) => void) | undefined;
  readonly #maxSegments: number;
  #bumpAt = SEGMENT_BYTES;
  #usedBytes = 0;

  constructor(options: SharedAllocatorOptions) {
    this.#epochs = options.epochs;
    this.#onSegment = options.onSegment;
    this.#maxSegments = Math.min(options.maxSegments ?? MAX_SEGMENTS, MAX_SEGMENTS);
  }

  /** The segments so far, by index: what a new thread starts with. */
  get segments(): readonly SharedArrayBuffer[] {
    return this.#buffers;
  }

  /** Bytes in blocks that are in use or retired and not yet free again. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Blocks that wait for readers. */
  get retiredCount(): number {
    return this.#retired.length;
  }

  /** A block of at least `sizeBytes`. @throws SharedMemoryFullError, RangeError above the size of a segment */
  allocate(sizeBytes: number): SharedAddress {
    const sizeClass = classFor(sizeBytes);
    const address = this.#pop(sizeClass) || this.#bump(classBytes(sizeClass));
    this.#usedBytes += classBytes(sizeClass);
    return address;
  }

  /** As {@link allocate}, with every byte 0. */
  allocateZeroed(sizeBytes: number): SharedAddress {
    const address = this.allocate(sizeBytes);
    const start = this.views.byteIndex(address);
    this.views.bytes(address).fill(0, start, start + classBytes(classFor(sizeBytes)));
    return address;
  }

  /** Gives back a block that no other thread can have seen. */
  free(address: SharedAddress, sizeBytes: number): void {
    const sizeClass = classFor(sizeBytes);
    this.#usedBytes -= classBytes(sizeClass);
    this.#push(address, sizeClass);
  }

  /** Gives back a block, already unlinked, that readers of this epoch may still look at. */
  retire(address: SharedAddress, sizeBytes: number): void {
    this.#retired.push(address, classFor(sizeBytes), this.#epochs.current);
  }

  /** Ends the epoch and frees what no reader can see any more. Cheap when nothing was retired. */
  reclaim(limit = Infinity): void {
    if (this.#retired.length === 0) return;
    if (this.#retired.newestEpoch === this.#epochs.current) this.#epochs.advance();
    const oldest = this.#epochs.oldest();
    for (let count = 0; count < limit && this.#retired.length > 0; count++) {
      if (oldest !== undefined && !isEarlier(this.#retired.headEpoch, oldest)) break;
      const sizeClass = this.#retired.headClass;
      this.#usedBytes -= classBytes(sizeClass);
      this.#push(this.#retired.headAddress, sizeClass);
      this.#retired.shift();
    }
  }

  #pop(sizeClass: number): SharedAddress {
    const address = this.#free[sizeClass]!;
    if (address !== NO_ADDRESS)
      this.#free[sizeClass] = this.views.words(address)[this.views.wordIndex(address)]!;
    return address;
  }

  #push(address: SharedAddress, sizeClass: number): void {
    this.views.words(address)[this.views.wordIndex(address)] = this.#free[sizeClass]!;
    this.#free[sizeClass] = address;
  }

  #bump(sizeBytes: number): SharedAddress {
    if (this.#bumpAt + sizeBytes > SEGMENT_BYTES) {
      const split = this.#split(sizeBytes);
      if (split !== NO_ADDRESS) return split;
      // Twice only for a block of a whole segment, which the very first segment cannot hold.
      do this.#grow();
      while (this.#bumpAt + sizeBytes > SEGMENT_BYTES);
    }
    const address = sharedAddress(this.#buffers.length - 1, this.#bumpAt / GRANULE_BYTES);
    this.#bumpAt += sizeBytes;
    return address;
  }

  /** Cuts a larger free block, before a whole new segment is taken. */
  #split(sizeBytes: number): SharedAddress {
    if (2 * sizeBytes > SEGMENT_BYTES) return NO_ADDRESS;
    for (let sizeClass = classFor(2 * sizeBytes); sizeClass < SIZE_CLASS_COUNT; sizeClass++) {
      const address = this.#pop(sizeClass);
      if (address === NO_ADDRESS) continue;
      this.#scatter(address + sizeBytes / GRANULE_BYTES, classBytes(sizeClass) - sizeBytes);
      return address;
    }
    return NO_ADDRESS;
  }

  #grow(): void {
    const index = this.#buffers.length;
    if (index >= this.#maxSegments) throw new SharedMemoryFullError(this.#maxSegments);
    if (index > 0)
      this.#scatter(sharedAddress(index - 1, this.#bumpAt / GRANULE_BYTES), SEGMENT_BYTES - this.#bumpAt);
    const buffer = new SharedArrayBuffer(SEGMENT_BYTES);
    this.#buffers.push(buffer);
    this.views.adopt(index, buffer);
    this.#onSegment?.(index, buffer);
    // Address 0 means none, so the first granule of all stays unused.
    this.#bumpAt = index === 0 ? GRANULE_BYTES : 0;
  }

  /** Puts a stretch of memory into the chains, in as few blocks as the classes allow. */
  #scatter(from: SharedAddress, sizeBytes: number): void {
    let address = from;
    for (let left = sizeBytes; left >= GRANULE_BYTES;) {
      const sizeClass = classWithin(left);
      this.#push(address, sizeClass);
      address += classBytes(sizeClass) / GRANULE_BYTES;
      left -= classBytes(sizeClass);
    }
  }
}
