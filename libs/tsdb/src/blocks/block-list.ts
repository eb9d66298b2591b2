import { type BlockReader } from '../block/block-reader.js';

/** One block, as reader threads hear of it. Plain data. */
export interface BlockNotice {
  readonly ulid: string;
  readonly folder: string;
  readonly minTimeMs: number;
  /** The first time behind the block. */
  readonly maxTimeMs: number;
  /** Grows with every change of the block's tombstones: readers then load them anew. */
  readonly tombstonesVersion: number;
}

/** The blocks there are, by their first time. Each change makes a new list with a new version. */
export interface BlockList {
  readonly version: number;
  readonly blocks: readonly BlockNotice[];
}

/** What queriers take their blocks from: the {@link BlockSet} itself on main, `ReaderBlocks` in other threads. */
export interface BlockSource {
  /**
   * The present blocks with times between the two, both included, by their first time. Whoever asks has its epoch
   * pinned already, and reads of them while it holds that.
   */
  overlapping(minTimeMs: number, maxTimeMs: number): readonly BlockReader[];
}

/** Whether a block, whose range is half open, has times between the two, both included. */
export function overlaps(
  block: { readonly minTimeMs: number; readonly maxTimeMs: number },
  minTimeMs: number,
  maxTimeMs: number,
): boolean {
  return block.minTimeMs <= maxTimeMs && minTimeMs < block.maxTimeMs;
}
