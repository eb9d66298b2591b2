import { NO_ADDRESS, type SharedAddress, type SharedAllocator, type SharedViews } from '@narthex/bytes';
import { ENTRY, ROW, WORD_BYTES } from '../shared/layout.js';
import { retirePieces } from './chunk-memory.js';
import { type SeriesStore } from './series-store.js';

const ENTRY_BYTES = ENTRY.words * WORD_BYTES;

/** A full chunk that is in a file. */
export interface DiskChunk {
  readonly file: number;
  /** Where its data begin. */
  readonly dataOffset: number;
  readonly sizeBytes: number;
  readonly sampleCount: number;
  readonly encoding: number;
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
}

/** A full chunk of a row, in memory still. */
export interface UnwrittenChunk {
  readonly entry: SharedAddress;
  /** The series' count at which it begins, which tells it from others that stood at the same address. */
  readonly first: number;
  /** The first piece. */
  readonly pieces: SharedAddress;
  readonly sizeBytes: number;
  readonly sampleCount: number;
  readonly encoding: number;
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
}

/**
 * Changes the chains of full chunks: from memory to files, and back from files at a start. Every method that changes
 * a row must run inside a publication window.
 */
export class ChunkEntries {
  readonly #allocator: SharedAllocator;
  readonly #views: SharedViews;
  readonly #store: SeriesStore;

  constructor(allocator: SharedAllocator, store: SeriesStore) {
    this.#allocator = allocator;
    this.#views = allocator.views;
    this.#store = store;
  }

  /** True when the row has full chunks in memory. */
  hasUnwritten(row: SharedAddress): boolean {
    return this.#word(row, ROW.unwritten) > 0;
  }

  /** The full chunks of a row that are in memory, oldest first. */
  *unwritten(row: SharedAddress): Generator<UnwrittenChunk> {
    const words = this.#views.words(row);
    const at = this.#views.wordIndex(row);
    let left = words[at + ROW.unwritten]!;
    for (let entry = words[at + ROW.firstEntry]!; left > 0; entry = this.#word(entry, ENTRY.next)) {
      if (this.#word(entry, ENTRY.file) !== 0) continue;
      left--;
      const countAndEncoding = this.#word(entry, ENTRY.countAndEncoding);
      yield {
        entry,
        first: this.#word(entry, ENTRY.first),
        pieces: this.#word(entry, ENTRY.chunk),
        sizeBytes: this.#word(entry, ENTRY.sizeBytes),
        sampleCount: countAndEncoding & 0xffff,
        encoding: countAndEncoding >>> 16,
        minTimeMs: this.#double(entry, ENTRY.minTime),
        maxTimeMs: this.#double(entry, ENTRY.maxTime),
      };
    }
  }

  /**
   * Says that a chunk of {@link unwritten} is in a file now. False when the row has it no more. A new entry takes the
   * place of the old one, which views that are open go on using together with its pieces.
   */
  moveToFile(row: SharedAddress, chunk: UnwrittenChunk, file: number, dataOffset: number): boolean {
    const words = this.#views.words(row);
    const at = this.#views.wordIndex(row);
    let before: SharedAddress = NO_ADDRESS;
    let entry = words[at + ROW.firstEntry]!;
    for (let left = words[at + ROW.entryCount]!; ; left--) {
      if (left === 0) return false;
      if (entry === chunk.entry) break;
      before = entry;
      entry = this.#word(entry, ENTRY.next);
    }
    if (this.#word(entry, ENTRY.first) !== chunk.first || this.#word(entry, ENTRY.file) !== 0) return false;
    const moved = this.#allocator.allocate(ENTRY_BYTES);
    const to = this.#views.words(moved);
    const e = this.#views.wordIndex(moved);
    const from = this.#views.words(entry);
    const o = this.#views.wordIndex(entry);
    for (let word = 0; word < ENTRY.words; word++) to[e + word] = from[o + word]!;
    to[e + ENTRY.chunk] = dataOffset;
    to[e + ENTRY.file] = file;
    this.#link(words, at, before, moved);
    if (words[at + ROW.lastEntry] === entry) words[at + ROW.lastEntry] = moved;
    words[at + ROW.unwritten]!--;
    this.#store.unwritten--;
    this.#store.files.add(file);
    retirePieces(this.#allocator, chunk.pieces, chunk.sizeBytes);
    this.#allocator.retire(entry, ENTRY_BYTES);
    return true;
  }

  /**
   * Gives a row chunks that were found in files, in order of time. Where the row has chunks already, because its
   * series had another number before or was in a snapshot, all are put in order; of two that overlap the one given
   * now stays. For the start only, when nobody reads. The number of chunks that were there and had to go.
   */
  restore(row: SharedAddress, chunks: readonly DiskChunk[], commit: number): number {
    if (chunks.length === 0) return 0;
    const words = this.#views.words(row);
    const at = this.#views.wordIndex(row);
    const isOpen = words[at + ROW.open] !== NO_ADDRESS;
    const staysOpen = isOpen && this.#double(row, ROW.openMinTime) > chunks.at(-1)!.maxTimeMs;
    if (!staysOpen) this.#store.seal(row);
    const openCount = (words[at + ROW.count]! - words[at + ROW.openFirst]!) >>> 0;
    const present: SharedAddress[] = [];
    for (let entry = words[at + ROW.firstEntry]!, left = words[at + ROW.entryCount]!; left > 0; left--) {
      present.push(entry);
      entry = this.#word(entry, ENTRY.next);
    }
    const kept = present.filter((entry) => {
      const minTimeMs = this.#double(entry, ENTRY.minTime);
      const maxTimeMs = this.#double(entry, ENTRY.maxTime);
      const stays = !chunks.some((chunk) => chunk.minTimeMs <= maxTimeMs && chunk.maxTimeMs >= minTimeMs);
      if (!stays) this.#drop(words, at, entry);
      return stays;
    });
    for (const chunk of chunks) kept.push(this.#add(chunk));
    kept.sort((a, b) => this.#double(a, ENTRY.minTime) - this.#double(b, ENTRY.minTime));
    let count = 0;
    let before: SharedAddress = NO_ADDRESS;
    for (const entry of kept) {
      const to = this.#views.words(entry);
      const e = this.#views.wordIndex(entry);
      to[e + ENTRY.first] = count;
      count += to[e + ENTRY.countAndEncoding]! & 0xffff;
      this.#link(words, at, before, entry);
      before = entry;
    }
    this.#views.words(before)[this.#views.wordIndex(before) + ENTRY.next] = NO_ADDRESS;
    words[at + ROW.lastEntry] = before;
    words[at + ROW.entryCount] = kept.length;
    words[at + ROW.commit] = commit;
    words[at + ROW.commitBefore] = commit;
    words[at + ROW.openFirst] = count;
    words[at + ROW.count] = count + openCount;
    words[at + ROW.countBefore] = count + openCount;
    if (!staysOpen) {
      const doubles = this.#views.doubles(row);
      doubles[this.#views.doubleIndex(row) + (ROW.lastTime >>> 1)] = this.#double(before, ENTRY.maxTime);
    }
    return present.length + chunks.length - kept.length;
  }

  /** Makes an entry the one behind another, or the first. It is whole before any reader can come to it. */
  #link(words: Uint32Array, at: number, before: SharedAddress, entry: SharedAddress): void {
    if (before === NO_ADDRESS) Atomics.store(words, at + ROW.firstEntry, entry);
    else Atomics.store(this.#views.words(before), this.#views.wordIndex(before) + ENTRY.next, entry);
  }

  #add({
    file,
    dataOffset,
    sizeBytes,
    sampleCount,
    encoding,
    minTimeMs,
    maxTimeMs,
  }: DiskChunk): SharedAddress {
    const entry = this.#allocator.allocate(ENTRY_BYTES);
    const words = this.#views.words(entry);
    const e = this.#views.wordIndex(entry);
    words[e + ENTRY.next] = NO_ADDRESS;
    words[e + ENTRY.chunk] = dataOffset;
    words[e + ENTRY.sizeBytes] = sizeBytes;
    words[e + ENTRY.countAndEncoding] = (sampleCount & 0xffff) | (encoding << 16);
    words[e + ENTRY.file] = file;
    const doubles = this.#views.doubles(entry);
    const d = this.#views.doubleIndex(entry);
    doubles[d + (ENTRY.minTime >>> 1)] = minTimeMs;
    doubles[d + (ENTRY.maxTime >>> 1)] = maxTimeMs;
    this.#store.files.add(file);
    this.#store.chunkCount++;
    this.#store.chunksCreated++;
    return entry;
  }

  #drop(words: Uint32Array, at: number, entry: SharedAddress): void {
    const file = this.#word(entry, ENTRY.file);
    if (file === 0) {
      retirePieces(this.#allocator, this.#word(entry, ENTRY.chunk), this.#word(entry, ENTRY.sizeBytes));
      words[at + ROW.unwritten]!--;
      this.#store.unwritten--;
    } else {
      this.#store.files.release(file);
    }
    this.#store.chunkCount--;
    this.#store.chunksRemoved++;
    this.#allocator.retire(entry, ENTRY_BYTES);
  }

  #word(address: SharedAddress, word: number): number {
    return this.#views.words(address)[this.#views.wordIndex(address) + word]!;
  }

  #double(address: SharedAddress, word: number): number {
    return this.#views.doubles(address)[this.#views.doubleIndex(address) + (word >>> 1)]!;
  }
}
