import { type Logger } from '@narthex/process';
import { type WalCodecs, type WalCompression, type WalCounters, WalWriter } from '@narthex/wal';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type OutOfOrder } from './out-of-order.js';

export interface OutOfOrderLogOptions {
  /** `wbl` in the data directory. */
  readonly directory: string;
  readonly codecs: WalCodecs;
  readonly outOfOrder: OutOfOrder;
  readonly logger: Logger;
  readonly compression?: WalCompression;
  readonly segmentSizeBytes?: number;
  /** The log is there from now on. */
  readonly onOpened?: (log: OutOfOrderLog) => void;
  /** An fsync(2) took so long. */
  readonly onSynced?: (durationMs: number) => void;
}

/**
 * The write-behind log of out-of-order samples (Prometheus's `wbl/`), which is there once a window was set, or when it
 * holds something from before. To be opened when it was replayed.
 */
export class OutOfOrderLog {
  readonly #options: OutOfOrderLogOptions;
  #writer: WalWriter | undefined;

  constructor(options: OutOfOrderLogOptions) {
    this.#options = options;
    if (holdsBytes(options.directory)) this.#open();
  }

  /**
   * How far behind the newest sample others are taken from the next transaction on, in ms; 0 for none. What was taken
   * already stays.
   */
  applyWindow(windowMs: number): void {
    if (windowMs > 0 && this.#writer === undefined) this.#open();
    this.#options.outOfOrder.windowMs = Math.max(0, windowMs);
  }

  /** What the log counts; undefined while there is none. */
  get counters(): WalCounters | undefined {
    return this.#writer?.counters;
  }

  /** The segment being written; undefined while there is no log. */
  get currentSegment(): number | undefined {
    return this.#writer?.currentSegment;
  }

  /** What the log takes on disk. */
  sizeBytes(): number {
    return this.#writer?.sizeBytes() ?? 0;
  }

  /** Starts a new segment, when all before are synced, and returns its number; undefined while there is no log. */
  async nextSegment(): Promise<number | undefined> {
    const number = this.#writer?.nextSegment();
    await this.#writer?.synced();
    return number;
  }

  /** Removes the segments below a number. */
  truncate(beforeSegment: number): void {
    this.#writer?.truncate(beforeSegment);
  }

  /** Syncs and closes. */
  async close(): Promise<void> {
    await this.#writer?.close();
    this.#writer = undefined;
  }

  #open(): void {
    const { directory, codecs, outOfOrder, logger, compression, segmentSizeBytes, onSynced } = this.#options;
    this.#writer = WalWriter.open({
      directory,
      codecs,
      ...(compression !== undefined && { compression }),
      ...(segmentSizeBytes !== undefined && { segmentSizeBytes }),
      observer: {
        synced: (durationMs) => onSynced?.(durationMs),
        syncFailed: (segment, err) =>
          logger.error('sync previous segment', { wbl: true, segment, err: String(err) }),
      },
    });
    outOfOrder.log = this.#writer;
    this.#options.onOpened?.(this);
  }
}

/** Whether a log holds anything: empty segments are left by a run that had no window. */
export function holdsBytes(directory: string): boolean {
  return (
    existsSync(directory) && readdirSync(directory).some((name) => statSync(join(directory, name)).size > 0)
  );
}
