import { type Labels } from '@narthex/model';
import { CHUNK_ENCODING, type ChunkRead } from '@narthex/storage';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type BlockCompaction, type BlockMeta, NO_STATS, writeBlockMeta } from './block-meta.js';
import { CHUNKS_FOLDER } from './chunk-format.js';
import { ChunkWriter } from './chunk-writer.js';
import { syncFolder } from './durable-files.js';
import { INDEX_FILE } from './index-format.js';
import { type ChunkPlace, IndexWriter } from './index-writer.js';
import { Tombstones } from './tombstones.js';

/** How the folder of a block ends while it is written; a start removes what was left behind. */
export const CREATION_SUFFIX = '.tmp-for-creation';
/** How it ends while it is being removed. */
export const DELETION_SUFFIX = '.tmp-for-deletion';

export interface BlockWriterOptions {
  /** Where blocks are kept. */
  readonly folder: string;
  readonly ulid: string;
  /** The block's range, half open: its samples are in `[minTimeMs, maxTimeMs)`. */
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  /**
   * All label names and values of the series to come, in the order of `compareText` and without repetitions. More
   * than occur do no harm.
   */
  readonly symbols: Iterable<string>;
  /** Default: a block of level 1 that is its own source. */
  readonly compaction?: Partial<BlockCompaction>;
  /** Default 512 MiB. */
  readonly segmentBytes?: number;
}

/**
 * Writes one block beside its place, `<ulid>.tmp-for-creation`, and puts it there when it is whole and durable. Used
 * once: series in order, then {@link finish} or {@link abort}. Errors are the file system's, such as ENOSPC; whoever
 * gets one calls {@link abort}.
 */
export class BlockWriter {
  readonly #options: BlockWriterOptions;
  readonly #folder: string;
  readonly #index: IndexWriter;
  readonly #chunks: ChunkWriter;
  #stats = { ...NO_STATS };

  constructor(options: BlockWriterOptions) {
    this.#options = options;
    this.#folder = `${join(options.folder, options.ulid)}${CREATION_SUFFIX}`;
    rmSync(this.#folder, { recursive: true, force: true });
    mkdirSync(this.#folder, { recursive: true });
    let index: IndexWriter | undefined;
    try {
      index = new IndexWriter(join(this.#folder, INDEX_FILE), options.symbols);
      this.#chunks = new ChunkWriter(join(this.#folder, CHUNKS_FOLDER), options.segmentBytes);
      this.#index = index;
    } catch (cause) {
      index?.abort();
      rmSync(this.#folder, { recursive: true, force: true });
      throw cause;
    }
  }

  /**
   * Adds a series behind those before it in the order of labels, with its chunks in order of time. A series without
   * chunks is left out.
   * @throws StorageError INVALID_LABELS when labels are out of order or missing among the symbols
   */
  addSeries(labels: Labels, chunks: Iterable<ChunkRead>): void {
    const places: ChunkPlace[] = [];
    const stats = this.#stats;
    for (const chunk of chunks) {
      places.push({ minTimeMs: chunk.minTimeMs, maxTimeMs: chunk.maxTimeMs, ref: this.#chunks.write(chunk) });
      stats.numSamples += chunk.sampleCount;
      if (isFloat(chunk)) stats.numFloatSamples += chunk.sampleCount;
      else stats.numHistogramSamples += chunk.sampleCount;
    }
    if (places.length === 0) return;
    this.#index.addSeries(labels, places);
    stats.numSeries++;
    stats.numChunks += places.length;
  }

  /** Puts the block in its place and returns its meta; undefined, and no block, when it has no samples. */
  async finish(): Promise<BlockMeta | undefined> {
    const { folder, ulid, minTimeMs, maxTimeMs, compaction } = this.#options;
    if (this.#stats.numSamples === 0) {
      await this.abort();
      return undefined;
    }
    await this.#chunks.finish();
    await this.#index.finish();
    const meta: BlockMeta = {
      ulid,
      minTimeMs,
      maxTimeMs,
      stats: this.#stats,
      compaction: {
        level: 1,
        sources: [ulid],
        deletable: false,
        parents: [],
        failed: false,
        hints: [],
        ...compaction,
      },
      foreign: { meta: {}, stats: {}, compaction: {} },
    };
    writeBlockMeta(this.#folder, meta);
    new Tombstones().write(this.#folder);
    await syncFolder(this.#folder);
    const place = join(folder, ulid);
    renameSync(this.#folder, place);
    await syncFolder(dirname(place));
    return meta;
  }

  /** Gives up and removes what was written. */
  async abort(): Promise<void> {
    this.#index.abort();
    await this.#chunks.abort();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function isFloat({ encoding }: ChunkRead): boolean {
  return encoding === CHUNK_ENCODING.xor || encoding === CHUNK_ENCODING.xor2;
}
