import {
  isEarlier,
  NO_ADDRESS,
  type SharedAddress,
  type SharedAllocator,
  type SharedViews,
} from '@narthex/bytes';
import { type FileReferences } from '../head/file-references.js';
import { retirePieces } from '../head/chunk-memory.js';
import { ENTRY, OOO, WORD_BYTES } from '../shared/layout.js';

const ENTRY_BYTES = ENTRY.words * WORD_BYTES;

/** What an entry says about its chunk. */
export interface OooEntry {
  /** The chunk's number among all of the head. */
  readonly sequence: number;
  /** The first piece, or where the data begin in the file. */
  readonly chunk: number;
  /** 0 while the chunk is in memory. */
  readonly file: number;
  readonly sizeBytes: number;
  readonly sampleCount: number;
  readonly encoding: number;
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
}

/**
 * The chains of full out-of-order chunks, by the address of their blocks. Every method that changes something must run
 * inside a publication window.
 */
export class OooEntries {
  readonly #allocator: SharedAllocator;
  readonly #views: SharedViews;
  readonly #files: FileReferences;

  constructor(allocator: SharedAllocator, files: FileReferences) {
    this.#allocator = allocator;
    this.#views = allocator.views;
    this.#files = files;
  }

  /** Puts a chunk behind the others. */
  add(block: SharedAddress, added: OooEntry): void {
    const words = this.#views.words(block);
    const at = this.#views.wordIndex(block);
    const entry = this.#create(added);
    if (words[at + OOO.entryCount] === 0) words[at + OOO.firstEntry] = entry;
    else this.#setNext(words[at + OOO.lastEntry]!, entry);
    words[at + OOO.lastEntry] = entry;
    words[at + OOO.entryCount]!++;
    if (added.file !== 0) this.#files.add(added.file);
  }

  /**
   * Says that a chunk is in a file now. A new entry takes the place of the old one, which views that are open go on
   * using together with its pieces.
   */
  moveToFile(block: SharedAddress, sequence: number, file: number, dataOffset: number): void {
    const words = this.#views.words(block);
    const at = this.#views.wordIndex(block);
    let before: SharedAddress = NO_ADDRESS;
    let entry = words[at + OOO.firstEntry]!;
    for (let left = words[at + OOO.entryCount]!; left > 0; left--) {
      if (this.#word(entry, ENTRY.first) === sequence >>> 0) break;
      before = entry;
      entry = left === 1 ? NO_ADDRESS : this.#word(entry, ENTRY.next);
    }
    if (entry === NO_ADDRESS || this.#word(entry, ENTRY.file) !== 0) return;
    const moved = this.#allocator.allocate(ENTRY_BYTES);
    const to = this.#views.words(moved);
    const e = this.#views.wordIndex(moved);
    for (let word = 0; word < ENTRY.words; word++) to[e + word] = this.#word(entry, word);
    to[e + ENTRY.chunk] = dataOffset;
    to[e + ENTRY.file] = file;
    if (before === NO_ADDRESS) Atomics.store(words, at + OOO.firstEntry, moved);
    else this.#setNext(before, moved);
    if (words[at + OOO.lastEntry] === entry) words[at + OOO.lastEntry] = moved;
    this.#files.add(file);
    retirePieces(this.#allocator, this.#word(entry, ENTRY.chunk), this.#word(entry, ENTRY.sizeBytes));
    this.#allocator.retire(entry, ENTRY_BYTES);
  }

  /** Drops the chunks with numbers below one. How many. */
  dropBelow(block: SharedAddress, floor: number): number {
    const words = this.#views.words(block);
    const at = this.#views.wordIndex(block);
    let dropped = 0;
    while (words[at + OOO.entryCount]! > 0) {
      const entry = words[at + OOO.firstEntry]!;
      if (!isEarlier(this.#word(entry, ENTRY.first), floor)) break;
      words[at + OOO.firstEntry] = this.#word(entry, ENTRY.next);
      words[at + OOO.entryCount]!--;
      if (words[at + OOO.entryCountBefore]! > 0) words[at + OOO.entryCountBefore]!--;
      this.#retire(entry);
      dropped++;
    }
    return dropped;
  }

  /** Drops the chunks behind the first so many. How many. */
  dropBehind(block: SharedAddress, kept: number): number {
    const words = this.#views.words(block);
    const at = this.#views.wordIndex(block);
    let entry = words[at + OOO.firstEntry]!;
    const dropped = words[at + OOO.entryCount]! - kept;
    for (let i = 0; i < kept + dropped; i++) {
      const next = this.#word(entry, ENTRY.next);
      if (i === kept - 1) words[at + OOO.lastEntry] = entry;
      if (i >= kept) this.#retire(entry);
      entry = next;
    }
    words[at + OOO.entryCount] = kept;
    if (kept === 0) words[at + OOO.firstEntry] = NO_ADDRESS;
    return dropped;
  }

  /** The times of the chunks, one after the other. */
  visitTimes(block: SharedAddress, visit: (minTimeMs: number, maxTimeMs: number) => void): void {
    const words = this.#views.words(block);
    const at = this.#views.wordIndex(block);
    let entry = words[at + OOO.firstEntry]!;
    for (let left = words[at + OOO.entryCount]!; left > 0; left--) {
      const doubles = this.#views.doubles(entry);
      const d = this.#views.doubleIndex(entry);
      visit(doubles[d + (ENTRY.minTime >>> 1)]!, doubles[d + (ENTRY.maxTime >>> 1)]!);
      entry = this.#word(entry, ENTRY.next);
    }
  }

  #create(added: OooEntry): SharedAddress {
    const entry = this.#allocator.allocate(ENTRY_BYTES);
    const to = this.#views.words(entry);
    const e = this.#views.wordIndex(entry);
    to[e + ENTRY.next] = NO_ADDRESS;
    to[e + ENTRY.chunk] = added.chunk;
    to[e + ENTRY.sizeBytes] = added.sizeBytes;
    to[e + ENTRY.countAndEncoding] = added.sampleCount | (added.encoding << 16);
    to[e + ENTRY.first] = added.sequence;
    to[e + ENTRY.file] = added.file;
    const doubles = this.#views.doubles(entry);
    const d = this.#views.doubleIndex(entry);
    doubles[d + (ENTRY.minTime >>> 1)] = added.minTimeMs;
    doubles[d + (ENTRY.maxTime >>> 1)] = added.maxTimeMs;
    return entry;
  }

  #retire(entry: SharedAddress): void {
    const file = this.#word(entry, ENTRY.file);
    if (file !== 0) this.#files.release(file);
    else retirePieces(this.#allocator, this.#word(entry, ENTRY.chunk), this.#word(entry, ENTRY.sizeBytes));
    this.#allocator.retire(entry, ENTRY_BYTES);
  }

  #setNext(entry: SharedAddress, next: SharedAddress): void {
    Atomics.store(this.#views.words(entry), this.#views.wordIndex(entry) + ENTRY.next, next);
  }

  #word(address: SharedAddress, word: number): number {
    return this.#views.words(address)[this.#views.wordIndex(address) + word]!;
  }
}
