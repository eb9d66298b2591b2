import { type Clock, type Logger } from '@narthex/process';
import { StorageError } from '@narthex/storage';
import {
  cutForCheckpoint,
  listCheckpoints,
  listSegments,
  type WalCompression,
  type WalWriter,
} from '@narthex/wal';
import { rm } from 'node:fs/promises';
import { type MaintenanceCounters } from './maintenance-counters.js';
import { type MaintenanceThread } from './maintenance-thread.js';
import { type MentionedRefs } from './mentioned-refs.js';

export interface WalTruncationOptions {
  readonly wal: WalWriter;
  readonly thread: MaintenanceThread;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly counters: MaintenanceCounters;
  /** Series that are gone, as long as the log mentions them. */
  readonly mentioned: MentionedRefs;
  /** The earliest of the samples that the log of late ones holds; Infinity without any. */
  readonly earliestLateMs: () => number;
  readonly compression: WalCompression;
  readonly segmentSizeBytes?: number;
}

/** Keeps the log short: the older two thirds of it go into a checkpoint once their samples are in blocks. */
export class WalTruncation {
  readonly #options: WalTruncationOptions;
  #lastTimeMs = -Infinity;

  constructor(options: WalTruncationOptions) {
    this.#options = options;
  }

  /**
   * Samples before the time are in blocks. Does nothing when that was known, or when there are too few segments
   * (upstream's `Head.truncateWAL`, `tsdb/head.go`).
   * @throws what stood in the way of a new segment or a checkpoint; the log is whole then
   */
  async run(minTimeMs: number): Promise<void> {
    if (minTimeMs <= this.#lastTimeMs) return;
    const { wal, clock, logger, counters, mentioned } = this.#options;
    const startMs = clock.monotonicMs();
    this.#lastTimeMs = minTimeMs;
    const segments = cutForCheckpoint(wal);
    if (segments === undefined) return;
    const { first, last } = segments;
    await this.#checkpoint(first, last, minTimeMs);
    await this.#dropSegments(last);
    mentioned.forgetUpTo(last);
    await this.#dropCheckpoints(last);
    const durationMs = clock.monotonicMs() - startMs;
    counters.walTruncations++;
    counters.walTruncationMs += durationMs;
    logger.info('WAL checkpoint complete', { first, last, duration: `${durationMs.toFixed(3)}ms` });
  }

  async #checkpoint(fromSegment: number, toSegment: number, minTimeMs: number): Promise<void> {
    const { wal, thread, counters, logger, mentioned, compression, segmentSizeBytes, earliestLateMs } =
      this.#options;
    logger.info('Creating checkpoint', { from_segment: fromSegment, to_segment: toSegment, mint: minTimeMs });
    counters.checkpoints++;
    try {
      await thread.run({
        kind: 'checkpoint',
        directory: wal.directory,
        fromSegment,
        toSegment,
        minTimeMs,
        tombstonesFromMs: earliestLateMs(),
        compression,
        mentionedRefs: mentioned.behind(toSegment),
        ...(segmentSizeBytes !== undefined && { segmentSizeBytes }),
      });
    } catch (error) {
      counters.checkpointsFailed++;
      if (error instanceof StorageError && error.code === 'CORRUPT') counters.logCorruptions++;
      throw error;
    }
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
    const { wal, logger, counters } = this.#options;
    counters.checkpointDeletions++;
    try {
      for (const { number, path } of listCheckpoints(wal.directory)) {
        if (number < last) await rm(path, { recursive: true, force: true });
      }
    } catch (error) {
      counters.checkpointDeletionsFailed++;
      logger.error('delete old checkpoints', { err: error instanceof Error ? error : String(error) });
    }
  }
}
