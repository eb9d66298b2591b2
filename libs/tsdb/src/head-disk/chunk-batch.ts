import { setSampleCount } from '@narthex/chunks';
import { type ChunkEntries, type UnwrittenChunk } from '../head/chunk-entries.js';
import { copyPieceBytes } from '../head/chunk-memory.js';
import { type Head } from '../head/head.js';
import { recordBytes, recordHeadBytes, RecordWriter } from './chunk-record.js';

/** Chunks whose entries are changed in one publication window. */
const WINDOW_CHUNKS = 64;

interface Collected {
  readonly id: number;
  readonly chunk: UnwrittenChunk;
  /** Where its record begins in the batch. */
  readonly at: number;
}

/** Full chunks of many series on their way into a file: copies of their bytes, and where they came from. */
export class ChunkBatch {
  readonly #head: Head;
  readonly #entries: ChunkEntries;
  readonly #writer: RecordWriter;
  readonly #collected: Collected[] = [];

  constructor(head: Head, entries: ChunkEntries, capacityBytes: number) {
    this.#head = head;
    this.#entries = entries;
    this.#writer = new RecordWriter(capacityBytes);
  }

  get length(): number {
    return this.#collected.length;
  }

  /** The records so far. */
  get bytes(): Uint8Array {
    return this.#writer.bytes.subarray(0, this.#writer.length);
  }

  /** Takes a chunk in; false when it does not fit any more. */
  add(id: number, row: number, chunk: UnwrittenChunk): boolean {
    const writer = this.#writer;
    const { sizeBytes, sampleCount, encoding, minTimeMs, maxTimeMs } = chunk;
    if (recordBytes(sizeBytes) > writer.free) return false;
    const at = writer.length;
    const seriesRef = this.#head.store.walRef(row);
    const dataAt = writer.begin({ seriesRef, minTimeMs, maxTimeMs, encoding, sizeBytes });
    copyPieceBytes(this.#head.allocator, chunk.pieces, sizeBytes, writer.bytes, dataAt);
    // The count that the head keeps elsewhere.
    setSampleCount(writer.bytes, dataAt, sampleCount);
    writer.end();
    this.#collected.push({ id, chunk, at });
    return true;
  }

  /** Says that the records are in a file now, from a place on. How many of the chunks are still wanted. */
  moveToFile(file: number, offset: number): number {
    const collected = this.#collected;
    let moved = 0;
    for (let from = 0; from < collected.length; from += WINDOW_CHUNKS) {
      this.#head.publish(() => {
        for (const { id, chunk, at } of collected.slice(from, from + WINDOW_CHUNKS)) {
          const row = this.#head.row(id);
          const dataOffset = offset + at + recordHeadBytes(chunk.sizeBytes);
          if (row !== 0 && this.#entries.moveToFile(row, chunk, file, dataOffset)) moved++;
        }
      });
    }
    return moved;
  }
}
