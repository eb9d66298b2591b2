import { type DecodeKernel } from '@narthex/chunks';
import { type Matcher } from '@narthex/model';
import { type ChunkQueryable, type Queryable, StorageError } from '@narthex/storage';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type BlockMeta, META_FILE, readBlockMeta, writeBlockMeta } from './block-meta.js';
import { BlockChunks } from './block-chunks.js';
import {
  BlockChunkQuerier,
  type BlockParts,
  BlockQuerier,
  BlockSeriesSet,
  type BlockViewOptions,
} from './block-querier.js';
import { selectSeries } from './block-select.js';
import { FoundSeries } from './found-series.js';
import { type GivenBlock, type TakenSeries } from '../read/given-series.js';
import { BlockSeriesCursor } from './block-series-cursor.js';
import { CHUNKS_FOLDER } from './chunk-format.js';
import { ChunkReader } from './chunk-reader.js';
import { INDEX_FILE } from './index-format.js';
import { IndexReader } from './index-reader.js';
import { PagePool } from './file-pages.js';
import { Tombstones, TOMBSTONES_FILE } from './tombstones.js';

export interface BlockReaderOptions {
  /** The block's folder. */
  readonly folder: string;
  /** The thread's own. */
  readonly kernel: DecodeKernel;
  /** The thread's own; without it the block has one to itself. */
  readonly pages?: PagePool;
  /** Leaves the tables of the index for the first query: see {@link IndexReader.open}. Default false. */
  readonly lazy?: boolean;
}

/**
 * One persistent block, as one thread reads it. Its files stay open, and readable when they are deleted, until it is
 * closed and the last of its queriers too.
 */
export class BlockReader implements Queryable, ChunkQueryable {
  readonly folder: string;
  readonly #parts: BlockParts;
  readonly #index: IndexReader;
  readonly #chunks: ChunkReader;
  #meta: BlockMeta;
  #tombstones: Tombstones;
  #views = 0;
  #closing = false;
  readonly #onClosed: (() => void)[] = [];

  private constructor({ folder, kernel }: BlockReaderOptions, index: IndexReader, chunks: ChunkReader) {
    this.folder = folder;
    this.#index = index;
    this.#chunks = chunks;
    this.#parts = { index, chunks: new BlockChunks(folder, chunks, kernel) };
    this.#meta = readBlockMeta(folder);
    this.#tombstones = Tombstones.read(folder);
  }

  /** @throws StorageError CORRUPT naming the file, or UNSUPPORTED; the file system's error when one cannot be opened */
  static open(options: BlockReaderOptions): BlockReader {
    const pages = options.pages ?? new PagePool();
    const chunks = ChunkReader.open(join(options.folder, CHUNKS_FOLDER), pages);
    let index: IndexReader | undefined;
    try {
      index = IndexReader.open(join(options.folder, INDEX_FILE), { lazy: options.lazy ?? false });
      return new BlockReader(options, index, chunks);
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
    const small = [META_FILE, TOMBSTONES_FILE].map(
      (name) => statSync(join(this.folder, name), { throwIfNoEntry: false })?.size ?? 0,
    );
    return small.reduce((sum, size) => sum + size, this.#index.sizeBytes + this.#chunks.sizeBytes);
  }

  /** As upstream's `prometheus_tsdb_symbol_table_size_bytes` counts it. */
  get symbolTableBytes(): number {
    return this.#index.symbolTableBytes;
  }

  /** Every label name and value of the block, in order; '' may be among them. */
  symbols(): IterableIterator<string> {
    return this.#index.symbols[Symbol.iterator]();
  }

  /**
   * Goes through the series that match, all of them by default, in the order of their labels; for compaction. It
   * counts as a querier until closed.
   */
  series(matchers: readonly Matcher[] = []): BlockSeriesCursor {
    const { parts, tombstones, onClose } = this.#open(-Infinity, Infinity);
    return new BlockSeriesCursor(parts, tombstones, matchers, onClose);
  }

  querier(minTimeMs: number, maxTimeMs: number): BlockQuerier {
    return new BlockQuerier(this.#open(minTimeMs, maxTimeMs));
  }

  chunkQuerier(minTimeMs: number, maxTimeMs: number): BlockChunkQuerier {
    return new BlockChunkQuerier(this.#open(minTimeMs, maxTimeMs));
  }

  /**
   * Marks the samples of matching series between the two times, both included, as deleted, in the block's files and
   * for queriers opened from now on.
   */
  delete(minTimeMs: number, maxTimeMs: number, matchers: readonly Matcher[]): void {
    this.#checkOpen();
    const tombstones = this.#tombstones.copy();
    const found = selectSeries(this.#index, new Tombstones(), minTimeMs, maxTimeMs, matchers, { limit: 0 });
    for (let i = 0; i < found.length; i++) {
      const first = found.minTimesMs[found.firstChunk(i)]!;
      const last = found.maxTimesMs[found.chunkEnds[i]! - 1]!;
      tombstones.add(found.refs[i]!, Math.max(minTimeMs, first), Math.min(maxTimeMs, last));
    }
    const meta = { ...this.#meta, stats: { ...this.#meta.stats, numTombstones: tombstones.count } };
    tombstones.write(this.folder);
    this.#tombstones = tombstones;
    writeBlockMeta(this.folder, meta);
    this.#meta = meta;
  }

  /** Loads the tombstones that someone else has written, for queriers opened from now on. @throws StorageError CORRUPT */
  reloadTombstones(): void {
    this.#checkOpen();
    this.#tombstones = Tombstones.read(this.folder);
    this.#meta = readBlockMeta(this.folder);
  }

  /** No more queriers; the files are closed with the last that is open, and `onClosed` is called then. */
  close(onClosed?: () => void): void {
    if (onClosed !== undefined) {
      if (this.#closing && this.#views === 0) onClosed();
      else this.#onClosed.push(onClosed);
    }
    if (this.#closing) return;
    this.#closing = true;
    if (this.#views === 0) this.#closeFiles();
  }

  /** Series that another thread has selected. They count as a querier until closed. */
  takeOver(given: GivenBlock): TakenSeries {
    const view = { ...this.#open(given.startMs, given.endMs), tombstones: Tombstones.from(given.deleted) };
    return { set: new BlockSeriesSet(view, FoundSeries.takeOver(given)), close: view.onClose };
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
    return { folder: this.folder, parts: this.#parts, tombstones: this.#tombstones, startMs, endMs, onClose };
  }

  /** An idle block holds no buffers. */
  #release(): void {
    this.#index.release();
    this.#chunks.release();
  }

  #closeFiles(): void {
    this.#index.close();
    this.#chunks.close();
    for (const onClosed of this.#onClosed.splice(0)) onClosed();
  }

  #checkOpen(): void {
    if (this.#closing) throw new StorageError('CLOSED', `${this.folder}: the block is closed`);
  }
}
