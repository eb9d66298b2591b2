import { type Clock, type Logger } from '@narthex/process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeUlid } from '../block/ulid.js';
import { blockRangeStart } from '../compact/block-ranges.js';
import { type HeadBlockTask, type MaintenanceResults } from '../maintenance/protocol.js';
import { type OooCompaction, type OooCut } from './compaction.js';

export interface CompactOutOfOrderOptions {
  readonly compaction: OooCompaction;
  /** Where blocks are kept. */
  readonly folder: string;
  /** How long the blocks are. */
  readonly rangeMs: number;
  /** Writes a block, where there are any samples. */
  readonly run: (task: HeadBlockTask) => Promise<MaintenanceResults['headBlock']>;
  readonly segmentBytes?: number;
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
  { folder, rangeMs, run, segmentBytes, clock, logger }: CompactOutOfOrderOptions,
  { before, times }: OooCut,
  written: string[],
): Promise<void> {
  if (times === undefined) return;
  const firstMs = blockRangeStart(times.minTimeMs, rangeMs);
  for (let minTimeMs = firstMs; minTimeMs <= times.maxTimeMs; minTimeMs += rangeMs) {
    const span = { minTimeMs, maxTimeMs: minTimeMs + rangeMs };
    const ulid = makeUlid(clock.nowMs());
    const { meta } = await run({
      kind: 'headBlock',
      folder,
      ulid,
      ...span,
      outOfOrderBefore: before,
      ...(segmentBytes !== undefined && { segmentBytes }),
    });
    if (meta === undefined) continue;
    written.push(ulid);
    logger.info('write block completed', { mint: span.minTimeMs, maxt: span.maxTimeMs, ulid, ooo: true });
  }
}
