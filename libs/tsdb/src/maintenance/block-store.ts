import { type Logger } from '@narthex/process';
import { StorageError } from '@narthex/storage';
import { existsSync, renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { listBlockFolders } from '../block/block-folders.js';
import { type BlockMeta, OUT_OF_ORDER_HINT, readBlockMeta, STALE_SERIES_HINT } from '../block/block-meta.js';
import { type BlockReader } from '../block/block-reader.js';
import { DELETION_SUFFIX } from '../block/block-writer.js';
import { type BlockSet } from '../blocks/block-set.js';
import { describeOverlaps, findOverlaps } from '../compact/overlaps.js';
import { beyondRetention, type RetentionLimits, type StoredBlock } from '../compact/retention.js';
import { type MaintenanceCounters } from './maintenance-counters.js';

/** Blocks looked at between two chances for others to run. */
const BLOCKS_A_TURN = 16;

export interface BlockStoreOptions {
  /** The data directory. */
  readonly path: string;
  readonly set: BlockSet;
  readonly logger: Logger;
  readonly counters: MaintenanceCounters;
  /** The limits as they are now. */
  readonly limits: () => RetentionLimits;
  /** What log and head chunks take on disk. */
  readonly headBytes: () => number;
  /** Whether blocks that overlap are worth a warning. */
  readonly warnOfOverlaps: boolean;
}

interface Found {
  readonly block: BlockReader;
  readonly meta: BlockMeta;
  readonly sizeBytes: number;
  /** False where it was opened just now. */
  readonly known: boolean;
}

/**
 * The blocks on disk: which there are, which of them are read, which have to go. Whoever calls sees to it that
 * nothing else changes them meanwhile.
 */
export class BlockStore {
  readonly #options: BlockStoreOptions;
  #stored: readonly StoredBlock[] = [];

  constructor(options: BlockStoreOptions) {
    this.#options = options;
  }

  /** As of the last {@link reload}. */
  get stored(): readonly StoredBlock[] {
    return this.#stored;
  }

  get sizeBytes(): number {
    return this.#stored.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }

  /** Where the samples in blocks end that came in order; undefined without such blocks. */
  get inOrderMaxTimeMs(): number | undefined {
    const ends = this.#stored.flatMap(({ meta: { compaction, maxTimeMs } }) =>
      [OUT_OF_ORDER_HINT, STALE_SERIES_HINT].some((hint) => compaction.hints.includes(hint))
        ? []
        : [maxTimeMs],
    );
    return ends.length === 0 ? undefined : Math.max(...ends);
  }

  folder(ulid: string): string {
    return join(this.#options.path, ulid);
  }

  /**
   * Looks what blocks there are, has new ones read, and removes those that others replace or that are beyond the
   * limits. A folder whose `meta.json` cannot be read is passed over, as upstream does.
   * @param written a block that was written just now: what its index holds need not be looked through
   * @throws StorageError CORRUPT when a block cannot be opened that no other replaces; then all stays as it was
   */
  async reload(written?: string): Promise<void> {
    const { counters } = this.#options;
    counters.reloads++;
    try {
      await this.#reload(written);
    } catch (error) {
      counters.reloadsFailed++;
      throw error;
    }
  }

  /** Reads the metas of the blocks once more: what else has changed in them shows. */
  refreshMetas(): void {
    this.#stored = this.#stored.map(({ meta, sizeBytes }) => ({
      meta: readBlockMeta(this.folder(meta.ulid)),
      sizeBytes,
    }));
  }

  async #reload(written: string | undefined): Promise<void> {
    const { set, limits, headBytes, counters } = this.#options;
    const damaged = new Map<string, unknown>();
    const found = await this.#findBlocks(damaged, written);
    const { removed, byTime, bySize } = beyondRetention(found, limits(), headBytes);
    if (byTime) counters.timeRetentions++;
    if (bySize) counters.sizeRetentions++;
    // Parents of blocks that are there have done their duty, whether or not they were removed already.
    const obsolete = new Set([
      ...removed,
      ...found.flatMap(({ meta }) => meta.compaction.parents.map(({ ulid }) => ulid)),
    ]);
    this.#failOnDamage(damaged, obsolete, found);
    const kept = found.filter(({ meta }) => !obsolete.has(meta.ulid));
    for (const { block, known, meta } of found) if (!known && obsolete.has(meta.ulid)) block.close();
    this.#stored = kept.map(({ meta, sizeBytes }) => ({ meta, sizeBytes }));
    this.#warnOfOverlaps();
    const add = kept.filter(({ known }) => !known).map(({ block }) => block);
    const present = new Set(kept.map(({ meta }) => meta.ulid));
    const remove = set.blocks.map(({ meta }) => meta.ulid).filter((ulid) => !present.has(ulid));
    if (add.length > 0 || remove.length > 0) await set.replace({ add, remove });
    await this.#deleteFolders(obsolete);
  }

  async #findBlocks(damaged: Map<string, unknown>, written: string | undefined): Promise<Found[]> {
    const { path, set, logger } = this.#options;
    const found: Found[] = [];
    for (const [at, folder] of listBlockFolders(path).entries()) {
      if (at % BLOCKS_A_TURN === 0) await setImmediate();
      let meta: BlockMeta;
      try {
        meta = readBlockMeta(folder);
      } catch (error) {
        const message = 'Failed to read meta.json for a block during reloadBlocks. Skipping';
        logger.error(message, { dir: folder, err: error instanceof Error ? error : String(error) });
        continue;
      }
      const open = set.blocks.find((block) => block.meta.ulid === meta.ulid);
      try {
        const block = open ?? set.open(folder, meta.ulid === written);
        found.push({ block, meta, sizeBytes: block.sizeBytes, known: open !== undefined });
      } catch (error) {
        damaged.set(meta.ulid, error);
      }
    }
    return found;
  }

  #failOnDamage(damaged: Map<string, unknown>, obsolete: ReadonlySet<string>, found: readonly Found[]): void {
    const { logger } = this.#options;
    for (const ulid of damaged.keys()) {
      if (!obsolete.has(ulid)) continue;
      damaged.delete(ulid);
      logger.warn(
        "Found corrupted block, but replaced by compacted one so it's safe to delete. This should not happen with atomic deletes.",
        { block: ulid },
      );
    }
    if (damaged.size === 0) return;
    for (const { block, known } of found) if (!known) block.close();
    const reasons = [...damaged].map(
      ([ulid, error]) => `corrupted block ${ulid}: ${error instanceof Error ? error.message : String(error)}`,
    );
    throw new StorageError('CORRUPT', reasons.join('\n'), { cause: [...damaged.values()][0] });
  }

  #warnOfOverlaps(): void {
    const { warnOfOverlaps, logger } = this.#options;
    if (!warnOfOverlaps) return;
    const overlaps = findOverlaps(this.#stored.map(({ meta }) => meta));
    if (overlaps.length === 0) return;
    logger.warn('Overlapping blocks found during reloadBlocks', { detail: describeOverlaps(overlaps) });
  }

  /** By a rename first, so that a crash on the way leaves no block that is half there. */
  async #deleteFolders(ulids: ReadonlySet<string>): Promise<void> {
    const { logger } = this.#options;
    for (const ulid of ulids) {
      const folder = this.folder(ulid);
      if (!existsSync(folder)) continue;
      const leaving = `${folder}${DELETION_SUFFIX}`;
      try {
        await rm(leaving, { recursive: true, force: true });
        renameSync(folder, leaving);
        await rm(leaving, { recursive: true, force: true });
        logger.info('Deleting obsolete block', { block: basename(folder) });
      } catch (error) {
        // What replaces it is read by now, and must stay; it is tried again with the next reload, or the next start.
        const err = error instanceof Error ? error : String(error);
        logger.error('deleting obsolete block failed', { block: basename(folder), err });
      }
    }
  }
}
