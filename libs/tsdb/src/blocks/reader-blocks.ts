import { type EpochTable } from '@narthex/bytes';
import { type DecodeKernel } from '@narthex/chunks';
import { BlockReader } from '../block/block-reader.js';
import { PagePool } from '../block/file-pages.js';
import { type GivenBlock, type TakenSeries } from '../read/given-series.js';
import { type BlockList, type BlockNotice, type BlockSource, overlaps } from './block-list.js';

export interface ReaderBlocksOptions {
  /** The versions of the list: see `BlockSet`. */
  readonly versions: EpochTable;
  /** This thread's slot among them. */
  readonly slot: number;
  /** The list when this thread began. */
  readonly list: BlockList;
  /** Hands every message that is waiting to {@link ReaderBlocks.adopt}, now. */
  readonly receive: () => void;
  /** The thread's own. */
  readonly kernel: DecodeKernel;
}

interface OpenBlock {
  readonly reader: BlockReader;
  tombstonesVersion: number;
}

/** The blocks as a reader thread knows them: each is opened when a query first needs it. */
export class ReaderBlocks implements BlockSource {
  readonly #options: ReaderBlocksOptions;
  readonly #open = new Map<string, OpenBlock>();
  readonly #pages = new PagePool();
  /** Readers of removed blocks that a querier still has open. */
  #leaving = 0;
  #list: BlockList;

  constructor(options: ReaderBlocksOptions) {
    this.#options = options;
    this.#list = options.list;
  }

  /** Blocks of which this thread has files open. */
  get openCount(): number {
    return this.#open.size + this.#leaving;
  }

  /** Takes a newer list and closes what is not in it. */
  adopt(list: BlockList): void {
    this.#list = list;
    const present = new Map(list.blocks.map((block) => [block.ulid, block]));
    for (const [ulid, { reader }] of this.#open) {
      if (present.has(ulid)) continue;
      this.#open.delete(ulid);
      this.#leaving++;
      reader.close(() => {
        this.#leaving--;
        this.#tell();
      });
    }
    this.#tell();
  }

  overlapping(minTimeMs: number, maxTimeMs: number): readonly BlockReader[] {
    const { versions, receive } = this.#options;
    if (versions.current !== this.#list.version) receive();
    const blocks = this.#list.blocks.filter((block) => overlaps(block, minTimeMs, maxTimeMs));
    return blocks.map((block) => this.#reader(block));
  }

  /** Series of a block that another thread has selected; undefined when there is no such block any more. */
  takeOver(given: GivenBlock): TakenSeries | undefined {
    const { versions, receive } = this.#options;
    if (versions.current !== this.#list.version) receive();
    const block = this.#list.blocks.find(({ folder }) => folder === given.folder);
    return block === undefined ? undefined : this.#reader(block).takeOver(given);
  }

  close(): void {
    this.adopt({ ...this.#list, blocks: [] });
  }

  #reader(block: BlockNotice): BlockReader {
    const { ulid, folder, tombstonesVersion } = block;
    let open = this.#open.get(ulid);
    if (open === undefined) {
      // Said before the first file is open; main waits for it from then on.
      if (this.openCount === 0) this.#options.versions.hold(this.#options.slot, this.#list.version);
      const reader = BlockReader.open({ folder, kernel: this.#options.kernel, pages: this.#pages });
      open = { reader, tombstonesVersion };
      this.#open.set(ulid, open);
    }
    if (open.tombstonesVersion !== tombstonesVersion) {
      open.reader.reloadTombstones();
      open.tombstonesVersion = tombstonesVersion;
    }
    return open.reader;
  }

  /** Tells main of which version this thread has files open. While removed ones are among them, that stays as it was. */
  #tell(): void {
    const { versions, slot } = this.#options;
    if (this.openCount === 0) versions.leave(slot);
    else if (this.#leaving === 0) versions.hold(slot, this.#list.version);
  }
}
