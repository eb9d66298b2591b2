import { type ChunkQuerier, type ChunkQueryable, type Querier, type Queryable } from '@narthex/storage';
import { type BlockReader } from '../block/block-reader.js';
import { type HeadView } from '../read/head-querier.js';
import { type HeadReader } from '../read/head-reader.js';
import { type BlockSource } from './block-list.js';
import { JoinedChunkQuerier, JoinedQuerier } from './joined-querier.js';

/** Reads the head and the blocks as one. Where a range touches no block, the head answers alone. */
export class JoinedReader implements Queryable, ChunkQueryable {
  readonly #head: HeadReader;
  readonly #blocks: BlockSource;

  constructor(head: HeadReader, blocks: BlockSource) {
    this.#head = head;
    this.#blocks = blocks;
  }

  querier(minTimeMs: number, maxTimeMs: number): Querier & HeadView {
    const head = this.#head.querier(minTimeMs, maxTimeMs);
    const blocks = this.#open(head, minTimeMs, maxTimeMs, (block) => block.querier(minTimeMs, maxTimeMs));
    return blocks.length === 0 ? head : new JoinedQuerier(head, blocks, minTimeMs);
  }

  chunkQuerier(minTimeMs: number, maxTimeMs: number): ChunkQuerier & HeadView {
    const head = this.#head.chunkQuerier(minTimeMs, maxTimeMs);
    const blocks = this.#open(head, minTimeMs, maxTimeMs, (block) =>
      block.chunkQuerier(minTimeMs, maxTimeMs),
    );
    return blocks.length === 0 ? head : new JoinedChunkQuerier(head, blocks, minTimeMs);
  }

  /** `head` is open already: what goes from the head after that is in a block that is seen here. */
  #open<T extends { close(): void }>(
    head: { close(): void },
    minTimeMs: number,
    maxTimeMs: number,
    open: (block: BlockReader) => T,
  ): T[] {
    const opened: T[] = [];
    try {
      for (const block of this.#blocks.overlapping(minTimeMs, maxTimeMs)) opened.push(open(block));
      return opened;
    } catch (cause) {
      for (const part of opened) part.close();
      head.close();
      throw cause;
    }
  }
}
