import { type Matcher } from '@narthex/model';
import { type Clock, type Logger } from '@narthex/process';
import { existsSync } from 'node:fs';
import { link, mkdir, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { overlaps } from '../blocks/block-list.js';
import { type BlockSet } from '../blocks/block-set.js';
import { CHUNKS_FOLDER } from '../block/chunk-format.js';
import { type BlockMeta, META_FILE } from '../block/block-meta.js';
import { INDEX_FILE } from '../block/index-format.js';
import { TOMBSTONES_FILE } from '../block/tombstones.js';
import { isUlid } from '../block/ulid.js';
import { MaintenanceError } from '../errors.js';
import { type Head } from '../head/head.js';
import { type BlockStore } from './block-store.js';
import { countInto } from './chunk-statistics.js';
import { type Compactor } from './compactor.js';
import { type MaintenanceCounters } from './maintenance-counters.js';
import { type MaintenanceThread } from './maintenance-thread.js';

export interface AdministrationOptions {
  readonly path: string;
  readonly head: Head;
  readonly set: BlockSet;
  readonly store: BlockStore;
  readonly compactor: Compactor;
  readonly thread: MaintenanceThread;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly counters: MaintenanceCounters;
  /** Marks samples of the head as deleted. */
  readonly deleteInHead: (
    minTimeMs: number,
    maxTimeMs: number,
    matchers: readonly Matcher[],
  ) => Promise<void>;
}

/** What the admin API asks for. Whoever calls sees to it that nothing else changes the blocks meanwhile. */
export class BlockAdministration {
  readonly #options: AdministrationOptions;

  constructor(options: AdministrationOptions) {
    this.#options = options;
  }

  /** Marks samples as deleted between two times, both included, in blocks and head. */
  async delete(minTimeMs: number, maxTimeMs: number, matchers: readonly Matcher[]): Promise<void> {
    const { set, store, thread, deleteInHead } = this.#options;
    const texts = matchers.map(({ type, name, value }) => ({ type, name, value }));
    for (const block of set.blocks.filter(({ meta }) => overlaps(meta, minTimeMs, maxTimeMs))) {
      await thread.run({ kind: 'deletion', block: block.folder, minTimeMs, maxTimeMs, matchers: texts });
      set.tombstonesChanged(block.meta.ulid);
    }
    store.refreshMetas();
    await deleteInHead(minTimeMs, maxTimeMs, matchers);
  }

  /**
   * Writes every block that has tombstones anew, without what they cover. The new block is of level 1 and its own
   * source, as upstream's is; its range stays. The newest stays as it is where nothing would be left of it.
   */
  async cleanTombstones(): Promise<void> {
    const { store, compactor, clock, counters } = this.#options;
    const startMs = clock.monotonicMs();
    try {
      const kept = new Set<string>();
      for (;;) {
        const isWorn = ({ ulid, stats }: BlockMeta): boolean => stats.numTombstones > 0 && !kept.has(ulid);
        const worn = store.stored.find(({ meta }) => isWorn(meta))?.meta;
        if (worn === undefined) return;
        if (!(await compactor.rewriteBlock(worn))) kept.add(worn.ulid);
      }
    } finally {
      countInto(counters.tombstoneSeconds, [], (clock.monotonicMs() - startMs) / 1000);
    }
  }

  /**
   * Puts hard links to all blocks into a folder, and, if asked to, a block of the samples in the head: all of them,
   * while upstream's snapshots lack those that came out of order.
   * @throws MaintenanceError SNAPSHOT_FOLDER
   */
  async snapshot(folder: string, withHead: boolean): Promise<void> {
    const { path, set, head, compactor, logger } = this.#options;
    if (resolve(folder) === resolve(path)) {
      throw new MaintenanceError('SNAPSHOT_FOLDER', 'cannot snapshot into base directory');
    }
    if (isUlid(folder)) throw new MaintenanceError('SNAPSHOT_FOLDER', 'dir must not be a valid ULID');
    await mkdir(folder, { recursive: true });
    for (const block of set.blocks) {
      logger.info('Snapshotting block', { block: block.meta.ulid });
      await linkBlock(block.folder, join(folder, block.meta.ulid));
    }
    const { minTimeMs, maxTimeMs } = head;
    if (!withHead || maxTimeMs === -Infinity) return;
    const firstMs = Math.min(minTimeMs, head.outOfOrder.store.minTimeMs);
    await compactor.writeHeadBlock(folder, firstMs, maxTimeMs + 1, { everything: true });
  }
}

/** A snapshot of a block: the same files under other names. A deletion replaces files and so does not reach it. */
async function linkBlock(from: string, to: string): Promise<void> {
  await mkdir(join(to, CHUNKS_FOLDER), { recursive: true });
  const files = [META_FILE, INDEX_FILE, TOMBSTONES_FILE].filter((name) => existsSync(join(from, name)));
  for (const name of files) await link(join(from, name), join(to, name));
  for (const name of await readdir(join(from, CHUNKS_FOLDER))) {
    await link(join(from, CHUNKS_FOLDER, name), join(to, CHUNKS_FOLDER, name));
  }
}
