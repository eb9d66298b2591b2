import { type DecodeKernel } from '@narthex/chunks';
import { type Matcher } from '@narthex/model';
import {
  type ChunkQuerier,
  type ChunkQueryable,
  type Querier,
  type Queryable,
  StorageError,
} from '@narthex/storage';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type BlockMeta, META_FILE, readBlockMeta, writeBlockMeta } from './block-meta.js';
import { BlockChunkQuerier, type BlockParts, BlockQuerier, type BlockViewOptions } from './block-querier.js';
import { selectSeries } from './block-select.js';
import { CHUNKS_FOLDER } from './chunk-format.js';
import { ChunkReader } from './chunk-reader.js';
import { INDEX_FILE } from './index-format.js';
import { IndexReader } from './index-reader.js';
import { Tombstones, TOMBSTONES_FILE } from './tombstones.js';

export interface BlockReaderOptions {
  /** The block's folder. */
  readonly folder: string;
  /** The thread's own. */
  readonly kernel: DecodeKernel;
}

/**
 * One persistent block, as one thread reads it. Its files stay open, and readable when they are deleted, until it is
 * closed and the last of its queriers too.
 */
export class BlockReader implements Queryable, ChunkQueryable {
  readonly folder: string;
  readonly #parts: BlockParts;
  #meta: BlockMeta;
  #tombstones: Tombstones;
  #views = 0;
  #closing = false;

  private constructor(parts: BlockParts, meta: BlockMeta, tombstones: Tombstones) {
    this.folder = parts.folder;
    this.#parts = parts;
    this.#meta = meta;
    this.#tombstones = tombstones;
  }

  /** @throws StorageError CORRUPT naming the file, or UNSUPPORTED; the file system's error when one cannot be opened */
  static open({ folder, kernel }: BlockReaderOptions): BlockReader {
    const meta = readBlockMeta(folder);
    const chunks = ChunkReader.open(join(folder, CHUNKS_FOLDER));
    let index: IndexReader | undefined;
    try {
      index = IndexReader.open(join(folder, INDEX_FILE));
      return new BlockReader({ folder, index, chunks, kernel }, meta, Tombstones.read(folder));
    } catch (cause) {
      chunks.close();
      index?.close();
      throw cause;
    }
  }

  get meta(): BlockMeta {
    return this.#meta;
  }

  /** What the block takes on disk, by its files. */
  get sizeBytes(): number {
    const { index, chunks, folder } = this.#parts;
    const small = [META_FILE, TOMBSTONES_FILE].map(
      (name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0,
    );
    return small.reduce((sum, size) => sum + size, index.sizeBytes + chunks.sizeBytes);
  }

  /** As upstream's `prometheus_tsdb_symbol_table_size_bytes` counts it. */
  get symbolTableBytes(): number {
    return this.#parts.index.symbols.residentBytes;
  }

  /** Every label name and value of the block, in order; '' may be among them. */
  symbols(): IterableIterator<string> {
    return this.#parts.index.symbols[Symbol.iterator]();
  }

  querier(minTimeMs: number, maxTimeMs: number): Querier {
    return new BlockQuerier(this.#open(minTimeMs, maxTimeMs));
  }

  chunkQuerier(minTimeMs: number, maxTimeMs: number): ChunkQuerier {
    return new BlockChunkQuerier(this.#open(minTimeMs, maxTimeMs));
  }

  /**
   * Marks the samples of matching series between the two times, both included, as deleted, in the block's files and
   * for queriers opened from now on.
   */
  delete(minTimeMs: number, maxTimeMs: number, matchers: readonly Matcher[]): void {
    this.#checkOpen();
    const tombstones = this.#tombstones.copy();
    const { index, folder } = this.#parts;
    const found = selectSeries(index, new Tombstones(), minTimeMs, maxTimeMs, matchers, { limit: 0 });
    for (let i = 0; i < found.length; i++) {
      const first = found.minTimesMs[found.firstChunk(i)]!;
      const last = found.maxTimesMs[found.chunkEnds[i]! - 1]!;
      tombstones.add(found.refs[i]!, Math.max(minTimeMs, first), Math.min(maxTimeMs, last));
    }
    const meta = { ...this.#meta, stats: { ...this.#meta.stats, numTombstones: tombstones.count } };
    tombstones.write(folder);
    this.#tombstones = tombstones;
    writeBlockMeta(folder, meta);
    this.#meta = meta;
  }

  /** No more queriers; the files are closed with the last that is open. */
  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    if (this.#views === 0) this.#closeFiles();
  }

  #open(startMs: number, endMs: number): BlockViewOptions {
    this.#checkOpen();
    this.#views++;
    const onClose = (): void => {
      this.#views--;
      if (this.#views > 0) return;
      if (this.#closing) this.#closeFiles();
      else this.#release();
    };
    return { parts: this.#parts, tombstones: this.#tombstones, startMs, endMs, onClose };
  }

  /** An idle block holds no buffers. */
  #release(): void {
    this.#parts.index.release();
    this.#parts.chunks.release();
  }

  #closeFiles(): void {
    this.#parts.index.close();
    this.#parts.chunks.close();
  }

  #checkOpen(): void {
    if (this.#closing) throw new StorageError('CLOSED', `${this.folder}: the block is closed`);
  }
}
