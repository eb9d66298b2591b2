import { type Clock, type Logger } from '@narthex/process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type BlockMeta } from '../block/block-meta.js';
import { type OooCompaction, type OooCut } from './compaction.js';

export interface CompactOutOfOrderOptions {
  readonly compaction: OooCompaction;
  /** Where blocks are kept. */
  readonly folder: string;
  /** How long the blocks are. */
  readonly rangeMs: number;
  /** Writes a block of the chunks with lower numbers than `before`; undefined where there are no samples. */
  readonly write: (minTimeMs: number, maxTimeMs: number, before: number) => Promise<BlockMeta | undefined>;
  /** Has the new blocks read. */
  readonly reload: () => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Writes all that came out of order as blocks, one for each range that has any, and takes it out of the head (as
 * upstream's `compactOOOHead`).
 * @throws what stood in the way; the samples are in the head still, and no block is left
 */
export async function compactOutOfOrder(options: CompactOutOfOrderOptions): Promise<void> {
  const { compaction, folder, reload, clock, logger } = options;
  if (compaction.isIdle) return;
  const startMs = clock.monotonicMs();
  const cut = await compaction.cut();
  const written: string[] = [];
  try {
    await writeBlocks(options, cut, written);
    if (written.length > 0) await reload();
  } catch (error) {
    for (const ulid of written) await rm(join(folder, ulid), { recursive: true, force: true });
    throw error;
  }
  const duration = `${(clock.monotonicMs() - startMs).toFixed(3)}ms`;
  if (written.length === 0) logger.info('compact ooo head resulted in no blocks', { duration });
  else logger.info('out-of-order compaction completed', { duration, ulids: `[${written.join(' ')}]` });
  await compaction.drop(cut);
}

async function writeBlocks(
  { rangeMs, write }: CompactOutOfOrderOptions,
  { before, rangeStartsMs }: OooCut,
  written: string[],
): Promise<void> {
  for (const startMs of rangeStartsMs) {
    const meta = await write(startMs, startMs + rangeMs, before);
    if (meta !== undefined) written.push(meta.ulid);
  }
}
