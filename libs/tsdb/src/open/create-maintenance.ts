import { type WalWriter } from '@narthex/wal';
import { UploadedBlocks } from '../compact/uploaded-blocks.js';
import { deleteSamples } from '../head/deletion.js';
import { type BlockStore } from '../maintenance/block-store.js';
import { Maintenance } from '../maintenance/maintenance.js';
import { type MaintenanceCounters } from '../maintenance/maintenance-counters.js';
import { MentionedRefs } from '../maintenance/mentioned-refs.js';
import { compactOutOfOrder } from '../ooo/compact-out-of-order.js';
import { OooCompaction } from '../ooo/compaction.js';
import { type TsdbOptions } from '../tsdb-options.js';
import { type ReplayedLogs } from './open-logs.js';
import { type SharedParts } from './shared-parts.js';

const RELOAD_MS = 60_000;
const LEAST_RELOAD_MS = 1000;

export interface MaintenanceParts {
  readonly options: TsdbOptions;
  readonly shared: SharedParts;
  readonly replayed: ReplayedLogs;
  readonly store: BlockStore;
  readonly wal: WalWriter;
  readonly counters: MaintenanceCounters;
  readonly staleThreshold: () => number;
}

/** What looks after the data of an open database; it is not started yet. */
export function createMaintenance(parts: MaintenanceParts): Maintenance {
  const { options, shared, replayed, store, wal, counters } = parts;
  const { path, clock, logger, spawnWorker, walSegmentSizeBytes, maxBlockChunkSegmentSizeBytes } = options;
  const { head, blocks, sharing, reader, epochs, chunkRangeMs } = shared;
  const { outOfOrder: log, secondRefs } = replayed;
  const mentioned = new MentionedRefs();
  for (const ref of secondRefs) mentioned.add(ref, wal.currentSegment);
  head.onSeriesRemoved = (walRef) => mentioned.add(walRef, wal.currentSegment);
  const uploaded =
    options.uploadedBlocksFile === undefined
      ? undefined
      : new UploadedBlocks(options.uploadedBlocksFile, logger);
  const delayPart = (options.compactionDelayMaxPercent ?? 0) / 100;
  const compaction = new OooCompaction({ head, log, epochs, clock });
  const maintenance: Maintenance = new Maintenance({
    path,
    head,
    set: blocks,
    store,
    wal,
    mentioned,
    counters,
    clock,
    logger,
    share: () => sharing.share(),
    ...(spawnWorker !== undefined && { spawn: () => spawnWorker('maintenance') }),
    minBlockMs: chunkRangeMs,
    maxBlockMs: Math.max(chunkRangeMs, options.maxBlockDurationMs ?? chunkRangeMs),
    mergeOverlaps: options.allowOverlappingCompaction ?? true,
    compactionDelayMs: Math.trunc(Math.random() * chunkRangeMs * delayPart),
    reloadIntervalMs: Math.max(LEAST_RELOAD_MS, options.blockReloadIntervalMs ?? RELOAD_MS),
    ...(maxBlockChunkSegmentSizeBytes !== undefined && { chunkSegmentBytes: maxBlockChunkSegmentSizeBytes }),
    walCompression: wal.compression,
    ...(walSegmentSizeBytes !== undefined && { walSegmentSizeBytes }),
    staleThreshold: parts.staleThreshold,
    mayCompact: () => uploaded?.mayCompact() ?? (() => true),
    compactOutOfOrder: async () => {
      await compactOutOfOrder({
        compaction,
        folder: path,
        rangeMs: chunkRangeMs,
        write: (minTimeMs, maxTimeMs, before) => maintenance.writeLateBlock(minTimeMs, maxTimeMs, before),
        reload: () => store.reload(),
        clock,
        logger,
      });
    },
    deleteInHead: (minTimeMs, maxTimeMs, matchers) =>
      deleteSamples({
        head,
        reader,
        log: wal,
        minTimeMs,
        maxTimeMs,
        matchers,
        replayedFromMs: store.inOrderMaxTimeMs ?? -Infinity,
      }),
  });
  return maintenance;
}
