import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type RecordCodec, type WalCodecs, type WalCompression } from './compression.js';
import { WalClosedError, WalCorruptionError, WalWriteError } from './errors.js';
import {
  DEFAULT_SEGMENT_SIZE_BYTES,
  FRAGMENT_HEADER_BYTES,
  PAGE_SIZE_BYTES,
  SNAPPY_FLAG,
  ZSTD_FLAG,
} from './format.js';
import { PageBuffer } from './page-buffer.js';
import { repairWal, type WalLoss } from './repair.js';
import { type CreateSegmentFile, createSegmentFile, type SegmentFile } from './segment-file.js';
import { directorySizeBytes, ensureDirectory, listSegments, segmentName, segmentsOf } from './segments.js';
import { WalReader } from './wal-reader.js';

/** What the log counts; upstream's metrics `prometheus_tsdb_wal_…` are these. */
export interface WalCounters {
  /** Pages, whole or begun, given to the file. */
  readonly pageFlushes: number;
  readonly completedPages: number;
  readonly truncations: number;
  readonly truncationsFailed: number;
  readonly writesFailed: number;
  readonly recordParts: number;
  /** With headers, after compression. */
  readonly recordPartBytes: number;
  /** What compression saved. */
  readonly recordBytesSaved: number;
}

export interface WalObserver {
  /** A batch is in the log: live readers may look again. */
  written?(): void;
  /** An fsync(2) took so long. */
  synced?(durationMs: number): void;
  /** A finished segment could not be synced or closed. The log goes on, as upstream's does. */
  syncFailed?(segment: number, error: unknown): void;
}

export interface WalWriterOptions {
  readonly directory: string;
  readonly codecs: WalCodecs;
  /** Default: snappy, as upstream. */
  readonly compression?: WalCompression;
  /** A multiple of 32 KiB. Default: 128 MiB. */
  readonly segmentSizeBytes?: number;
  readonly observer?: WalObserver;
  readonly createFile?: CreateSegmentFile;
  /** A clock that never goes back, in milliseconds. */
  readonly monotonicMs?: () => number;
}

interface ActiveSegment {
  readonly number: number;
  readonly path: string;
  readonly file: SegmentFile;
  /** Bytes written to the file and meant to be there. */
  sizeBytes: number;
}

/** A batch is laid out in memory up to this size and written at once; only larger ones take several writes. */
const batchLimitBytes = 4 * 1024 * 1024;

/**
 * The one writer of a log. A batch is in the file, by write(2), when {@link append} returns, or not at all; it is
 * synced when its segment is finished or the log closed.
 *
 * A writer starts a new segment behind those it finds and reads none of them: read them first, with a
 * {@link WalReader} and {@link repair}, or open with {@link recover}.
 */
export class WalWriter {
  readonly directory: string;
  readonly compression: WalCompression;
  readonly #codec: RecordCodec | undefined;
  readonly #flag: number;
  readonly #segmentSizeBytes: number;
  readonly #observer: WalObserver;
  readonly #createFile: CreateSegmentFile;
  readonly #monotonicMs: () => number;
  readonly #pages: PageBuffer;
  readonly #fragmentCounts = { fragments: 0, fragmentBytes: 0 };
  readonly #counts = {
    pageFlushes: 0,
    completedPages: 0,
    truncations: 0,
    truncationsFailed: 0,
    writesFailed: 0,
    recordBytesSaved: 0,
  };
  readonly #retiring = new Set<Promise<void>>();
  #active: ActiveSegment;
  /** Segments that the batch at hand has filled; synced and closed once the batch is whole. */
  #filled: ActiveSegment[] = [];
  /** A failed batch may have left bytes behind the active segment's size. */
  #needsTruncation = false;
  #closed = false;

  private constructor(options: WalWriterOptions) {
    const {
      directory,
      codecs,
      compression = 'snappy',
      segmentSizeBytes = DEFAULT_SEGMENT_SIZE_BYTES,
    } = options;
    if (segmentSizeBytes <= 0 || segmentSizeBytes % PAGE_SIZE_BYTES !== 0) {
      throw new RangeError(`invalid segment size ${segmentSizeBytes}`);
    }
    this.directory = directory;
    this.compression = compression;
    this.#codec = compression === 'none' ? undefined : codecs[compression];
    // Fails now rather than at the first commit where this compression is not to be had.
    this.#codec?.compress(new Uint8Array(1));
    this.#flag = { none: 0, snappy: SNAPPY_FLAG, zstd: ZSTD_FLAG }[compression];
    this.#segmentSizeBytes = segmentSizeBytes;
    this.#observer = options.observer ?? {};
    this.#createFile = options.createFile ?? createSegmentFile;
    this.#monotonicMs = options.monotonicMs ?? (() => performance.now());
    this.#pages = new PageBuffer(batchLimitBytes, this.#fragmentCounts, (bytes) => this.#write(bytes));
    ensureDirectory(directory);
    this.#active = this.#create((listSegments(directory).at(-1)?.number ?? -1) + 1);
  }

  /** Opens a log for writing in a new segment. */
  static open(options: WalWriterOptions): WalWriter {
    return new WalWriter(options);
  }

  /**
   * Reads a whole log, each record given to `visit`, repairs it where it is damaged, and opens it for writing.
   * `loss` tells what the repair took away; undefined when all was well.
   */
  static recover(
    options: WalWriterOptions,
    visit: (record: Uint8Array, segment: number) => void,
  ): { readonly writer: WalWriter; readonly loss: WalLoss | undefined } {
    const { directory, codecs } = options;
    ensureDirectory(directory);
    const reader = new WalReader({ segments: segmentsOf([{ directory }]), codecs });
    let loss: WalLoss | undefined;
    try {
      while (reader.next()) visit(reader.record, reader.segment);
    } catch (error) {
      if (!(error instanceof WalCorruptionError)) throw error;
      loss = repairWal(directory, error);
    } finally {
      reader.close();
    }
    return { writer: WalWriter.open(options), loss };
  }

  get counters(): WalCounters {
    const { fragments, fragmentBytes } = this.#fragmentCounts;
    return { ...this.#counts, recordParts: fragments, recordPartBytes: fragmentBytes };
  }

  /** Number of the segment being written. */
  get currentSegment(): number {
    return this.#active.number;
  }

  /** Bytes in the segment being written. */
  get offsetBytes(): number {
    return this.#active.sizeBytes;
  }

  /** What the log takes on disk, its checkpoints included. */
  sizeBytes(): number {
    return directorySizeBytes(this.directory);
  }

  /**
   * Writes a batch of records. They are in the file when this returns.
   * @throws WalWriteError when they cannot be written whole; the log is then as it was before.
   */
  append(records: readonly Uint8Array[]): void {
    this.#transact(() => {
      for (const record of records) this.#add(record);
    });
    this.#observer.written?.();
  }

  /**
   * Finishes the segment and starts the next, whose number is returned. The finished one is synced and closed in the
   * background; {@link synced} waits for that.
   * @throws WalWriteError when the next one cannot be created; the log is then as it was before.
   */
  nextSegment(): number {
    this.#transact(() => this.#cut());
    return this.#active.number;
  }

  /** Resolves when every finished segment is synced and closed. */
  async synced(): Promise<void> {
    await Promise.all(this.#retiring);
  }

  /** Removes the segments below a number. */
  truncate(beforeSegment: number): void {
    this.#counts.truncations++;
    try {
      for (const { number, path } of listSegments(this.directory)) {
        if (number < Math.min(beforeSegment, this.#active.number)) rmSync(path);
      }
    } catch (error) {
      this.#counts.truncationsFailed++;
      throw error;
    }
  }

  /** Cuts the log at a damage that a reader met, drops what is behind it and goes on in a new segment. */
  repair(corruption: WalCorruptionError): WalLoss {
    if (this.#closed) throw new WalClosedError();
    if (corruption.directory !== this.directory) {
      throw new RangeError(`the damage is not in ${this.directory}`, { cause: corruption });
    }
    this.#active.file.close();
    const loss = repairWal(this.directory, corruption);
    this.#active = this.#create(corruption.segment + 1);
    return loss;
  }

  /** Fills up the last page, syncs and closes. */
  async close(): Promise<void> {
    if (this.#closed) throw new WalClosedError();
    this.#transact(() => this.#pages.padPage());
    this.#closed = true;
    this.#retire(this.#active);
    await this.synced();
  }

  /** Runs `write` so that all it lays out is written, or nothing. */
  #transact(write: () => void): void {
    if (this.#closed) throw new WalClosedError();
    const before = this.#active;
    const sizeBefore = before.sizeBytes;
    try {
      if (this.#needsTruncation) this.#dropLeftovers();
      this.#pages.startAt(sizeBefore);
      write();
      this.#pages.flush();
    } catch (cause) {
      this.#counts.writesFailed++;
      this.#rollBack(before, sizeBefore);
      throw new WalWriteError(cause instanceof Error ? cause.message : String(cause), { cause });
    }
    this.#countPages(before, sizeBefore);
    for (const segment of this.#filled.splice(0)) this.#retire(segment);
  }

  #add(record: Uint8Array): void {
    let data = record;
    let flag = 0;
    if (this.#codec !== undefined) {
      const compressed = this.#codec.compress(record);
      if (compressed.length < record.length) {
        this.#counts.recordBytesSaved += record.length - compressed.length;
        data = compressed;
        flag = this.#flag;
      }
    }
    if (data.length > this.#roomInSegment()) this.#cut();
    this.#pages.add(data, flag);
  }

  /** How long a record may be to fit the segment still. */
  #roomInSegment(): number {
    const { offsetBytes } = this.#pages;
    const pagesBehind =
      this.#segmentSizeBytes / PAGE_SIZE_BYTES - Math.floor(offsetBytes / PAGE_SIZE_BYTES) - 1;
    const inPage = PAGE_SIZE_BYTES - (offsetBytes % PAGE_SIZE_BYTES) - FRAGMENT_HEADER_BYTES;
    return inPage + pagesBehind * (PAGE_SIZE_BYTES - FRAGMENT_HEADER_BYTES);
  }

  #cut(): void {
    this.#pages.padPage();
    this.#pages.flush();
    const next = this.#create(this.#active.number + 1);
    this.#filled.push(this.#active);
    this.#active = next;
    this.#pages.startAt(0);
  }

  #create(number: number): ActiveSegment {
    const path = join(this.directory, segmentName(number));
    return { number, path, file: this.#createFile(path), sizeBytes: 0 };
  }

  #write(bytes: Uint8Array): void {
    const active = this.#active;
    this.#needsTruncation = true;
    for (let rest = bytes; rest.length > 0;) {
      // A full disk takes a part first, and says that it is full when asked to take the rest.
      const count = active.file.write(rest, active.sizeBytes);
      if (count === 0) throw new Error(`short write: ${bytes.length - rest.length} of ${bytes.length} bytes`);
      active.sizeBytes += count;
      rest = rest.subarray(count);
    }
    this.#needsTruncation = false;
  }

  #rollBack(before: ActiveSegment, sizeBefore: number): void {
    if (this.#active !== before) {
      const created = [...this.#filled.filter((segment) => segment !== before), this.#active];
      for (const { file, path } of created.reverse()) {
        file.close();
        rmSync(path, { force: true });
      }
    }
    this.#filled = [];
    this.#active = before;
    before.sizeBytes = sizeBefore;
    this.#needsTruncation = true;
    try {
      this.#dropLeftovers();
    } catch {
      // The next batch tries again before it writes anything, and reports what stands in the way.
    }
  }

  #dropLeftovers(): void {
    this.#active.file.truncate(this.#active.sizeBytes);
    this.#needsTruncation = false;
  }

  #countPages(before: ActiveSegment, sizeBefore: number): void {
    let fromBytes = sizeBefore;
    for (const { sizeBytes } of before === this.#active ? [this.#active] : [...this.#filled, this.#active]) {
      const firstPage = Math.floor(fromBytes / PAGE_SIZE_BYTES);
      this.#counts.completedPages += Math.floor(sizeBytes / PAGE_SIZE_BYTES) - firstPage;
      if (sizeBytes > fromBytes)
        this.#counts.pageFlushes += Math.ceil(sizeBytes / PAGE_SIZE_BYTES) - firstPage;
      fromBytes = 0;
    }
  }

  #retire(segment: ActiveSegment): void {
    const retiring = this.#syncAndClose(segment).finally(() => this.#retiring.delete(retiring));
    this.#retiring.add(retiring);
  }

  async #syncAndClose({ file, number }: ActiveSegment): Promise<void> {
    const startMs = this.#monotonicMs();
    try {
      try {
        await file.sync();
        this.#observer.synced?.(this.#monotonicMs() - startMs);
      } finally {
        file.close();
      }
    } catch (error) {
      this.#observer.syncFailed?.(number, error);
    }
  }
}
