import { EpochTable, NO_ADDRESS, type SharedAddress, SharedAllocator, SEGMENT_BYTES } from '@narthex/bytes';

const LENGTH_BYTES = 4;

/** The most bytes that the labels of a series may take; a block has to fit a segment. */
export const MAX_LABEL_BYTES = SEGMENT_BYTES / 2;

/** Keeps the labels of series as bytes, in blocks of large segments. An address is a number of 32 bits, never 0. */
export class LabelStore {
  readonly #allocator = new SharedAllocator({ epochs: EpochTable.create(0) });

  /** Bytes in blocks that are in use. */
  get usedBytes(): number {
    return this.#allocator.usedBytes;
  }

  add(labels: Uint8Array): SharedAddress {
    const address = this.#allocator.allocate(LENGTH_BYTES + labels.length);
    const { views } = this.#allocator;
    views.words(address)[views.wordIndex(address)] = labels.length;
    views.bytes(address).set(labels, views.byteIndex(address) + LENGTH_BYTES);
    return address;
  }

  /** A view of the bytes, valid until {@link remove}. */
  get(address: SharedAddress): Uint8Array {
    const start = this.#allocator.views.byteIndex(address) + LENGTH_BYTES;
    return this.#allocator.views.bytes(address).subarray(start, start + this.#lengthOf(address));
  }

  is(address: SharedAddress, labels: Uint8Array): boolean {
    const { length } = labels;
    if (this.#lengthOf(address) !== length) return false;
    const bytes = this.#allocator.views.bytes(address);
    const start = this.#allocator.views.byteIndex(address) + LENGTH_BYTES;
    for (let at = 0; at < length; at++) if (bytes[start + at] !== labels[at]) return false;
    return true;
  }

  remove(address: SharedAddress): void {
    if (address !== NO_ADDRESS) this.#allocator.free(address, LENGTH_BYTES + this.#lengthOf(address));
  }

  #lengthOf(address: SharedAddress): number {
    const { views } = this.#allocator;
    return views.words(address)[views.wordIndex(address)]!;
  }
}
