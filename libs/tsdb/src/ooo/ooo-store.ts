import { NO_ADDRESS, type SharedAddress, type SharedAllocator, type SharedViews } from '@narthex/bytes';
import { type ChunkEncoding, type ChunkRead } from '@narthex/storage';
import { type DiskChunk } from '../head/chunk-entries.js';
import { type FileReferences } from '../head/file-references.js';
import { storeChunk } from '../head/piece-writer.js';
import { OOO, OOO_SAMPLE, ROW, WORD_BYTES } from '../shared/layout.js';
import { bufferedChunks } from './ooo-chunks.js';
import { OooEntries } from './ooo-entries.js';
import { TouchedRanges } from './touched-ranges.js';

/** How many samples make an out-of-order chunk (Prometheus's `OutOfOrderCapMax`). */
export const SAMPLES_PER_OOO_CHUNK = 32;
const FIRST_CAPACITY = 4;
const OOO_BYTES = OOO.words * WORD_BYTES;
const SAMPLE_BYTES = OOO_SAMPLE.words * WORD_BYTES;

/** Blocks to be given back once the commit that let go of them is sure. */
interface Retired {
  readonly address: SharedAddress;
  readonly sizeBytes: number;
}

/** A chunk that became full. */
export interface CutChunk extends ChunkRead {
  /** Its number among all of the head. */
  readonly sequence: number;
}

/**
 * Out-of-order samples of single series, by the address of their rows and of their blocks. Every method that changes
 * something must run inside a publication window.
 */
export class OooStore {
  /** Chunks there are now, full ones and buffers. */
  chunkCount = 0;
  chunksCreated = 0;
  chunksRemoved = 0;
  /** The times of all samples, as far as is known: wider where some are gone. */
  minTimeMs = Infinity;
  maxTimeMs = -Infinity;
  /** No sample that the log holds is earlier: those that are in blocks by now too, until their segments go. */
  loggedMinTimeMs = Infinity;
  #loggedSinceSegmentMs = Infinity;
  /** The number that the next full chunk gets. */
  nextSequence = 1;
  readonly entries: OooEntries;
  /** Where the samples are, for the blocks to be made of them. */
  readonly ranges: TouchedRanges;
  readonly #allocator: SharedAllocator;
  readonly #views: SharedViews;
  #retired: Retired[] | undefined;
  #chunksAtBegin = 0;

  /**
   * @param files where it is noted which files hold chunks
   * @param rangeMs how long blocks are
   */
  constructor(allocator: SharedAllocator, files: FileReferences, rangeMs: number) {
    this.ranges = new TouchedRanges(rangeMs);
    this.#allocator = allocator;
    this.#views = allocator.views;
    this.entries = new OooEntries(allocator, files);
  }

  /** The series' block; 0 when it has nothing out of order. */
  block(row: SharedAddress): SharedAddress {
    return this.#views.words(row)[this.#views.wordIndex(row) + ROW.ooo]!;
  }

  /** The series' block, made when there is none. */
  ensureBlock(row: SharedAddress): SharedAddress {
    const known = this.block(row);
    if (known !== NO_ADDRESS) return known;
    const block = this.#allocator.allocateZeroed(OOO_BYTES);
    this.#views.words(row)[this.#views.wordIndex(row) + ROW.ooo] = block;
    return block;
  }

  /** What is let go of from here on is kept until {@link settle} or {@link undo}. */
  begin(): void {
    this.#retired = [];
    this.#chunksAtBegin = this.chunkCount;
  }

  /** What was let go of since {@link begin} may go. */
  settle(): void {
    for (const { address, sizeBytes } of this.#retired ?? []) this.#allocator.retire(address, sizeBytes);
    this.#retired = undefined;
  }

  /** Takes back what a commit has done to these blocks, all that it has touched. */
  undo(blocks: readonly SharedAddress[]): void {
    const retired = this.#retired ?? [];
    this.#retired = undefined;
    const kept = new Set<SharedAddress>();
    for (const block of blocks) this.#undoBlock(block, retired, kept);
    for (const { address, sizeBytes } of retired) {
      if (!kept.has(address)) this.#allocator.retire(address, sizeBytes);
    }
    this.chunkCount = this.#chunksAtBegin;
  }

  #undoBlock(block: SharedAddress, retired: readonly Retired[], kept: Set<SharedAddress>): void {
    const words = this.#views.words(block);
    const at = this.#views.wordIndex(block);
    const before = words[at + OOO.bufferBefore]!;
    const count = words[at + OOO.bufferedBefore]!;
    kept.add(before);
    this.#eachHistogram(before, count, (address) => kept.add(address));
    this.#eachHistogram(words[at + OOO.buffer]!, words[at + OOO.buffered]!, (address, sizeBytes) => {
      if (!kept.has(address)) this.#allocator.retire(address, sizeBytes);
    });
    if (words[at + OOO.buffer] !== before) {
      this.#retireArray(words, at);
      words[at + OOO.buffer] = before;
      const sizeBytes = retired.find(({ address }) => address === before)?.sizeBytes ?? 0;
      words[at + OOO.capacity] = sizeBytes / SAMPLE_BYTES;
    }
    words[at + OOO.buffered] = count;
    this.chunksRemoved += this.entries.dropBehind(block, words[at + OOO.entryCountBefore]!);
    words[at + OOO.commit] = words[at + OOO.commitBefore]!;
  }

  /** Notes what a block holds as what it held before a commit. True the first time in the commit. */
  beginCommit(block: SharedAddress, commit: number): boolean {
    const words = this.#views.words(block);
    const at = this.#views.wordIndex(block);
    if ((words[at + OOO.commit]! | 0) === commit) return false;
    words[at + OOO.commitBefore] = words[at + OOO.commit]!;
    words[at + OOO.commit] = commit;
    words[at + OOO.bufferBefore] = words[at + OOO.buffer]!;
    words[at + OOO.bufferedBefore] = words[at + OOO.buffered]!;
    words[at + OOO.entryCountBefore] = words[at + OOO.entryCount]!;
    return true;
  }

  /** Samples in the buffer. */
  buffered(block: SharedAddress): number {
    return this.#views.words(block)[this.#views.wordIndex(block) + OOO.buffered]!;
  }

  /**
   * Adds a sample as part of a commit that has begun on the block, whose buffer is not full. False, and nothing done,
   * when the buffer holds one of the same time.
   */
  insertFloat(block: SharedAddress, timestampMs: number, high: number, low: number): boolean {
    const at = this.#insert(block, timestampMs);
    if (at === undefined) return false;
    const samples = this.#views.words(this.#bufferOf(block));
    samples[at + OOO_SAMPLE.value] = low;
    samples[at + OOO_SAMPLE.value + 1] = high;
    samples[at + OOO_SAMPLE.encoding] = 0;
    return true;
  }

  /** As {@link insertFloat}, of a histogram, given as a chunk that holds it alone. */
  insertChunk(
    block: SharedAddress,
    timestampMs: number,
    encoding: ChunkEncoding,
    chunk: Uint8Array,
  ): boolean {
    const at = this.#insert(block, timestampMs);
    if (at === undefined) return false;
    const kept = this.#allocator.allocate(chunk.length);
    this.#views.bytes(kept).set(chunk, this.#views.byteIndex(kept));
    const samples = this.#views.words(this.#bufferOf(block));
    samples[at + OOO_SAMPLE.value] = kept;
    samples[at + OOO_SAMPLE.value + 1] = chunk.length;
    samples[at + OOO_SAMPLE.encoding] = encoding;
    return true;
  }

  #bufferOf(block: SharedAddress): SharedAddress {
    return this.#views.words(block)[this.#views.wordIndex(block) + OOO.buffer]!;
  }

  /** Makes a place for a sample and returns the index of its words; undefined when there is one of the same time. */
  #insert(block: SharedAddress, timestampMs: number): number | undefined {
    this.#noteLogged(timestampMs);
    this.ranges.add(timestampMs);
    const words = this.#views.words(block);
    const at = this.#views.wordIndex(block);
    const count = words[at + OOO.buffered]!;
    if (this.#hasTime(words[at + OOO.buffer]!, count, timestampMs)) return undefined;
    if (count === words[at + OOO.capacity]) this.#growBuffer(words, at);
    const buffer = words[at + OOO.buffer]!;
    const place = OOO_SAMPLE.words * count;
    this.#views.doubles(buffer)[this.#views.doubleIndex(buffer) + (place >>> 1)] = timestampMs;
    words[at + OOO.buffered] = count + 1;
    if (count === 0) this.#countCreated();
    this.widen(timestampMs, timestampMs);
    return this.#views.wordIndex(buffer) + place;
  }

  /** Makes a full chunk of the buffer, which is empty then: more than one where their kinds differ. */
  cut(block: SharedAddress): readonly CutChunk[] {
    const words = this.#views.words(block);
    const at = this.#views.wordIndex(block);
    const count = words[at + OOO.buffered]!;
    if (count === 0) return [];
    const chunks = bufferedChunks(this.#views, words[at + OOO.buffer]!, count).map((chunk) => ({
      ...chunk,
      sequence: this.nextSequence++,
    }));
    for (const chunk of chunks) {
      const { first } = storeChunk(this.#allocator, chunk.bytes);
      this.entries.add(block, { ...chunk, chunk: first, file: 0, sizeBytes: chunk.bytes.length });
    }
    this.chunkCount += chunks.length - 1;
    this.chunksCreated += chunks.length - 1;
    this.#dropBuffer(words, at);
    return chunks;
  }

  /** Gives a series a full chunk that was found in a file, in place of what is being collected. For the start. */
  restore(block: SharedAddress, { dataOffset, ...chunk }: DiskChunk): void {
    const words = this.#views.words(block);
    const at = this.#views.wordIndex(block);
    if (words[at + OOO.buffered]! > 0) this.#dropBuffer(words, at);
    else this.#countCreated();
    this.entries.add(block, { ...chunk, chunk: dataOffset, sequence: this.nextSequence++ });
    this.widen(chunk.minTimeMs, chunk.maxTimeMs);
    this.#noteLogged(chunk.minTimeMs);
    this.ranges.addSpan(chunk.minTimeMs, chunk.maxTimeMs);
  }

  /**
   * Drops the full chunks with numbers below one; nobody may see them any more. The block goes with the last of what
   * it held. True when the series has nothing out of order now.
   */
  truncate(row: SharedAddress, floor: number): boolean {
    const block = this.block(row);
    if (block === NO_ADDRESS) return true;
    const words = this.#views.words(block);
    const at = this.#views.wordIndex(block);
    const dropped = this.entries.dropBelow(block, floor);
    this.chunkCount -= dropped;
    this.chunksRemoved += dropped;
    if (words[at + OOO.entryCount]! > 0 || words[at + OOO.buffered]! > 0) return false;
    this.#retireArray(words, at);
    this.#views.words(row)[this.#views.wordIndex(row) + ROW.ooo] = NO_ADDRESS;
    this.#allocator.retire(block, OOO_BYTES);
    return true;
  }

  /** The times of a series' full chunks and buffer, given one after the other. */
  visitTimes(block: SharedAddress, visit: (minTimeMs: number, maxTimeMs: number) => void): void {
    this.entries.visitTimes(block, visit);
    const words = this.#views.words(block);
    const at = this.#views.wordIndex(block);
    const buffer = words[at + OOO.buffer]!;
    for (let i = 0; i < words[at + OOO.buffered]!; i++) {
      const timestampMs = this.#sampleTime(buffer, i);
      visit(timestampMs, timestampMs);
    }
  }

  /** The log begins a segment with what comes next. */
  segmentBegins(): void {
    this.#loggedSinceSegmentMs = Infinity;
  }

  /** The log holds nothing any more from before that segment. */
  segmentsDropped(): void {
    this.loggedMinTimeMs = this.#loggedSinceSegmentMs;
  }

  #noteLogged(timestampMs: number): void {
    this.loggedMinTimeMs = Math.min(this.loggedMinTimeMs, timestampMs);
    this.#loggedSinceSegmentMs = Math.min(this.#loggedSinceSegmentMs, timestampMs);
  }

  /** Forgets all times: those that are left are to be taken into account again. */
  forgetTimes(): void {
    this.minTimeMs = Infinity;
    this.maxTimeMs = -Infinity;
  }

  /** Takes times into account. */
  widen(minTimeMs: number, maxTimeMs: number): void {
    if (minTimeMs < this.minTimeMs) this.minTimeMs = minTimeMs;
    if (maxTimeMs > this.maxTimeMs) this.maxTimeMs = maxTimeMs;
  }

  #sampleTime(buffer: SharedAddress, place: number): number {
    return this.#views.doubles(buffer)[this.#views.doubleIndex(buffer) + (OOO_SAMPLE.words >>> 1) * place]!;
  }

  #hasTime(buffer: SharedAddress, count: number, timestampMs: number): boolean {
    for (let i = 0; i < count; i++) if (this.#sampleTime(buffer, i) === timestampMs) return true;
    return false;
  }

  #growBuffer(words: Uint32Array, at: number): void {
    const count = words[at + OOO.buffered]!;
    const capacity = Math.min(Math.max(FIRST_CAPACITY, 2 * count), SAMPLES_PER_OOO_CHUNK);
    const grown = this.#allocator.allocate(capacity * SAMPLE_BYTES);
    if (count > 0) {
      const from = this.#views.wordIndex(words[at + OOO.buffer]!);
      const samples = this.#views
        .words(words[at + OOO.buffer]!)
        .subarray(from, from + OOO_SAMPLE.words * count);
      this.#views.words(grown).set(samples, this.#views.wordIndex(grown));
    }
    this.#retireArray(words, at);
    words[at + OOO.buffer] = grown;
    words[at + OOO.capacity] = capacity;
  }

  /** Lets go of the samples being collected. */
  #dropBuffer(words: Uint32Array, at: number): void {
    this.#eachHistogram(words[at + OOO.buffer]!, words[at + OOO.buffered]!, (address, sizeBytes) =>
      this.#retire(address, sizeBytes),
    );
    this.#retireArray(words, at);
    words[at + OOO.buffer] = NO_ADDRESS;
    words[at + OOO.buffered] = 0;
    words[at + OOO.capacity] = 0;
  }

  /** Gives back the block of the buffer, but not what it points to. */
  #retireArray(words: Uint32Array, at: number): void {
    const address = words[at + OOO.buffer]!;
    if (address !== NO_ADDRESS) this.#retire(address, SAMPLE_BYTES * words[at + OOO.capacity]!);
  }

  #retire(address: SharedAddress, sizeBytes: number): void {
    if (this.#retired === undefined) this.#allocator.retire(address, sizeBytes);
    else this.#retired.push({ address, sizeBytes });
  }

  #eachHistogram(
    buffer: SharedAddress,
    count: number,
    visit: (address: SharedAddress, sizeBytes: number) => void,
  ): void {
    for (let i = 0; i < count; i++) {
      const samples = this.#views.words(buffer);
      const at = this.#views.wordIndex(buffer) + OOO_SAMPLE.words * i;
      if (samples[at + OOO_SAMPLE.encoding] === 0) continue;
      visit(samples[at + OOO_SAMPLE.value]!, samples[at + OOO_SAMPLE.value + 1]!);
    }
  }

  #countCreated(): void {
    this.chunkCount++;
    this.chunksCreated++;
  }
}
