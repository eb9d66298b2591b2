import { type Registry } from '@narthex/client';
import { type Clock, type Logger } from '@narthex/process';
import { type WalCodecs, type WalCompression } from '@narthex/wal';
import { UnknownRefs } from '../disk/unknown-refs.js';
import { type FoundLateChunks } from '../head-disk/found-late-chunks.js';
import { type Head } from '../head/head.js';
import { OutOfOrderMetrics } from './metrics.js';
import { holdsBytes, OutOfOrderLog } from './out-of-order-log.js';
import { WblReplay } from './wbl-replay.js';

export interface OpenOutOfOrderOptions {
  /** `wbl` in the data directory. */
  readonly directory: string;
  readonly codecs: WalCodecs;
  readonly head: Head;
  /** The series that the log in order knows by a number; 0 for none. */
  readonly idOf: (ref: number) => number;
  /** Full chunks that were found on disk. */
  readonly lateChunks: FoundLateChunks;
  /** How far behind the newest sample others are taken; 0 for none. */
  readonly windowMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Registry | undefined;
  readonly compression: WalCompression | undefined;
  readonly segmentSizeBytes: number | undefined;
}

export interface OpenedOutOfOrder {
  readonly log: OutOfOrderLog;
  /** Whether the log had to be repaired. */
  readonly repaired: boolean;
  /** What of the log is of series that nobody knows. */
  readonly unknown: UnknownRefs;
  /** No chunk may go into files up to this one: the log has markers that would mean it. */
  readonly newestFile: number;
}

/**
 * Replays the out-of-order log behind that in order, and opens it where there is one or a window asks for it.
 * @throws StorageError with code `CORRUPT` where a whole record cannot be understood
 */
export async function openOutOfOrder(options: OpenOutOfOrderOptions): Promise<OpenedOutOfOrder> {
  const {
    directory,
    codecs,
    head,
    idOf,
    lateChunks,
    clock,
    logger,
    registry,
    compression,
    segmentSizeBytes,
  } = options;
  let repaired = false;
  let newestFile = 0;
  let unknown = new UnknownRefs();
  if (holdsBytes(directory)) {
    const startedMs = clock.monotonicMs();
    const replay = new WblReplay({ directory, codecs, head, idOf, lateChunks, clock, logger });
    const loss = await replay.run();
    repaired = loss !== undefined;
    ({ newestFile, unknown } = replay);
    if (loss !== undefined) {
      const { segment, keptBytes, lostBytes, droppedSegments, reason } = loss;
      const dropped = droppedSegments.join(',');
      logger.error('Repaired damaged WBL', {
        segment,
        keptBytes,
        lostBytes,
        droppedSegments: dropped,
        reason,
      });
    }
    const durationMs = Math.round(clock.monotonicMs() - startedMs);
    logger.info('WBL replay completed', { ...replay.stats, durationMs });
  }
  const metrics = registry === undefined ? undefined : new OutOfOrderMetrics(registry);
  metrics?.watch(head);
  const log = new OutOfOrderLog({
    directory,
    codecs,
    outOfOrder: head.outOfOrder,
    logger,
    ...(compression !== undefined && { compression }),
    ...(segmentSizeBytes !== undefined && { segmentSizeBytes }),
    onOpened: (opened) => metrics?.watchLog(opened),
    onSynced: (durationMs) => metrics?.observeFsync(durationMs),
  });
  log.applyWindow(options.windowMs);
  return { log, repaired, newestFile, unknown };
}
