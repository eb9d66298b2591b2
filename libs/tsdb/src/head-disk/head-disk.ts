import { type EpochTable, isEarlier, NO_ADDRESS } from '@narthex/bytes';
import { type Clock, type Logger } from '@narthex/process';
import { rmSync, statSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { type Head } from '../head/head.js';
import { RowTable } from '../shared/row-table.js';
import { ChunkBatch } from './chunk-batch.js';
import { chunkFilePath, listChunkFiles } from './chunk-file-names.js';
import { ChunkFileWriter } from './chunk-file-writer.js';
import { MAX_FILE_BYTES, recordBytes } from './chunk-record.js';
import { type FoundLateChunks } from './found-late-chunks.js';
import { LateChunkFiles } from './late-chunk-files.js';
import { type LoadedChunks, loadHeadChunks } from './load-chunks.js';

/** As often as upstream looks for full chunks. */
const PASS_MS = 60_000;
/** How often is looked whether so many are full that it should not wait. */
const LOOK_MS = 1000;
const SLICE_MS = 4;
/** The most that is copied before it is written. */
const BATCH_BYTES = 256 * 1024;
/** So many full chunks, and one for so many series, may be in memory before they are written out of turn. */
const CROWD = 20_000;
const SERIES_A_CHUNK = 50;
/** So much of late chunks may wait to be written. */
const LATE_BYTES = 1024 * 1024;
/** Retired blocks freed after each batch. */
const RECLAIM_LIMIT = 20_000;

export interface HeadDiskOptions {
  /** `chunks_head` of the data directory. Made when missing. */
  readonly folder: string;
  readonly head: Head;
  readonly epochs: EpochTable;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Files are cut before they grow beyond this; default 128 MiB. */
  readonly maxFileBytes?: number;
}

/** What was done since the start; the metrics are made from it. */
export interface HeadDiskCounters {
  /** Chunks that went to disk. */
  chunksWritten: number;
  corruptions: number;
  writesFailed: number;
  filesDeleted: number;
  /** Chunks found at the start whose series the log does not know. */
  unknownChunks: number;
  /** Series with two numbers whose chunks overlapped. */
  overlaps: number;
  /** Snapshots that could not be used. */
  snapshotErrors: number;
}

/**
 * Moves full chunks of the head to files and reads them back at a start. On main. A chunk that is not written yet, or
 * cannot be, stays in memory, where readers find it.
 */
export class HeadDisk {
  readonly folder: string;
  readonly counters: HeadDiskCounters = {
    chunksWritten: 0,
    corruptions: 0,
    writesFailed: 0,
    filesDeleted: 0,
    unknownChunks: 0,
    overlaps: 0,
    snapshotErrors: 0,
  };
  /** The chunks of late samples that the start found, for the replay of their log. */
  readonly late: FoundLateChunks;
  readonly #options: HeadDiskOptions;
  readonly #writer: ChunkFileWriter;
  /** What the start found, until the log was replayed. */
  #found: LoadedChunks | undefined;
  #passing: Promise<void> | undefined;
  #truncationsSeen = 0;
  /** Files below `limit` hold nothing that anyone who entered since `epoch` can come to. */
  #leaving: { readonly limit: number; readonly epoch: number } | undefined;
  #nextPassMs = 0;
  #quietUntilMs = -Infinity;
  #cancel: (() => void) | undefined;
  #closed = false;

  private constructor(options: HeadDiskOptions, found: LoadedChunks) {
    this.folder = options.folder;
    this.counters.corruptions = found.corruptions;
    this.#options = options;
    this.#found = found;
    this.late = found.late;
    this.#writer = new ChunkFileWriter({
      folder: options.folder,
      lastFile: found.lastFile,
      maxFileBytes: options.maxFileBytes ?? MAX_FILE_BYTES,
    });
  }

  /**
   * Reads what there is. Then {@link restore} is to be called for each series that the log names, {@link replayed}
   * once at its end, and {@link start}.
   * @throws StorageError with code `CORRUPT` where files are missing or are something else
   */
  static async open(options: HeadDiskOptions): Promise<HeadDisk> {
    const { folder, clock, logger, head } = options;
    logger.info('Replaying on-disk memory mappable chunks if any');
    const startedMs = clock.monotonicMs();
    const found = await loadHeadChunks({ folder, clock, logger, minValidTimeMs: head.minValidTimeMs });
    // A log that was cut off may not know these series, and others must not inherit their chunks.
    head.reserveWalRef(found.chunks.highestRef);
    const durationMs = clock.monotonicMs() - startedMs;
    logger.info('On-disk memory mappable chunks replay completed', { duration: `${durationMs}ms` });
    return new HeadDisk(options, found);
  }

  /** Gives a series the chunks that were found under a number of its. */
  restore(seriesRef: number, id: number): void {
    const chunks = this.#found?.chunks.take(seriesRef) ?? [];
    if (chunks.length > 0 && this.#options.head.restoreChunks(id, chunks) > 0) this.counters.overlaps++;
  }

  /** Ends the start, as far as the log in order goes: chunks that no series asked for are forgotten. */
  replayed(): void {
    if (this.#found === undefined) return;
    const { logger } = this.#options;
    const { chunks } = this.#found;
    this.#found = undefined;
    this.counters.unknownChunks = chunks.left;
    if (this.counters.overlaps > 0) {
      logger.info('Overlapping m-map chunks on duplicate series records', { count: this.counters.overlaps });
    }
    if (chunks.left > 0) {
      logger.warn('On-disk chunks of series that the WAL does not know', { chunks: chunks.left });
    }
  }

  /**
   * Takes full chunks of late samples from now on, when their log has been replayed.
   *
   * @param markedFile the newest file that the log's markers name
   */
  async takeLate(markedFile: number): Promise<void> {
    const { head } = this.#options;
    this.late.forget();
    await this.#writer.skip(markedFile);
    head.outOfOrder.places = new LateChunkFiles(head, this.#writer, () => this.counters.chunksWritten++);
  }

  /** True when so many full chunks are in memory that {@link flush} should not wait. */
  get crowded(): boolean {
    const { store, seriesCount } = this.#options.head;
    if (this.#writer.pendingBytes > LATE_BYTES) return true;
    return store.unwritten > CROWD + seriesCount / SERIES_A_CHUNK;
  }

  /** The size of the folder. */
  sizeBytes(): number {
    let sizeBytes = 0;
    for (const file of listChunkFiles(this.folder)) {
      sizeBytes += statSync(chunkFilePath(this.folder, file), { throwIfNoEntry: false })?.size ?? 0;
    }
    return sizeBytes;
  }

  /** Begins to write full chunks every minute, or earlier when there are many. */
  start(): void {
    this.#nextPassMs = this.#options.clock.monotonicMs() + PASS_MS;
    this.#arm();
  }

  /**
   * Writes the full chunks that are in memory and deletes files that nobody needs. Never throws: what goes wrong is
   * counted and logged, and done again the next time.
   */
  flush(): Promise<void> {
    this.#passing ??= this.#pass()
      .catch((error: unknown) => this.#failed(error))
      .finally(() => (this.#passing = undefined));
    return this.#passing;
  }

  /** Writes what there is, as far as that works, and makes it durable. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancel?.();
    await this.#passing;
    await this.flush();
    try {
      await this.#writer.close();
    } catch (error) {
      this.#options.logger.error('Closing head chunks failed', { err: String(error) });
    }
  }

  #arm(): void {
    const { clock } = this.#options;
    this.#cancel = clock.after(LOOK_MS, () => {
      const nowMs = clock.monotonicMs();
      const due = nowMs >= this.#nextPassMs || (this.crowded && nowMs >= this.#quietUntilMs);
      if (due) this.#nextPassMs = nowMs + PASS_MS;
      void (due ? this.flush() : Promise.resolve()).then(() => {
        if (!this.#closed) this.#arm();
      });
    });
  }

  #failed(error: unknown): void {
    const { clock, logger } = this.#options;
    this.counters.writesFailed++;
    // A full disk stays full for long.
    if (clock.monotonicMs() < this.#quietUntilMs) return;
    this.#quietUntilMs = clock.monotonicMs() + PASS_MS;
    logger.error('Writing head chunks failed, they stay in memory', { err: String(error) });
  }

  async #pass(): Promise<void> {
    const { head } = this.#options;
    if (head.counters.truncations !== this.#truncationsSeen) {
      this.#truncationsSeen = head.counters.truncations;
      this.#writer.cut();
    }
    await this.#writer.drain();
    if (head.store.unwritten > 0) await this.#writeChunks();
    if (this.#found === undefined) this.#deleteFiles();
  }

  async #writeChunks(): Promise<void> {
    const { head, clock } = this.#options;
    const { rows, entries, control } = head;
    const { lastId } = control;
    let batch: ChunkBatch | undefined;
    let startedMs = clock.monotonicMs();
    for (let id = 1; id <= lastId; id++) {
      if (rows.find(id) === NO_ADDRESS) {
        id = RowTable.nextPage(id) - 1;
        continue;
      }
      if (clock.monotonicMs() - startedMs > SLICE_MS) {
        await setImmediate();
        startedMs = clock.monotonicMs();
      }
      const row = head.row(id);
      if (row === NO_ADDRESS || !entries.hasUnwritten(row)) continue;
      for (const chunk of [...entries.unwritten(row)]) {
        if (batch?.add(id, row, chunk)) continue;
        if (batch !== undefined) {
          await this.#write(batch);
          batch = undefined;
          startedMs = clock.monotonicMs();
          // The row, or some of its chunks, may have gone meanwhile: it is looked at anew.
          id--;
          break;
        }
        batch = new ChunkBatch(head, entries, this.#capacity(chunk.sizeBytes));
        batch.add(id, row, chunk);
      }
    }
    if (batch !== undefined) await this.#write(batch);
  }

  /** A batch is one stretch of one file. */
  #capacity(sizeBytes: number): number {
    const needed = recordBytes(sizeBytes);
    return Math.max(needed, Math.min(BATCH_BYTES, this.#writer.room(needed)));
  }

  async #write(batch: ChunkBatch): Promise<void> {
    const { head } = this.#options;
    const place = this.#writer.append(batch.bytes, () => {
      this.counters.chunksWritten += batch.length;
      batch.moveToFile(place.file, place.offset);
      head.allocator.reclaim(RECLAIM_LIMIT);
    });
    await this.#writer.drain();
  }

  /** Deletes files in front of the first that is needed, once those who may have seen a way to them have left. */
  #deleteFiles(): void {
    const { head, epochs } = this.#options;
    const limit = Math.min(
      head.store.files.lowest() ?? Infinity,
      this.#writer.currentFile || Infinity,
      this.#writer.pendingFile ?? Infinity,
    );
    const files = listChunkFiles(this.folder);
    if (this.#leaving === undefined) {
      if (!files.some((file) => file < limit)) return;
      epochs.advance();
      this.#leaving = { limit, epoch: epochs.current };
    }
    const { epoch, limit: left } = this.#leaving;
    const oldest = epochs.oldest();
    if (oldest !== undefined && isEarlier(oldest, epoch)) return;
    this.#leaving = undefined;
    for (const file of files) {
      if (file >= left) break;
      rmSync(chunkFilePath(this.folder, file));
      this.counters.filesDeleted++;
    }
  }
}
