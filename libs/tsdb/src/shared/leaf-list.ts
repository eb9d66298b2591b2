import { NO_ADDRESS, type SharedAddress, type SharedAllocator, type SharedViews } from '@narthex/bytes';
import { LEAF, WORD_BYTES } from './layout.js';

/** Items of the first leaf of a list, and of the largest: blocks of 16 bytes to 4 KiB. */
const FIRST_CAPACITY = 1;
const LAST_CAPACITY = 1021;

/** Calls `visit` with the words of every leaf in turn: the array and the range of the items in it. */
export function visitLeaves(
  views: SharedViews,
  first: SharedAddress,
  visit: (words: Uint32Array, from: number, to: number) => void,
): void {
  for (let leaf = first; leaf !== NO_ADDRESS;) {
    const words = views.words(leaf);
    const at = views.wordIndex(leaf);
    const from = at + LEAF.items;
    // Whoever sees a length sees the items that it counts, and whoever sees a leaf sees what is in it.
    visit(words, from, from + Atomics.load(words, at + LEAF.length));
    leaf = Atomics.load(words, at + LEAF.next);
  }
}

/** Where a list's first and last leaf are noted. */
export interface ListOwner {
  first: SharedAddress;
  last: SharedAddress;
}

/** A {@link ListOwner} whose notes are two words side by side in a shared block. */
export class SharedListOwner implements ListOwner {
  readonly #views: SharedViews;
  #words: Uint32Array = new Uint32Array(0);
  #index = 0;

  constructor(views: SharedViews) {
    this.#views = views;
  }

  /** Means the list noted at `address`, from word `offset` on. */
  at(address: SharedAddress, offset: number): this {
    this.#words = this.#views.words(address);
    this.#index = this.#views.wordIndex(address) + offset;
    return this;
  }

  get first(): SharedAddress {
    return this.#words[this.#index]!;
  }

  set first(leaf: SharedAddress) {
    Atomics.store(this.#words, this.#index, leaf);
  }

  get last(): SharedAddress {
    return this.#words[this.#index + 1]!;
  }

  set last(leaf: SharedAddress) {
    this.#words[this.#index + 1] = leaf;
  }
}

/**
 * A list of words in a chain of leaves, written by main and read by all. Items are added at the end; a leaf that
 * loses items is replaced by a copy, and the old one, whose `next` stays true, is retired. So readers need no lock.
 */
export class LeafLists {
  readonly #allocator: SharedAllocator;
  readonly #views: SharedViews;

  constructor(allocator: SharedAllocator) {
    this.#allocator = allocator;
    this.#views = allocator.views;
  }

  /** Adds one item of one word. */
  append(owner: ListOwner, item: number): void {
    const leaf = this.#withRoom(owner, 1);
    const words = this.#views.words(leaf);
    const at = this.#views.wordIndex(leaf);
    const length = words[at + LEAF.length]!;
    words[at + LEAF.items + length] = item;
    Atomics.store(words, at + LEAF.length, length + 1);
  }

  /** Adds one item of two words. */
  appendPair(owner: ListOwner, first: number, second: number): void {
    const leaf = this.#withRoom(owner, 2);
    const words = this.#views.words(leaf);
    const at = this.#views.wordIndex(leaf);
    const length = words[at + LEAF.length]!;
    words[at + LEAF.items + length] = first;
    words[at + LEAF.items + length + 1] = second;
    Atomics.store(words, at + LEAF.length, length + 2);
  }

  /** Drops the items, `stride` words each, that `keep` does not want. Yields after every leaf. */
  *filter(
    owner: ListOwner,
    stride: number,
    keep: (words: Uint32Array, index: number) => boolean,
  ): Generator<void> {
    let before: SharedAddress = NO_ADDRESS;
    for (let leaf = owner.first; leaf !== NO_ADDRESS;) {
      const replacement = this.#filtered(leaf, stride, keep);
      if (replacement !== leaf) this.#replace(owner, before, leaf, replacement);
      if (replacement !== NO_ADDRESS) before = replacement;
      yield;
      leaf = before === NO_ADDRESS ? owner.first : this.#next(before);
    }
  }

  /** Retires every leaf of a list that is no longer linked from anywhere. */
  retireAll(first: SharedAddress): void {
    for (let leaf = first; leaf !== NO_ADDRESS;) {
      const next = this.#next(leaf);
      this.#retire(leaf);
      leaf = next;
    }
  }

  #next(leaf: SharedAddress): SharedAddress {
    return this.#views.words(leaf)[this.#views.wordIndex(leaf) + LEAF.next]!;
  }

  #retire(leaf: SharedAddress): void {
    const capacity = this.#views.words(leaf)[this.#views.wordIndex(leaf) + LEAF.capacity]!;
    this.#allocator.retire(leaf, leafBytes(capacity));
  }

  #replace(owner: ListOwner, before: SharedAddress, leaf: SharedAddress, replacement: SharedAddress): void {
    const next = this.#next(leaf);
    if (replacement !== NO_ADDRESS) {
      this.#views.words(replacement)[this.#views.wordIndex(replacement) + LEAF.next] = next;
    }
    const following = replacement === NO_ADDRESS ? next : replacement;
    if (before === NO_ADDRESS) owner.first = following;
    else Atomics.store(this.#views.words(before), this.#views.wordIndex(before) + LEAF.next, following);
    if (owner.last === leaf) owner.last = replacement === NO_ADDRESS ? before : replacement;
    this.#retire(leaf);
  }

  /** The leaf itself when nothing goes, a smaller copy when something does, none when all goes. */
  #filtered(
    leaf: SharedAddress,
    stride: number,
    keep: (words: Uint32Array, index: number) => boolean,
  ): SharedAddress {
    const words = this.#views.words(leaf);
    const from = this.#views.wordIndex(leaf) + LEAF.items;
    const length = words[from - LEAF.items + LEAF.length]!;
    let kept = 0;
    for (let i = 0; i < length; i += stride) if (keep(words, from + i)) kept += stride;
    if (kept === length) return leaf;
    if (kept === 0) return NO_ADDRESS;
    const copy = this.#create(kept);
    const target = this.#views.words(copy);
    const at = this.#views.wordIndex(copy);
    let to = at + LEAF.items;
    for (let i = 0; i < length; i += stride) {
      if (!keep(words, from + i)) continue;
      for (let word = 0; word < stride; word++) target[to++] = words[from + i + word]!;
    }
    target[at + LEAF.length] = kept;
    return copy;
  }

  /** The last leaf, after a new one was put behind it if it was full. */
  #withRoom(owner: ListOwner, items: number): SharedAddress {
    const { last } = owner;
    if (last === NO_ADDRESS) {
      const leaf = this.#create(Math.max(FIRST_CAPACITY, items));
      owner.first = leaf;
      owner.last = leaf;
      return leaf;
    }
    const words = this.#views.words(last);
    const at = this.#views.wordIndex(last);
    const capacity = words[at + LEAF.capacity]!;
    if (words[at + LEAF.length]! + items <= capacity) return last;
    const leaf = this.#create(Math.min(2 * capacity + LEAF.items, LAST_CAPACITY));
    Atomics.store(words, at + LEAF.next, leaf);
    owner.last = leaf;
    return leaf;
  }

  #create(items: number): SharedAddress {
    let capacity = FIRST_CAPACITY;
    while (capacity < items) capacity = 2 * capacity + LEAF.items;
    const leaf = this.#allocator.allocate(leafBytes(capacity));
    const words = this.#views.words(leaf);
    const at = this.#views.wordIndex(leaf);
    words[at + LEAF.next] = NO_ADDRESS;
    words[at + LEAF.length] = 0;
    words[at + LEAF.capacity] = capacity;
    return leaf;
  }
}

function leafBytes(capacity: number): number {
  return WORD_BYTES * (LEAF.items + capacity);
}
