import { type BlockReader } from '../block/block-reader.js';
import { removeBlock } from '../block/block-folders.js';
import { type TestSeries, writeTestBlock } from '../block/block-test-data.js';
import { mergeBlocks } from '../block/merge-blocks.js';
import { makeUlid } from '../block/ulid.js';
import { type BlockSet } from '../blocks/block-set.js';
import { type Head } from '../head/head.js';
import { join } from 'node:path';

/** Blocks from which on two may be merged. */
const ENOUGH_BLOCKS = 3;
/** How much time blocks span before the oldest goes. */
const MOST_SPAN_MS = 300_000;

export interface BlockKeeperOptions {
  readonly folder: string;
  readonly head: Head;
  readonly blocks: BlockSet;
  /** What the head was given between two times, the second not included. */
  readonly written: (fromMs: number, toMs: number) => readonly TestSeries[];
}

/** Moves samples from the head into blocks, merges blocks, and drops the oldest, as a database does. */
export class BlockKeeper {
  /** Where what is in the blocks began at one time or another, the last first. */
  readonly startsMs: number[] = [-Infinity];
  merged = 0;
  dropped = 0;
  readonly #options: BlockKeeperOptions;
  #ulids = 0;
  #endMs = -Infinity;

  constructor(options: BlockKeeperOptions) {
    this.#options = options;
  }

  /** Makes a block of all that is older than a time and not in a block yet; `choice` decides what else to do. */
  async compact(beforeMs: number, choice: number): Promise<void> {
    const { head, blocks, written, folder } = this.#options;
    if (beforeMs <= this.#endMs) return;
    const series = written(this.#endMs, beforeMs);
    this.#endMs = beforeMs;
    const ulid = this.#ulid();
    const meta = await writeTestBlock({ folder, ulid, series });
    // Not awaited: the head gives up its samples as soon as the block is there to be seen.
    const added = meta === undefined ? undefined : blocks.replace({ add: [this.#open(ulid)], remove: [] });
    await head.truncate(beforeMs);
    await added;
    if (choice % 2 === 0 && blocks.blocks.length >= ENOUGH_BLOCKS) {
      await this.#merge(blocks.blocks.slice(1, ENOUGH_BLOCKS));
    }
    const [oldest] = blocks.blocks;
    if (oldest !== undefined && oldest.meta.minTimeMs < beforeMs - MOST_SPAN_MS) await this.#dropOldest();
  }

  async #merge(parts: readonly BlockReader[]): Promise<void> {
    const { folder } = this.#options;
    const ulid = this.#ulid();
    await mergeBlocks({ blocks: parts, folder, ulid });
    await this.#replace([this.#open(ulid)], parts);
    this.merged++;
  }

  async #dropOldest(): Promise<void> {
    const [oldest, next] = this.#options.blocks.blocks;
    if (oldest === undefined || next === undefined) return;
    // What was there before the oldest block ends is gone; what follows is in the next one.
    this.startsMs.unshift(oldest.meta.maxTimeMs);
    await this.#replace([], [oldest]);
    this.dropped++;
  }

  async #replace(add: readonly BlockReader[], remove: readonly BlockReader[]): Promise<void> {
    await this.#options.blocks.replace({ add, remove: remove.map(({ meta }) => meta.ulid) });
    for (const { folder } of remove) removeBlock(folder);
  }

  #open(ulid: string): BlockReader {
    return this.#options.blocks.open(join(this.#options.folder, ulid));
  }

  #ulid(): string {
    return makeUlid(++this.#ulids);
  }
}
