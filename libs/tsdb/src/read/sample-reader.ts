import { type SharedViews } from '@narthex/bytes';
import { ChunkError, type DecodeKernel } from '@narthex/chunks';
import { CHUNK_ENCODING, type SampleColumns, StorageError } from '@narthex/storage';
import { ROW } from '../shared/layout.js';
import { ChunkCursor } from './chunk-cursor.js';
import { copyPieces } from './chunk-pieces.js';
import { DeletedTimes } from './deleted-times.js';
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

  constructor(views: SharedViews, kernel: DecodeKernel, descriptors: Descriptors) {
    this.#views = views;
    this.#kernel = kernel;
    this.#descriptors = descriptors;
    this.#cursor = new ChunkCursor(views, descriptors);
  }

  /** Appends the samples between two times, both included. */
  read(index: number, startMs: number, endMs: number, into: SampleColumns): void {
    const deleted = DeletedTimes.read(this.#views, this.#descriptors.word(index, ROW.tombstones));
    const cursor = this.#cursor;
    cursor.start(index, startMs, endMs);
    let more = cursor.next();
    while (more) {
      this.#kernel.begin(BATCH_CHUNKS);
      let chunks = 0;
      do {
        this.#add();
        chunks++;
        more = cursor.next();
      } while (more && chunks < BATCH_CHUNKS && this.#kernel.samples < BATCH_SAMPLES);
      this.#take(startMs, endMs, deleted, into);
    }
  }

  #add(): void {
    const { chunk, sizeBytes, count, encoding } = this.#cursor;
    if (encoding !== CHUNK_ENCODING.xor)
      throw new StorageError('CORRUPT', `unknown chunk encoding ${encoding}`);
    const at = this.#kernel.place(sizeBytes, count);
    copyPieces(this.#views, chunk, sizeBytes, this.#kernel.words, at >>> 2);
  }

  #take(startMs: number, endMs: number, deleted: DeletedTimes | undefined, into: SampleColumns): void {
    const { timestampsMs, values, length } = this.#decode();
    const from = firstAtOrAfter(timestampsMs, length, startMs);
    const to = firstAtOrAfter(timestampsMs, length, endMs + 1);
    if (from >= to) return;
    into.reserve(to - from);
    if (deleted?.overlaps(timestampsMs[from]!, timestampsMs[to - 1]!)) {
      // Ranges of what is left are copied whole: a value that passes through a number might lose its payload.
      for (let i = from; i < to;) {
        let end = i;
        while (end < to && !deleted.has(timestampsMs[end]!)) end++;
        copyRange(timestampsMs, values, i, end, into);
        i = end;
        while (i < to && deleted.has(timestampsMs[i]!)) i++;
      }
      return;
    }
    copyRange(timestampsMs, values, from, to, into);
  }

  #decode(): { readonly timestampsMs: Float64Array; readonly values: Float64Array; readonly length: number } {
    try {
      return this.#kernel.decode();
    } catch (cause) {
      if (cause instanceof ChunkError) throw new StorageError('CORRUPT', cause.message, { cause });
      throw cause;
    }
  }
}

function copyRange(
  times: Float64Array,
  values: Float64Array,
  from: number,
  to: number,
  into: SampleColumns,
): void {
  if (from === to) return;
  into.timestampsMs.set(times.subarray(from, to), into.length);
  into.values.set(values.subarray(from, to), into.length);
  into.length += to - from;
}

/** The first place whose time is not before `timestampMs`. */
function firstAtOrAfter(times: Float64Array, length: number, timestampMs: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! < timestampMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
