import { type SharedViews } from '@narthex/bytes';
import { type DecodedColumns, type DecodeKernel } from '@narthex/chunks';
import { CHUNK_ENCODING, type SampleColumns } from '@narthex/storage';
import { checked } from '../samples/checked.js';
import { appendChunkSamples } from '../samples/chunk-samples.js';
import { appendSamples } from '../samples/decoded-samples.js';
import { coversAny, type Intervals } from '../samples/intervals.js';
import { ROW } from '../shared/layout.js';
import { type ChunkWindows } from '../head-disk/chunk-windows.js';
import { ChunkCursor } from './chunk-cursor.js';
import { ChunkCopier } from './chunk-copier.js';
import { deletedTimes } from './deleted-times.js';
import { type Descriptors } from './descriptors.js';

/** Samples decoded at once, which bounds the kernel's memory. */
const BATCH_SAMPLES = 16_384;
const BATCH_CHUNKS = 256;

/** Decodes the samples of one series after the other. */
export class SampleReader {
  readonly #views: SharedViews;
  readonly #kernel: DecodeKernel;
  readonly #descriptors: Descriptors;
  readonly #cursor: ChunkCursor;
  readonly #copier: ChunkCopier;

  constructor(
    views: SharedViews,
    kernel: DecodeKernel,
    descriptors: Descriptors,
    windows: ChunkWindows | undefined,
  ) {
    this.#views = views;
    this.#kernel = kernel;
    this.#descriptors = descriptors;
    this.#cursor = new ChunkCursor(views, descriptors);
    this.#copier = new ChunkCopier(views, windows);
  }

  /** Appends the samples between two times, both included. */
  read(index: number, startMs: number, endMs: number, into: SampleColumns): void {
    const deleted = deletedTimes(this.#views, this.#descriptors.word(index, ROW.tombstones));
    const cursor = this.#cursor;
    cursor.start(index, startMs, endMs);
    let more = cursor.next();
    while (more) {
      if (!this.#isXor()) {
        this.#append(startMs, endMs, deleted, into);
        more = cursor.next();
        continue;
      }
      this.#kernel.begin(BATCH_CHUNKS);
      let chunks = 0;
      do {
        this.#add();
        chunks++;
        more = cursor.next();
      } while (more && this.#isXor() && chunks < BATCH_CHUNKS && this.#kernel.samples < BATCH_SAMPLES);
      appendSamples(this.#decode(), startMs, endMs, deleted, into);
    }
  }

  /** Whether the chunk that the cursor is at is for the kernel. */
  #isXor(): boolean {
    return this.#cursor.encoding === CHUNK_ENCODING.xor;
  }

  #add(): void {
    const { sizeBytes, count } = this.#cursor;
    const at = this.#kernel.place(sizeBytes, count);
    this.#copier.copy(this.#cursor, this.#kernel.words, at >>> 2);
  }

  /** Appends the samples of a chunk that the kernel does not know. */
  #append(startMs: number, endMs: number, deleted: Intervals, into: SampleColumns): void {
    const { sizeBytes, count, encoding } = this.#cursor;
    const words = new Uint32Array((sizeBytes + 3) >>> 2);
    this.#copier.copy(this.#cursor, words, 0);
    const chunk = { encoding, bytes: new Uint8Array(words.buffer, 0, sizeBytes), sampleCount: count };
    const isDeleted =
      deleted.length === 0
        ? undefined
        : (timestampMs: number): boolean => coversAny(deleted, timestampMs, timestampMs);
    checked(() => appendChunkSamples(chunk, startMs, endMs, isDeleted, into));
  }

  #decode(): DecodedColumns {
    return checked(() => this.#kernel.decode());
  }
}
