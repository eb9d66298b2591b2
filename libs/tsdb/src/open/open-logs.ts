import { type Logger } from '@narthex/process';
import { loadWalCodecs, type WalLoss } from '@narthex/wal';
import { join } from 'node:path';
import { type ReplayStats, WalReplay } from '../disk/wal-replay.js';
import { type UnknownRefs } from '../disk/unknown-refs.js';
import { HeadDisk } from '../head-disk/head-disk.js';
import { loadSnapshot } from '../snapshot/load-snapshot.js';
import { listSnapshots } from '../snapshot/snapshot-folders.js';
import { openOutOfOrder } from '../ooo/open-out-of-order.js';
import { holdsBytes, type OutOfOrderLog } from '../ooo/out-of-order-log.js';
import { type TsdbOptions } from '../tsdb-options.js';
import { type SharedParts } from './shared-parts.js';

/** What was read at the start, and what it was read from. */
export interface ReplayedLogs {
  readonly headDisk: HeadDisk;
  readonly outOfOrder: OutOfOrderLog;
  readonly stats: ReplayStats;
  readonly replayMs: number;
  /** Logs that were damaged. */
  readonly corruptions: number;
  /** Numbers that the log has for series which it also has under another. */
  readonly secondRefs: readonly number[];
  /** What the logs have of series that nobody knows. */
  readonly unknown: { readonly wal: UnknownRefs; readonly wbl: UnknownRefs };
}

/**
 * Fills the head from its chunks on disk and from both logs.
 * @throws StorageError CORRUPT where one cannot be read or repaired
 */
export async function replayLogs(options: TsdbOptions, parts: SharedParts): Promise<ReplayedLogs> {
  const { path, clock, logger, registry, walCompression, walSegmentSizeBytes } = options;
  const { head, epochs, chunksFolder } = parts;
  const secondRefs: number[] = [];
  const codecs = await loadWalCodecs(hasLogs(path) ? undefined : [walCompression ?? 'snappy']);
  const startedMs = clock.monotonicMs();
  const headDisk = await HeadDisk.open({ folder: chunksFolder, head, epochs, clock, logger });
  const walDirectory = join(path, 'wal');
  const snapshot = options.memorySnapshotOnShutdown
    ? await loadSnapshot({ path, walDirectory, head, headDisk, codecs, clock, logger })
    : undefined;
  const replay = new WalReplay({
    directory: walDirectory,
    codecs,
    head,
    headDisk,
    snapshot,
    clock,
    logger,
    onSecondRef: (ref) => secondRefs.push(ref),
  });
  const { stats, loss, idOf } = await replay.run();
  const directory = join(path, 'wbl');
  headDisk.replayed();
  const outOfOrder = await openOutOfOrder({
    directory,
    codecs,
    head,
    idOf,
    lateChunks: headDisk.late,
    windowMs: options.outOfOrderTimeWindowMs ?? 0,
    clock,
    logger,
    registry,
    compression: walCompression,
    segmentSizeBytes: walSegmentSizeBytes,
  });
  await headDisk.takeLate(outOfOrder.newestFile);
  const replayMs = clock.monotonicMs() - startedMs;
  if (loss !== undefined) tellLoss(logger, loss);
  logger.info('WAL replay completed', { ...stats, durationMs: Math.round(replayMs) });
  if (stats.unsupportedRecords > 0) {
    const message = 'Records in the WAL that do not belong there are kept, but not shown';
    logger.warn(message, { records: stats.unsupportedRecords });
  }
  const corruptions = (loss === undefined ? 0 : 1) + (outOfOrder.repaired ? 1 : 0);
  const unknown = { wal: replay.unknown, wbl: outOfOrder.unknown };
  return { headDisk, outOfOrder: outOfOrder.log, stats, replayMs, corruptions, secondRefs, unknown };
}

/** Whether there is anything to be read that may be compressed in any way. */
function hasLogs(path: string): boolean {
  return ['wal', 'wbl'].some((log) => holdsBytes(join(path, log))) || listSnapshots(path).length > 0;
}

function tellLoss(logger: Logger, loss: WalLoss): void {
  const { segment, keptBytes, lostBytes, droppedSegments, reason } = loss;
  const dropped = droppedSegments.join(',');
  logger.error('Repaired damaged WAL', { segment, keptBytes, lostBytes, droppedSegments: dropped, reason });
}
