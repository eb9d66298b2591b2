import { EpochTable } from '@narthex/bytes';
import { type DecodeKernel } from '@narthex/chunks';
import { compareText } from '@narthex/model';
import { type Clock } from '@narthex/process';
import { BlockReader } from '../block/block-reader.js';
import { PagePool } from '../block/file-pages.js';
import { readersBefore } from '../shared/readers-before.js';
import { type BlockList, type BlockNotice, type BlockSource, overlaps } from './block-list.js';

export interface BlockSetOptions {
  /** Who reads the head and the blocks, by thread: the epochs of the head. */
  readonly epochs: EpochTable;
  readonly clock: Clock;
  /** Main's own. */
  readonly kernel: DecodeKernel;
}

export interface BlockChanges {
  /** Readers that the set takes over: it closes them when they are removed. */
  readonly add: readonly BlockReader[];
  /** ULIDs; those that the set does not have are passed over. */
  readonly remove: readonly string[];
}

/**
 * The open blocks of a database, on main. Every thread reads the list that is current when it opens a querier.
 *
 * A reader pins the head first and takes the list after. So whoever moves samples from the head into a block makes
 * the block current first and raises the head's first time after: a querier in between sees samples twice, which the
 * merge drops, but never not at all.
 */
export class BlockSet implements BlockSource {
  /**
   * The version of the list, and in the slot of each thread the oldest version of which it has files open. Shared
   * with the threads.
   */
  readonly versions: EpochTable;
  readonly #options: BlockSetOptions;
  readonly #pages = new PagePool();
  #blocks: readonly BlockReader[] = [];
  readonly #tombstones = new Map<string, number>();
  #list: BlockList;
  #listener: (list: BlockList) => void = () => undefined;

  constructor(options: BlockSetOptions) {
    this.#options = options;
    this.versions = EpochTable.create(options.epochs.slotCount);
    this.#list = { version: this.versions.current, blocks: [] };
  }

  /** By their first time, then by name. */
  get blocks(): readonly BlockReader[] {
    return this.#blocks;
  }

  /** What is announced to other threads. */
  get list(): BlockList {
    return this.#list;
  }

  /** Opens the block of a folder, to be added by {@link replace}. @throws as {@link BlockReader.open} */
  open(folder: string, lazy = false): BlockReader {
    return BlockReader.open({ folder, kernel: this.#options.kernel, pages: this.#pages, lazy });
  }

  /** The one that brings lists to other threads; it must have done so when it returns. */
  onList(listener: (list: BlockList) => void): void {
    this.#listener = listener;
  }

  overlapping(minTimeMs: number, maxTimeMs: number): readonly BlockReader[] {
    return this.#blocks.filter(({ meta }) => overlaps(meta, minTimeMs, maxTimeMs));
  }

  /**
   * Adds and removes blocks in one step: every querier opened from now on, in any thread, sees all of it. Resolves when
   * no querier opened before is left in any thread, and the files of the removed blocks are closed everywhere: now
   * their folders may be deleted, and what the added ones hold may go from the head. What else reads a removed
   * block, such as a compaction on main, has to be closed by its owner.
   */
  async replace({ add, remove }: BlockChanges): Promise<void> {
    const gone = this.#blocks.filter(({ meta }) => remove.includes(meta.ulid));
    const kept = this.#blocks.filter((block) => !gone.includes(block));
    this.#blocks = [...kept, ...add].sort(
      ({ meta: a }, { meta: b }) => a.minTimeMs - b.minTimeMs || compareText(a.ulid, b.ulid),
    );
    for (const { meta } of gone) this.#tombstones.delete(meta.ulid);
    const { epochs, clock } = this.#options;
    const version = this.#publish();
    epochs.advance();
    await readersBefore(epochs, epochs.current, clock);
    await Promise.all(gone.map((block) => new Promise<void>((resolve) => block.close(resolve))));
    if (gone.length > 0) await readersBefore(this.versions, version, clock);
  }

  /**
   * The tombstones of a block were written anew: queriers opened from now on, in any thread, see them.
   * @throws StorageError CORRUPT when they cannot be read
   */
  tombstonesChanged(ulid: string): void {
    const block = this.#blocks.find(({ meta }) => meta.ulid === ulid);
    if (block === undefined) return;
    block.reloadTombstones();
    this.#tombstones.set(ulid, (this.#tombstones.get(ulid) ?? 0) + 1);
    this.#publish();
  }

  /** Closes every block. Other threads must have stopped reading. */
  close(): void {
    for (const block of this.#blocks) block.close();
    this.#blocks = [];
  }

  /** Brings the list to every thread's queue, then says that there is a new one. */
  #publish(): number {
    const version = this.versions.next;
    this.#list = { version, blocks: this.#blocks.map((block) => this.#notice(block)) };
    this.#listener(this.#list);
    this.versions.advance();
    return version;
  }

  #notice({ folder, meta: { ulid, minTimeMs, maxTimeMs } }: BlockReader): BlockNotice {
    return { ulid, folder, minTimeMs, maxTimeMs, tombstonesVersion: this.#tombstones.get(ulid) ?? 0 };
  }
}
