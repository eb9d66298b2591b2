import { compileDecodeKernel, DecodeKernel } from '@narthex/chunks';
import { type Clock, type Logger } from '@narthex/process';
import { type ChunkQuerier, type Querier, StorageError } from '@narthex/storage';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { listBlockFolders } from '../block/block-folders.js';
import { readBlockMeta } from '../block/block-meta.js';
import { BlockReader } from '../block/block-reader.js';
import { isUlid, ulidTimeMs } from '../block/ulid.js';
import { overlaps } from '../blocks/block-list.js';
import { JoinedReader } from '../blocks/joined-reader.js';
import { ReadOnlyError } from './errors.js';
import { readHead } from './read-only-head.js';

export interface ReadOnlyOptions {
  /** The data directory. */
  readonly folder: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * A data directory, opened for reading while a server may be writing to it: without its lock, and without writing
 * anything. It shows the directory as it was when first asked. Upstream's `DBReadOnly`
 * (https://pkg.go.dev/github.com/prometheus/prometheus/tsdb#DBReadOnly), which keeps files beside the data, though.
 */
export class ReadOnlyDatabase {
  readonly #options: ReadOnlyOptions;
  readonly #kernelModule = compileDecodeKernel();
  readonly #kernel = new DecodeKernel(this.#kernelModule);
  readonly #single: BlockReader[] = [];
  #blocks: readonly BlockReader[] | undefined;

  private constructor(options: ReadOnlyOptions) {
    this.#options = options;
  }

  /** @throws ReadOnlyError when the directory is not there */
  static open(options: ReadOnlyOptions): ReadOnlyDatabase {
    try {
      statSync(options.folder);
    } catch (cause) {
      throw new ReadOnlyError('opening the db dir', cause);
    }
    return new ReadOnlyDatabase(options);
  }

  /** All blocks, by their first time. @throws as {@link BlockReader.open} where one cannot be opened */
  blocks(): readonly BlockReader[] {
    return (this.#blocks ??= this.#openBlocks());
  }

  /** The ULID of the block that was made last; undefined where there is none. */
  lastBlockUlid(): string | undefined {
    let last: string | undefined;
    for (const name of readdirSync(this.#options.folder)) {
      if (isUlid(name) && ulidTimeMs(name) > (last === undefined ? 0 : ulidTimeMs(last))) last = name;
    }
    return last;
  }

  /** One block; undefined where there is nothing of that name. @throws as {@link BlockReader.open} */
  block(ulid: string): BlockReader | undefined {
    const folder = join(this.#options.folder, ulid);
    if (statSync(folder, { throwIfNoEntry: false }) === undefined) return undefined;
    const block = BlockReader.open({ folder, kernel: this.#kernel });
    this.#single.push(block);
    return block;
  }

  /**
   * Opens a view of blocks and log together, both ends of the range included. The log is read where the blocks do not
   * reach the end of the range.
   * @throws ReadOnlyError
   */
  async querier(minTimeMs: number, maxTimeMs: number): Promise<Querier> {
    const reader = await this.#reader(maxTimeMs);
    return reader.querier(minTimeMs, maxTimeMs);
  }

  /** As {@link querier}, giving chunks. */
  async chunkQuerier(minTimeMs: number, maxTimeMs: number): Promise<ChunkQuerier> {
    const reader = await this.#reader(maxTimeMs);
    return reader.chunkQuerier(minTimeMs, maxTimeMs);
  }

  close(): void {
    for (const block of [...(this.#blocks ?? []), ...this.#single]) block.close();
  }

  async #reader(maxTimeMs: number): Promise<JoinedReader> {
    const blocks = this.blocks();
    const blocksEndMs = blocks.at(-1)?.meta.maxTimeMs ?? -Infinity;
    const { folder, clock, logger } = this.#options;
    const head = await readHead({
      folder,
      minTimeMs: blocksEndMs,
      withLog: blocksEndMs <= maxTimeMs,
      kernelModule: this.#kernelModule,
      clock,
      logger,
    });
    const source = {
      overlapping: (fromMs: number, toMs: number) =>
        blocks.filter(({ meta }) => overlaps(meta, fromMs, toMs)),
    };
    return new JoinedReader(head, source);
  }

  /** A folder without a readable meta.json is no block: one is being written there, or was left behind. */
  #openBlocks(): BlockReader[] {
    const opened: BlockReader[] = [];
    const failures: unknown[] = [];
    for (const folder of listBlockFolders(this.#options.folder)) {
      if (!isBlock(folder)) continue;
      try {
        opened.push(BlockReader.open({ folder, kernel: this.#kernel }));
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) {
      for (const block of opened) block.close();
      const [first] = failures;
      if (failures.length === 1) throw first;
      const reasons = failures.map((error) => (error instanceof Error ? error.message : String(error)));
      throw new StorageError('CORRUPT', `${failures.length} errors: ${reasons.join('; ')}`, { cause: first });
    }
    return opened.sort((a, b) => a.meta.minTimeMs - b.meta.minTimeMs);
  }
}

function isBlock(folder: string): boolean {
  try {
    readBlockMeta(folder);
    return true;
  } catch {
    return false;
  }
}
