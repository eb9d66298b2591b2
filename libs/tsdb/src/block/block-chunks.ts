import { ChunkError, type DecodedColumns, type DecodeKernel } from '@narthex/chunks';
import {
  CHUNK_ENCODING,
  type ChunkEncoding,
  type ChunkRead,
  SampleColumns,
  StorageError,
} from '@narthex/storage';
import { type ChunkReader } from './chunk-reader.js';
import { corruption } from './corruption.js';
import { appendSamples } from './decoded-samples.js';
import { coversAny, type Intervals } from './intervals.js';
import { xorChunks } from './rewritten-chunks.js';

/** Decoded at once, which bounds the kernel's memory. */
const BATCH_SAMPLES = 16_384;
const BATCH_CHUNKS = 256;
/** Every chunk begins with the number of its samples, in 16 bits. */
const COUNT_BYTES = 2;
const ENCODINGS: ReadonlySet<number> = new Set(Object.values(CHUNK_ENCODING));

/** Where chunks are, in columns. */
export interface ChunkColumns {
  readonly minTimesMs: Float64Array;
  readonly maxTimesMs: Float64Array;
  readonly chunkRefs: Float64Array;
}

/** Some chunks of one series: places `[from, to)` of columns, and what is deleted of the series. */
export interface SeriesChunks {
  readonly columns: ChunkColumns;
  readonly from: number;
  readonly to: number;
  readonly deleted: Intervals;
}

/** Reads a block's chunks as they are, or decoded, without what was deleted. */
export class BlockChunks {
  readonly #folder: string;
  readonly #reader: ChunkReader;
  readonly #kernel: DecodeKernel;

  constructor(folder: string, reader: ChunkReader, kernel: DecodeKernel) {
    this.#folder = folder;
    this.#reader = reader;
    this.#kernel = kernel;
  }

  /** Appends the samples between two times, both included. @throws StorageError CORRUPT, or UNSUPPORTED encodings */
  samples(
    { columns, from, to, deleted }: SeriesChunks,
    startMs: number,
    endMs: number,
    into: SampleColumns,
  ): void {
    for (let at = from; at < to;) {
      this.#kernel.begin(BATCH_CHUNKS);
      const full = Math.min(to, at + BATCH_CHUNKS);
      do this.#add(this.#read(columns.chunkRefs[at++]!));
      while (at < full && this.#kernel.samples < BATCH_SAMPLES);
      appendSamples(this.#decode(), startMs, endMs, deleted, into);
    }
  }

  /** Chunk by chunk, each with bytes of its own. Chunks of which something is deleted are written anew. */
  *chunks({ columns, from, to, deleted }: SeriesChunks): IterableIterator<ChunkRead> {
    for (let at = from; at < to; at++) {
      const sampleCount = this.#read(columns.chunkRefs[at]!);
      const minTimeMs = columns.minTimesMs[at]!;
      const maxTimeMs = columns.maxTimesMs[at]!;
      if (coversAny(deleted, minTimeMs, maxTimeMs)) {
        yield* xorChunks(this.#left(sampleCount, deleted), sampleCount);
        continue;
      }
      const encoding = this.#reader.encoding as ChunkEncoding;
      // A copy: others read through the same buffer.
      yield { minTimeMs, maxTimeMs, encoding, sampleCount, bytes: this.#reader.bytes.slice() };
    }
  }

  /** Reads a chunk and returns how many samples it says it has. */
  #read(ref: number): number {
    const reader = this.#reader;
    reader.read(ref);
    if (!ENCODINGS.has(reader.encoding)) {
      throw corruption(this.#folder, `invalid chunk encoding "<unknown: ${reader.encoding}>"`);
    }
    if (reader.bytes.length < COUNT_BYTES) {
      throw corruption(this.#folder, 'a chunk ends before the number of its samples');
    }
    return (reader.bytes[0]! << 8) | reader.bytes[1]!;
  }

  /** Puts the chunk read last into the kernel. */
  #add(sampleCount: number): void {
    const { encoding, bytes } = this.#reader;
    if (encoding !== CHUNK_ENCODING.xor) {
      const message = `${this.#folder}: chunks of encoding ${encoding} cannot be decoded yet`;
      throw new StorageError('UNSUPPORTED', message);
    }
    this.#kernel.add(bytes, 0, bytes.length, sampleCount);
  }

  #decode(): DecodedColumns {
    try {
      return this.#kernel.decode();
    } catch (cause) {
      if (cause instanceof ChunkError) throw corruption(this.#folder, cause.message, cause);
      throw cause;
    }
  }

  /** The samples of the chunk read last that are not deleted. */
  #left(sampleCount: number, deleted: Intervals): SampleColumns {
    this.#kernel.begin(1);
    this.#add(sampleCount);
    const left = new SampleColumns(sampleCount);
    appendSamples(this.#decode(), -Infinity, Infinity, deleted, left);
    return left;
  }
}
