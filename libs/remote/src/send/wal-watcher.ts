import { statSync } from 'node:fs';
import { type Clock, type Logger } from '@narthex/process';
import {
  type Checkpoint,
  lastCheckpoint,
  listSegments,
  LiveReader,
  type Segment,
  segmentAt,
  type WalCodecs,
} from '@narthex/wal';
import { RecordFeed } from './record-feed.js';
import { type WalSink } from './wal-sink.js';
import { type WatcherMetrics } from './watcher-metrics.js';

export interface WalWatcherOptions {
  readonly directory: string;
  readonly codecs: WalCodecs;
  /** Who reads, for metrics and the log. */
  readonly consumer: string;
  readonly sink: WalSink;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: WatcherMetrics;
}

/** How often the log is looked at for more. */
const READ_INTERVAL_MS = 100;
/** How often the log's folder is looked at for a new checkpoint. */
const CHECKPOINT_INTERVAL_MS = 5000;
/** When a log that could not be read is tried again. */
const RETRY_MS = 5000;
/** Others get their turn after so long. */
const SLICE_MS = 4;

/**
 * Follows the log of a storage that writes it in this or another process: first the series of the checkpoint and of
 * all segments, then what is added. Only samples newer than its start are passed on.
 */
export class WalWatcher {
  readonly #options: WalWatcherOptions;
  #isFinishing = false;
  #isStopped = false;
  #wake: (() => void) | undefined;
  #running: Promise<void> = Promise.resolve();
  #lastCheckpointPath: string | undefined;
  #nextCheckpointLookMs = 0;

  constructor(options: WalWatcherOptions) {
    this.#options = options;
  }

  start(): void {
    const { logger, consumer, metrics } = this.#options;
    metrics.begin(consumer);
    logger.info('Starting WAL watcher', { queue: consumer });
    this.#running = this.#loop();
  }

  /** Reads what is in the log by now, and ends. */
  async finish(): Promise<void> {
    const { logger, consumer, metrics } = this.#options;
    this.#isFinishing = true;
    this.#wake?.();
    await this.#running;
    metrics.end(consumer);
    logger.info('WAL watcher stopped', { queue: consumer });
  }

  /** Lets {@link finish} end without reading on. */
  abandon(): void {
    this.#isFinishing = true;
    this.#isStopped = true;
    this.#wake?.();
  }

  async #loop(): Promise<void> {
    while (!this.#isFinishing) {
      try {
        await this.#follow();
      } catch (error) {
        const err = error instanceof Error ? error.message : String(error);
        this.#options.logger.error('error tailing WAL', { err });
      }
      await this.#wait(RETRY_MS);
    }
  }

  /** Reads the log from its checkpoint on; returns when the watcher is to end. */
  async #follow(): Promise<void> {
    const { directory, logger, clock, metrics, consumer } = this.#options;
    const feed = new RecordFeed({ ...this.#options, startMs: clock.nowMs(), beginMs: clock.monotonicMs() });
    const newest = listSegments(directory).at(-1)?.number ?? -1;
    logger.info('Replaying WAL', { queue: consumer });
    const checkpoint = lastCheckpoint(directory);
    if (checkpoint !== undefined) {
      await this.#readCheckpoint(checkpoint, feed, 'series');
      // Where this is not the first reading, some may be gone since.
      this.#options.sink.removeSeriesBefore(checkpoint.number);
    }
    this.#lastCheckpointPath = checkpoint?.path;
    const first = listSegments(directory).find(({ number }) => number >= (checkpoint?.number ?? 0));
    if (first === undefined) throw new Error('failed to find segment for index');
    for (let { number } = first; !this.#isStopped; number++) {
      metrics.segment(consumer, number);
      const segment = segmentAt(directory, number);
      if (number < newest) await this.#replay(segment, feed);
      else if (!(await this.#tail(segment, feed))) return;
    }
  }

  /** Reads a segment that nobody writes to any more, for its series. What is damaged is passed over. */
  async #replay(segment: Segment, feed: RecordFeed): Promise<void> {
    const { codecs, logger } = this.#options;
    const reader = new LiveReader({ segment, codecs, bufferBytes: 1024 * 1024 });
    const sizeBytes = statSync(segment.path).size;
    try {
      await this.#drain(reader, feed, 'series');
    } catch (error) {
      const err = error instanceof Error ? error.message : String(error);
      const message = 'Ignoring error reading to end of segment, may have dropped data';
      logger.warn(message, { segment: segment.number, err });
      return;
    } finally {
      reader.close();
    }
    if (reader.offsetBytes === sizeBytes || this.#isStopped) return;
    logger.warn('Expected to have read whole segment, may have dropped data', {
      segment: segment.number,
      read: reader.offsetBytes,
      size: sizeBytes,
    });
  }

  /** Follows a segment until there is a next one; false when the watcher is to end. */
  async #tail(segment: Segment, feed: RecordFeed): Promise<boolean> {
    const { directory, codecs } = this.#options;
    const reader = new LiveReader({ segment, codecs });
    try {
      for (;;) {
        // Looked for before reading: what is written to this segment is there once the next one is.
        const hasNext = (listSegments(directory).at(-1)?.number ?? -1) > segment.number;
        const isLast = this.#isFinishing;
        await this.#drain(reader, feed, 'all');
        if (hasNext) return true;
        if (isLast) return false;
        await this.#lookForCheckpoint(segment.number, feed);
        await this.#wait(READ_INTERVAL_MS);
      }
    } finally {
      reader.close();
    }
  }

  async #drain(reader: LiveReader, feed: RecordFeed, what: 'all' | 'series' | 'touch'): Promise<void> {
    const { clock } = this.#options;
    let sliceEndMs = clock.monotonicMs() + SLICE_MS;
    while (!this.#isStopped && reader.next()) {
      await feed.take(reader.record, reader.segment, what);
      if (clock.monotonicMs() < sliceEndMs) continue;
      await new Promise((resolve) => setImmediate(resolve));
      sliceEndMs = clock.monotonicMs() + SLICE_MS;
    }
  }

  /** Series that a new checkpoint does not have any more, nor segments behind it, are gone. */
  async #lookForCheckpoint(currentSegment: number, feed: RecordFeed): Promise<void> {
    const { clock, directory, logger, sink } = this.#options;
    if (clock.monotonicMs() < this.#nextCheckpointLookMs) return;
    this.#nextCheckpointLookMs = clock.monotonicMs() + CHECKPOINT_INTERVAL_MS;
    try {
      const checkpoint = lastCheckpoint(directory);
      if (checkpoint === undefined || checkpoint.path === this.#lastCheckpointPath) return;
      const { number: index, path: dir } = checkpoint;
      // Looked at again once that is read which the checkpoint stands for.
      if (index >= currentSegment) {
        const message = 'Current segment is behind the checkpoint, skipping reading of checkpoint';
        logger.debug(message, { current: currentSegment, checkpoint: dir });
        return;
      }
      this.#lastCheckpointPath = dir;
      logger.debug('New checkpoint detected', { new: dir, currentSegment });
      await this.#readCheckpoint(checkpoint, feed, 'touch');
      sink.removeSeriesBefore(index);
    } catch (error) {
      const err = error instanceof Error ? error.message : String(error);
      logger.warn('Error process checkpoint', { err });
    }
  }

  async #readCheckpoint(checkpoint: Checkpoint, feed: RecordFeed, what: 'series' | 'touch'): Promise<void> {
    const { codecs, logger } = this.#options;
    const dir = checkpoint.path;
    logger.debug('Reading checkpoint', { dir });
    for (const segment of listSegments(dir)) {
      const reader = new LiveReader({ segment, codecs, bufferBytes: 1024 * 1024 });
      try {
        // Its own segments count from zero; the series stand for the checkpoint's number.
        await this.#drain(reader, feed.as(checkpoint.number), what);
        const torn = reader.tornTail();
        if (torn !== undefined && !this.#isStopped) throw torn;
      } finally {
        reader.close();
      }
    }
    logger.debug('Read series references from checkpoint', { checkpoint: dir });
  }

  async #wait(delayMs: number): Promise<void> {
    if (this.#isFinishing) return;
    let stopTimer = (): void => undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      stopTimer = this.#options.clock.after(delayMs, resolve);
    });
    stopTimer();
    this.#wake = undefined;
  }
}
