import { ChunkError, chunkSampleCount, type DecodedColumns, type DecodeKernel } from '@narthex/chunks';
import {
  CHUNK_ENCODING,
  type ChunkEncoding,
  type ChunkRead,
  type SampleColumns,
  StorageError,
} from '@narthex/storage';
import { basename } from 'node:path';
import { appendChunkSamples } from '../samples/chunk-samples.js';
import { partOfChunk } from '../samples/rewritten-samples.js';
import { type ChunkReader, encodingChecksum } from './chunk-reader.js';
import { corruption } from './corruption.js';
import { appendSamples } from '../samples/decoded-samples.js';
import { coversAny, type Intervals } from '../samples/intervals.js';

/** Decoded at once, which bounds the kernel's memory. */
const BATCH_SAMPLES = 16_384;
const BATCH_CHUNKS = 256;
const ENCODINGS: ReadonlySet<number> = new Set(Object.values(CHUNK_ENCODING));
/** A chunk has two bytes of header at least. */
const HEADER_BYTES = 2;
const XOR_CHECKSUM = encodingChecksum(CHUNK_ENCODING.xor);

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

  /** Appends the samples between two times, both included. @throws StorageError CORRUPT */
  samples(
    { columns, from, to, deleted }: SeriesChunks,
    startMs: number,
    endMs: number,
    into: SampleColumns,
  ): void {
    for (let at = from; at < to;) {
      let ref = columns.chunkRefs[at++]!;
      this.#find(ref);
      if (!this.#isXor()) {
        this.#append(this.#checkedCount(ref), startMs, endMs, deleted, into);
        continue;
      }
      this.#kernel.begin(BATCH_CHUNKS);
      this.#add(ref);
      const full = Math.min(to, at + BATCH_CHUNKS - 1);
      while (at < full && this.#kernel.samples < BATCH_SAMPLES) {
        ref = columns.chunkRefs[at]!;
        this.#find(ref);
        if (!this.#isXor()) break;
        this.#add(ref);
        at++;
      }
      appendSamples(this.#decode(), startMs, endMs, deleted, into);
    }
  }

  /** Chunk by chunk, each with bytes of its own. Chunks of which something is deleted are written anew. */
  *chunks({ columns, from, to, deleted }: SeriesChunks): IterableIterator<ChunkRead> {
    for (let at = from; at < to; at++) {
      const ref = columns.chunkRefs[at]!;
      this.#find(ref);
      const sampleCount = this.#checkedCount(ref);
      const minTimeMs = columns.minTimesMs[at]!;
      const maxTimeMs = columns.maxTimesMs[at]!;
      if (coversAny(deleted, minTimeMs, maxTimeMs)) {
        yield* this.#left(sampleCount, deleted);
        continue;
      }
      const encoding = this.#reader.encoding as ChunkEncoding;
      // A copy: others read through the same buffer.
      yield { minTimeMs, maxTimeMs, encoding, sampleCount, bytes: this.#reader.bytes.slice() };
    }
  }

  #find(ref: number): void {
    try {
      this.#reader.find(ref);
    } catch (cause) {
      throw this.#unreadable(ref, cause);
    }
  }

  /** Checks the chunk found last and returns how many samples it says it has. */
  #checkedCount(ref: number, sum?: number): number {
    const reader = this.#reader;
    try {
      reader.check(ref, sum);
    } catch (cause) {
      throw this.#unreadable(ref, cause);
    }
    if (!ENCODINGS.has(reader.encoding)) {
      throw corruption(this.#folder, `invalid chunk encoding "<unknown: ${reader.encoding}>"`);
    }
    return this.#checked(() => chunkSampleCount(reader.encoding, reader.bytes));
  }

  #unreadable(ref: number, cause: unknown): unknown {
    if (!(cause instanceof StorageError)) return cause;
    const message = `cannot populate chunk ${ref} from block ${basename(this.#folder)}: ${cause.message}`;
    return new StorageError(cause.code, message, { cause });
  }

  /** Whether the chunk found last is for the kernel. */
  #isXor(): boolean {
    return this.#reader.encoding === CHUNK_ENCODING.xor;
  }

  /** Puts the chunk found last into the kernel, which makes its checksum in a third of the time. */
  #add(ref: number): void {
    const { source, start, length } = this.#reader;
    if (length < HEADER_BYTES) this.#checkedCount(ref);
    this.#kernel.add(source, start, length, (source[start]! << 8) | source[start + 1]!);
    const sum = this.#kernel.checksum(XOR_CHECKSUM);
    if (sum !== this.#reader.checksum) this.#checkedCount(ref, sum);
  }

  #decode(): DecodedColumns {
    return this.#checked(() => this.#kernel.decode());
  }

  /** Appends the samples of the chunk found last. */
  #append(
    sampleCount: number,
    startMs: number,
    endMs: number,
    deleted: Intervals,
    into: SampleColumns,
  ): void {
    const { encoding, bytes } = this.#reader;
    const isDeleted =
      deleted.length === 0
        ? undefined
        : (timestampMs: number): boolean => coversAny(deleted, timestampMs, timestampMs);
    this.#checked(() =>
      appendChunkSamples({ encoding, bytes, sampleCount }, startMs, endMs, isDeleted, into),
    );
  }

  /** The chunk found last without the samples that are deleted. */
  #left(sampleCount: number, deleted: Intervals): ChunkRead[] {
    const { encoding, bytes } = this.#reader;
    const keeps = (timestampMs: number): boolean => !coversAny(deleted, timestampMs, timestampMs);
    return this.#checked(() => [...partOfChunk({ encoding, bytes, sampleCount }, keeps)]);
  }

  #checked<T>(decode: () => T): T {
    try {
      return decode();
    } catch (cause) {
      if (cause instanceof ChunkError) throw corruption(this.#folder, cause.message, cause);
      throw cause;
    }
  }
}
