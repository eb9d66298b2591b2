import { RefMap } from '../disk/ref-map.js';
import { type DiskChunk } from '../head/chunk-entries.js';
import { type ScannedChunk } from './chunk-file-scan.js';
import { HeadChunkSequenceError } from './errors.js';

const FIRST_CAPACITY = 1024;

/** Chunks found in files, by the number of their series, in columns: there may be millions of them. */
export class FoundChunks {
  /** Chunks that nobody took. */
  left = 0;
  /** The highest number of a series. */
  highestRef = 0;
  readonly #first = new RefMap();
  readonly #last = new RefMap();
  #length = 0;
  #refs = new Float64Array(FIRST_CAPACITY);
  #minTimesMs = new Float64Array(FIRST_CAPACITY);
  #maxTimesMs = new Float64Array(FIRST_CAPACITY);
  #files = new Uint32Array(FIRST_CAPACITY);
  #offsets = new Uint32Array(FIRST_CAPACITY);
  #sizes = new Uint32Array(FIRST_CAPACITY);
  #countsAndEncodings = new Uint32Array(FIRST_CAPACITY);
  /** One more than the place of the next chunk of the same series. */
  #next = new Uint32Array(FIRST_CAPACITY);

  /** @throws HeadChunkSequenceError when the chunk does not follow the one before it */
  add(chunk: Readonly<ScannedChunk>): void {
    const { seriesRef, minTimeMs, maxTimeMs } = chunk;
    const last = this.#last.get(seriesRef);
    if (last !== 0 && this.#maxTimesMs[last - 1]! >= minTimeMs) {
      throw new HeadChunkSequenceError(
        `out of sequence m-mapped chunk for series ref ${seriesRef}, last chunk: ` +
          `[${this.#minTimesMs[last - 1]}, ${this.#maxTimesMs[last - 1]}], new: [${minTimeMs}, ${maxTimeMs}]`,
      );
    }
    if (this.#length === this.#refs.length) this.#grow();
    const at = this.#length++;
    this.left++;
    this.highestRef = Math.max(this.highestRef, seriesRef);
    this.#refs[at] = seriesRef;
    this.#minTimesMs[at] = minTimeMs;
    this.#maxTimesMs[at] = maxTimeMs;
    this.#files[at] = chunk.file;
    this.#offsets[at] = chunk.dataOffset;
    this.#sizes[at] = chunk.sizeBytes;
    this.#countsAndEncodings[at] = chunk.sampleCount | (chunk.encoding << 16);
    this.#next[at] = 0;
    if (last === 0) this.#first.set(seriesRef, at + 1);
    else this.#next[last - 1] = at + 1;
    this.#last.set(seriesRef, at + 1);
  }

  /** The chunks of a series in the order they were found; they are not given a second time. */
  take(seriesRef: number): DiskChunk[] {
    const chunks: DiskChunk[] = [];
    for (let next = this.#first.get(seriesRef); next !== 0;) {
      const at = next - 1;
      chunks.push({
        file: this.#files[at]!,
        dataOffset: this.#offsets[at]!,
        sizeBytes: this.#sizes[at]!,
        sampleCount: this.#countsAndEncodings[at]! & 0xffff,
        encoding: this.#countsAndEncodings[at]! >>> 16,
        minTimeMs: this.#minTimesMs[at]!,
        maxTimeMs: this.#maxTimesMs[at]!,
      });
      next = this.#next[at]!;
    }
    if (chunks.length > 0) this.#first.set(seriesRef, 0);
    this.left -= chunks.length;
    return chunks;
  }

  /** Forgets the chunks of this file and of all behind it. For before the first {@link take}. */
  dropFrom(file: number): void {
    while (this.#length > 0 && this.#files[this.#length - 1]! >= file) {
      const at = --this.#length;
      const seriesRef = this.#refs[at]!;
      this.left--;
      if (this.#first.get(seriesRef) === at + 1) {
        this.#first.set(seriesRef, 0);
        this.#last.set(seriesRef, 0);
        continue;
      }
      let before = this.#first.get(seriesRef) - 1;
      while (this.#next[before] !== at + 1) before = this.#next[before]! - 1;
      this.#next[before] = 0;
      this.#last.set(seriesRef, before + 1);
    }
  }

  #grow(): void {
    const capacity = 2 * this.#refs.length;
    this.#refs = grown(this.#refs, new Float64Array(capacity));
    this.#minTimesMs = grown(this.#minTimesMs, new Float64Array(capacity));
    this.#maxTimesMs = grown(this.#maxTimesMs, new Float64Array(capacity));
    this.#files = grown(this.#files, new Uint32Array(capacity));
    this.#offsets = grown(this.#offsets, new Uint32Array(capacity));
    this.#sizes = grown(this.#sizes, new Uint32Array(capacity));
    this.#countsAndEncodings = grown(this.#countsAndEncodings, new Uint32Array(capacity));
    this.#next = grown(this.#next, new Uint32Array(capacity));
  }
}

function grown<T extends Float64Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
