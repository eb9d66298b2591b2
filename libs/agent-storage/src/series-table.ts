import { randomInt } from 'node:crypto';
import { type SharedAddress } from '@narthex/bytes';
import { LabelStore } from './label-store.js';
import { RefMap } from './ref-map.js';
import { SlotIndex } from './slot-index.js';

const PAGE_BITS = 12;
const PAGE = 1 << PAGE_BITS;

/** Series in columns, 4096 of them. */
interface Page {
  /** The number in the log; 0 where the slot is free. */
  readonly refs: Float64Array;
  readonly newestMs: Float64Array;
  readonly hashes: Uint32Array;
  /** Where the labels are; of a free slot, the next free one. */
  readonly labels: Uint32Array;
}

/**
 * The series that the agent knows: their labels, the numbers that the log has for them, and the time of the newest
 * sample of each. A series takes a slot of 24 bytes, its labels, and some bytes in two tables; there is no object of its
 * own.
 */
export class SeriesTable {
  readonly #pages: Page[] = [];
  readonly #refs = new RefMap();
  readonly #labels = new LabelStore();
  readonly #index = new SlotIndex((slot) => this.#pages[slot >>> PAGE_BITS]!.hashes[slot % PAGE]!);
  /** So that no target can choose labels that all fall into one stripe. */
  readonly #seed = randomInt(2 ** 32);
  /** Slot 0 stands for none. */
  #nextSlot = 1;
  #firstFree = 0;

  get size(): number {
    return this.#refs.size;
  }

  /** What the labels take. */
  get labelBytes(): number {
    return this.#labels.usedBytes;
  }

  /** The slot of a number of the log; 0 for none. */
  slotOf(ref: number): number {
    return this.#refs.get(ref);
  }

  /** The slot of the series with these labels; 0 for none. */
  find(labels: Uint8Array): number {
    return this.#index.find(hashBytes(labels, this.#seed), (slot) => this.#labels.is(this.#at(slot), labels));
  }

  /** Adds a series that is not there. */
  add(ref: number, labels: Uint8Array, newestMs: number): number {
    const slot = this.#takeSlot();
    const page = this.#pages[slot >>> PAGE_BITS]!;
    const at = slot % PAGE;
    page.refs[at] = ref;
    page.newestMs[at] = newestMs;
    page.hashes[at] = hashBytes(labels, this.#seed);
    page.labels[at] = this.#labels.add(labels);
    this.#refs.set(ref, slot);
    this.#index.add(slot);
    return slot;
  }

  /** Takes a series out and returns where its labels are: the caller lets go of them with {@link releaseLabels}. */
  remove(slot: number): SharedAddress {
    const page = this.#pages[slot >>> PAGE_BITS]!;
    const at = slot % PAGE;
    const labels = page.labels[at]!;
    this.#index.remove(slot);
    this.#refs.delete(page.refs[at]!);
    page.refs[at] = 0;
    page.labels[at] = this.#firstFree;
    this.#firstFree = slot;
    return labels;
  }

  /** Keeps labels that belong to no slot, until {@link releaseLabels}. */
  keepLabels(labels: Uint8Array): SharedAddress {
    return this.#labels.add(labels);
  }

  labelsAt(address: SharedAddress): Uint8Array {
    return this.#labels.get(address);
  }

  releaseLabels(address: SharedAddress): void {
    this.#labels.remove(address);
  }

  /** The labels of a slot in use, valid until the series goes. */
  labelsOf(slot: number): Uint8Array {
    return this.#labels.get(this.#at(slot));
  }

  refOf(slot: number): number {
    return this.#pages[slot >>> PAGE_BITS]!.refs[slot % PAGE]!;
  }

  newestMs(slot: number): number {
    return this.#pages[slot >>> PAGE_BITS]!.newestMs[slot % PAGE]!;
  }

  /** Notes a sample; false for one that is older than the newest. */
  advance(slot: number, timestampMs: number): boolean {
    const { newestMs } = this.#pages[slot >>> PAGE_BITS]!;
    if (timestampMs < newestMs[slot % PAGE]!) return false;
    newestMs[slot % PAGE] = timestampMs;
    return true;
  }

  /** Every slot in use, out of so many at a time. Of what changes between two of them some may show. */
  *slots(atOnce: number): Generator<readonly number[]> {
    for (let from = 1; from < this.#nextSlot; from += atOnce) {
      const slots: number[] = [];
      const to = Math.min(from + atOnce, this.#nextSlot);
      for (let slot = from; slot < to; slot++) if (this.refOf(slot) !== 0) slots.push(slot);
      yield slots;
    }
  }

  #at(slot: number): SharedAddress {
    return this.#pages[slot >>> PAGE_BITS]!.labels[slot % PAGE]!;
  }

  #takeSlot(): number {
    const free = this.#firstFree;
    if (free !== 0) {
      this.#firstFree = this.#at(free);
      return free;
    }
    const slot = this.#nextSlot++;
    if (slot >>> PAGE_BITS === this.#pages.length) {
      this.#pages.push({
        refs: new Float64Array(PAGE),
        newestMs: new Float64Array(PAGE),
        hashes: new Uint32Array(PAGE),
        labels: new Uint32Array(PAGE),
      });
    }
    return slot;
  }
}

/** FNV-1a with a seed and the finish of MurmurHash3: 32 bits. */
function hashBytes(bytes: Uint8Array, seed: number): number {
  let hash = seed ^ 0x811c9dc5;
  for (let at = 0; at < bytes.length; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
