import { rm } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { type Worker } from 'node:worker_threads';
import { type Clock, type Logger } from '@narthex/process';
import {
  createCheckpoint,
  cutForCheckpoint,
  listCheckpoints,
  listSegments,
  type WalCodecs,
  WalCorruptionError,
  type WalWriter,
} from '@narthex/wal';
import { checkpointInWorker } from './checkpoint-worker.js';
import { type DeletedSeries } from './deleted-series.js';
import { CheckpointWorkerError } from './errors.js';
import { writeMemoryCheckpoint } from './memory-checkpoint.js';
import { RefList } from './ref-list.js';
import { type SeriesLog } from './series-log.js';

/** The loop of events gets its turn after so long. */
const SLICE_MS = 4;
const SERIES_AT_ONCE = 256;

export interface TruncationOptions {
  readonly log: SeriesLog;
  readonly wal: WalWriter;
  readonly deleted: DeletedSeries;
  readonly codecs: WalCodecs;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly segmentSizeBytes?: number | undefined;
  /** Make checkpoints out of what is in memory, so many series a record; undefined to make them out of the log. */
  readonly memoryBatchSize: number | undefined;
  /** Starts a thread that calls `runCheckpointWorker`; without it checkpoints out of the log are made in this one. */
  readonly spawnWorker: (() => Worker) | undefined;
  /** How long one took that made a checkpoint. */
  readonly onTruncated: (durationMs: number) => void;
}

/** Lets go of old series and of the older part of the log (upstream: `DB.truncate`, `tsdb/agent/db.go`). */
export class Truncation {
  readonly #options: TruncationOptions;

  constructor(options: TruncationOptions) {
    this.#options = options;
  }

  /**
   * Drops series without a sample since a time, and makes a checkpoint of the lower two thirds of the log, without the
   * samples before that time.
   * @throws what stood in the way of a new segment or a checkpoint; the log is whole then
   */
  async run(minTimeMs: number): Promise<void> {
    const { wal, clock, logger, deleted, onTruncated } = this.#options;
    const startMs = clock.monotonicMs();
    logger.info('series GC started');
    await this.#collect(minTimeMs);
    logger.info('series GC completed', { duration: shownMs(clock.monotonicMs() - startMs) });

    const segments = cutForCheckpoint(wal);
    if (segments === undefined) return;
    const { first, last } = segments;
    await this.#checkpoint(first, last, minTimeMs);
    await this.#dropSegments(last);
    deleted.forgetUpTo(last);
    await this.#dropCheckpoints(last);
    const durationMs = clock.monotonicMs() - startMs;
    onTruncated(durationMs);
    logger.info('WAL checkpoint complete', { first, last, duration: shownMs(durationMs) });
  }

  async #collect(minTimeMs: number): Promise<void> {
    const { log, wal, deleted, clock } = this.#options;
    const { table, exemplars } = log;
    deleted.begin(wal.currentSegment);
    let startedMs = clock.monotonicMs();
    for (const slots of table.slots(SERIES_AT_ONCE)) {
      for (const slot of slots) {
        if (table.newestMs(slot) >= minTimeMs) continue;
        const ref = table.refOf(slot);
        exemplars.delete(ref);
        deleted.add(ref, table.remove(slot));
      }
      if (clock.monotonicMs() - startedMs < SLICE_MS) continue;
      await setImmediate();
      startedMs = clock.monotonicMs();
    }
  }

  async #checkpoint(fromSegment: number, toSegment: number, minTimeMs: number): Promise<void> {
    const { log, wal, deleted, codecs, segmentSizeBytes, logger, memoryBatchSize, spawnWorker } =
      this.#options;
    const { counters, table } = log;
    counters.checkpoints++;
    const place = {
      directory: wal.directory,
      toSegment,
      codecs,
      compression: wal.compression,
      ...(segmentSizeBytes !== undefined && { segmentSizeBytes }),
    };
    try {
      if (memoryBatchSize !== undefined) {
        logger.info('creating checkpoint from WAL', { atIndex: toSegment });
        await writeMemoryCheckpoint({ place, table, deleted, batchSize: memoryBatchSize });
        return;
      }
      logger.info('Creating checkpoint', {
        from_segment: fromSegment,
        to_segment: toSegment,
        mint: minTimeMs,
      });
      if (spawnWorker === undefined) {
        const keepSeries = (ref: number): boolean =>
          table.slotOf(ref) !== 0 || deleted.isMentionedBehind(ref, toSegment);
        await createCheckpoint({ ...place, fromSegment, minTimeMs, keepSeries });
        return;
      }
      const { codecs: _own, ...task } = place;
      const refs = await this.#keptRefs(toSegment);
      await checkpointInWorker(spawnWorker, { ...task, fromSegment, minTimeMs, refs });
    } catch (error) {
      counters.checkpointsFailed++;
      const isCorruption =
        error instanceof WalCorruptionError || (error instanceof CheckpointWorkerError && error.isCorruption);
      if (isCorruption) counters.corruptions++;
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`create checkpoint: ${reason}`, { cause: error });
    }
  }

  /** The series that a checkpoint keeps. Those that come meanwhile are only in later segments. */
  async #keptRefs(toSegment: number): Promise<Float64Array<ArrayBuffer>> {
    const { log, deleted, clock } = this.#options;
    const refs = new RefList(log.table.size + deleted.size);
    let startedMs = clock.monotonicMs();
    for (const slots of log.table.slots(SERIES_AT_ONCE)) {
      for (const slot of slots) refs.push(log.table.refOf(slot));
      if (clock.monotonicMs() - startedMs < SLICE_MS) continue;
      await setImmediate();
      startedMs = clock.monotonicMs();
    }
    for (const ref of deleted.refsBehind(toSegment)) refs.push(ref);
    return refs.take();
  }

  /** Off this thread: to unlink a large file takes its time. What remains is tried again with the next checkpoint. */
  async #dropSegments(last: number): Promise<void> {
    const { wal, logger } = this.#options;
    try {
      for (const { number, path } of listSegments(wal.directory))
        if (number <= last) await rm(path, { force: true });
      wal.truncate(last + 1);
    } catch (error) {
      logger.error('truncating segments failed', { err: error instanceof Error ? error : String(error) });
    }
  }

  async #dropCheckpoints(last: number): Promise<void> {
    const { wal, logger, log } = this.#options;
    log.counters.checkpointDeletions++;
    try {
      for (const { number, path } of listCheckpoints(wal.directory)) {
        if (number < last) await rm(path, { recursive: true, force: true });
      }
    } catch (error) {
      log.counters.checkpointDeletionsFailed++;
      logger.error('delete old checkpoints', { err: error instanceof Error ? error : String(error) });
    }
  }
}

function shownMs(durationMs: number): string {
  return `${durationMs.toFixed(3)}ms`;
}
