import { type EpochTable, isEarlier, NO_ADDRESS, type SharedAllocator } from '@narthex/bytes';
import { type Clock } from '@narthex/process';
import { type Labels } from '@narthex/model';
import { type AppendOptions, StorageError } from '@narthex/storage';
import {
  type ExemplarRecord,
  type HistogramRecord,
  type MetadataRecord,
  type SampleBatch,
} from '@narthex/wal';
import { LabelIndex } from '../index/label-index.js';
import { type ControlBlock } from '../shared/control-block.js';
import { ROW } from '../shared/layout.js';
import { readersBefore } from '../shared/readers-before.js';
import { MAX_SERIES_ID, RowTable } from '../shared/row-table.js';
import { type LateRule } from '../ooo/late-rule.js';
import { OutOfOrder } from '../ooo/out-of-order.js';
import { HeadExemplars } from '../exemplars/head-exemplars.js';
import { BatchPool } from './batch-pool.js';
import { ChunkEntries, type DiskChunk } from './chunk-entries.js';
import { type ChunkFormat } from './chunk-format.js';
import { CommitQueue } from './commit-queue.js';
import { CommitWriter } from './commit-writer.js';
import { createCounters, type HeadCounters } from './counters.js';
import { HeadAppender } from './head-appender.js';
import { type HistogramBatch } from './histogram-batch.js';
import { checkLabels } from './label-rules.js';
import { CommitEncoder, type CommitPart } from './log-records.js';
import { SeriesMetadata } from './series-metadata.js';
import { type OpenChunk, SeriesStore } from './series-store.js';
import { runInSlices } from './slices.js';
import { evictSeries, type StaleSeries, truncateSeries } from './truncation.js';
import { UnloggedSeries } from './unlogged-series.js';
import { type WritableHead } from './writable-head.js';

/** How often is looked whether transactions that are waited for are over. */
const APPENDERS_POLL_MS = 20;
/** Where commits are written before they show. Throws when a batch could not be written whole. */
export interface HeadLog {
  append(records: readonly Uint8Array[]): void;
}

export interface HeadOptions {
  readonly allocator: SharedAllocator;
  readonly control: ControlBlock;
  readonly epochs: EpochTable;
  readonly clock: Clock;
  /** Chunks end at multiples of this, and half of it is how far back samples are still taken. */
  readonly chunkRangeMs: number;
  /** The most series there may be; 0 for no limit. */
  readonly maxSeries: number;
  /** How many samples a chunk of floats should get; default 120. */
  readonly samplesPerChunk?: number;
  /** Default: chunks of encoding XOR, no start timestamps. */
  readonly format?: ChunkFormat;
}

/**
 * The one writer of the shared head. It lives on main. Series are made without an `await`; commits wait for each other
 * and, like truncations, are cut into slices where they are long. What a commit has done of a slice shows to nobody:
 * its number is published at its end.
 */
export class Head implements WritableHead {
  readonly counters: HeadCounters = createCounters();
  readonly control: ControlBlock;
  readonly allocator: SharedAllocator;
  readonly rows: RowTable;
  readonly store: SeriesStore;
  readonly entries: ChunkEntries;
  readonly outOfOrder: OutOfOrder;
  readonly exemplars: HeadExemplars;
  readonly metadata = new SeriesMetadata();
  readonly index: LabelIndex;
  readonly batches = new BatchPool();
  readonly commits: CommitQueue;
  readonly writer: CommitWriter;
  /** Samples before this time are refused: they may be in blocks already. */
  minValidTimeMs = -Infinity;
  /** Set once the log has been replayed. */
  log: HeadLog | undefined;
  /** Called after each commit. */
  onCommit: () => void = () => undefined;
  /** Called for each series that goes, with its number in the log. */
  onSeriesRemoved: (walRef: number) => void = () => undefined;
  readonly #epochs: EpochTable;
  readonly #clock: Clock;
  readonly #chunkRangeMs: number;
  readonly #maxSeries: number;
  readonly #encoder: CommitEncoder;
  readonly #openAppenders = new Set<HeadAppender>();
  #nextAppender = 1;
  #lastWalRef = 0;
  readonly #unlogged = new UnloggedSeries();
  #truncating: Promise<void> = Promise.resolve();

  constructor(options: HeadOptions) {
    const { allocator, control, epochs, clock, chunkRangeMs, maxSeries, samplesPerChunk, format } = options;
    this.allocator = allocator;
    this.control = control;
    this.#epochs = epochs;
    this.#clock = clock;
    this.commits = new CommitQueue(clock);
    this.#chunkRangeMs = chunkRangeMs;
    this.#maxSeries = maxSeries;
    this.rows = RowTable.create(allocator, control);
    this.index = new LabelIndex({ allocator, control, rows: this.rows });
    this.store = new SeriesStore({
      allocator,
      chunkRangeMs,
      ...(samplesPerChunk !== undefined && { samplesPerChunk }),
      ...(format !== undefined && { format }),
    });
    this.#encoder = new CommitEncoder(this.store.format.storesStarts);
    this.entries = new ChunkEntries(allocator, this.store);
    this.outOfOrder = new OutOfOrder(allocator, this.store.files, chunkRangeMs, this.store.format);
    this.exemplars = new HeadExemplars(allocator.views, control);
    this.writer = new CommitWriter(this);
  }

  get seriesCount(): number {
    return this.counters.seriesCreated - this.counters.seriesRemoved;
  }

  /** The oldest sample's time, as far as is known; Infinity while empty. */
  get minTimeMs(): number {
    return Math.max(this.control.firstTimeMs, this.control.minTimeMs);
  }

  /** The newest sample's time; -Infinity while empty. */
  get maxTimeMs(): number {
    return this.control.maxTimeMs;
  }

  /** True when the head spans so much that the oldest range of it can become a block. */
  get compactable(): boolean {
    return this.maxTimeMs - this.minTimeMs > 1.5 * this.#chunkRangeMs;
  }

  /** The numbers of the newest transaction, and of the oldest that is open, or else the newest. */
  get transactions(): { readonly newest: number; readonly oldest: number } {
    const newest = this.#nextAppender - 1;
    for (const { number } of this.#openAppenders) return { newest, oldest: number };
    return { newest, oldest: newest };
  }

  get openAppenders(): number {
    return this.#openAppenders.size;
  }

  appender(options: AppendOptions = {}): HeadAppender {
    const appender = new HeadAppender(this, this.#nextAppender++ | 0, options, (done) =>
      this.#openAppenders.delete(done),
    );
    this.#openAppenders.add(appender);
    return appender;
  }

  /**
   * How far back samples are taken, given the first one of a transaction: not within the range that may be compacted.
   */
  minAppendableMs(firstMs: number): number {
    const newestMs = this.maxTimeMs === -Infinity ? firstMs : this.maxTimeMs;
    return Math.max(this.minValidTimeMs, newestMs - this.#chunkRangeMs / 2);
  }

  /** The id of the series with these labels, made when new. @throws StorageError */
  series(labels: Labels): number {
    const known = this.index.find(labels);
    if (known !== 0) return known;
    checkLabels(labels);
    if (this.#maxSeries > 0 && this.seriesCount >= this.#maxSeries) {
      throw new StorageError('SERIES_LIMIT', `the limit of ${this.#maxSeries} series is reached`);
    }
    const ref = this.#lastWalRef + 1;
    const id = this.restoreSeries(labels, ref);
    this.#unlogged.add(ref, labels.pairs(), this.log);
    return id;
  }

  /** Makes a series that the log knows under a number. */
  restoreSeries(labels: Labels, walRef: number): number {
    if (this.control.lastId >= MAX_SERIES_ID)
      throw new StorageError('SERIES_LIMIT', 'series ids have run out');
    this.reserveWalRef(walRef);
    const id = this.rows.add();
    const block = this.index.add(id, labels);
    const row = this.rows.find(id);
    this.publish(() => this.store.initialise(row, block, walRef));
    this.counters.seriesCreated++;
    return id;
  }

  /**
   * Gives a series full chunks that were found on disk; for the start, when nobody reads. How many chunks had to go
   * for it: see {@link ChunkEntries.restore}.
   */
  restoreChunks(id: number, chunks: readonly DiskChunk[]): number {
    const { control } = this;
    let gone = 0;
    this.publish(() => (gone = this.entries.restore(this.row(id), chunks, control.committed)));
    for (const { minTimeMs, maxTimeMs } of chunks) {
      if (minTimeMs < control.firstTimeMs) control.firstTimeMs = minTimeMs;
      if (maxTimeMs > control.maxTimeMs) control.maxTimeMs = maxTimeMs;
    }
    return gone;
  }

  /** Gives a series without chunks the open one that a snapshot has. */
  restoreOpenChunk(id: number, chunk: OpenChunk): void {
    const { control } = this;
    this.publish(() => this.store.restoreOpen(this.row(id), chunk, control.committed));
    control.firstTimeMs = Math.min(control.firstTimeMs, chunk.minTimeMs);
    control.maxTimeMs = Math.max(control.maxTimeMs, chunk.maxTimeMs);
  }

  /** Sees to it that no new series gets a number the log has used. */
  reserveWalRef(walRef: number): void {
    this.#lastWalRef = Math.max(this.#lastWalRef, walRef);
  }

  /** The row of a series that is there; 0 when it is gone. */
  row(id: number): number {
    const row = this.rows.find(id);
    if (row === NO_ADDRESS) return NO_ADDRESS;
    const { views } = this.allocator;
    return views.words(row)[views.wordIndex(row) + ROW.labels] === NO_ADDRESS ? NO_ADDRESS : row;
  }

  /**
   * Writes what a transaction adds to the log, behind every series that the log does not know yet, whoever made it;
   * in short steps, the last of which does the writing.
   * @throws StorageError with code `WAL_WRITE`; nothing is in the log then
   */
  *writeLog(
    metadata: readonly MetadataRecord[],
    parts: readonly CommitPart[],
    exemplars: readonly ExemplarRecord[],
  ): Generator<void> {
    const records = yield* this.#encoder.encode(metadata, parts, exemplars);
    const { record: series } = this.#unlogged;
    if (series.length > 0) records.unshift(series);
    if (records.length === 0) return;
    try {
      this.log?.append(records);
    } catch (cause) {
      throw new StorageError('WAL_WRITE', cause instanceof Error ? cause.message : String(cause), { cause });
    }
    this.#unlogged.clear();
  }

  /** As {@link CommitWriter.steps}, in one go. */
  append(ids: Uint32Array, batch: SampleBatch, late?: LateRule, histograms?: HistogramBatch): number {
    const steps = this.writer.steps(ids, batch, late, histograms);
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
    }
  }

  /** As {@link CommitWriter.restoreLate}. */
  restoreLate(
    ids: Uint32Array,
    batch: SampleBatch,
    histograms: readonly HistogramRecord[],
    histogramIds: readonly number[],
  ): number {
    return this.writer.restoreLate(ids, batch, histograms, histogramIds);
  }

  /** As {@link CommitWriter.restoreLateChunk}. */
  restoreLateChunk(id: number, chunk: DiskChunk): void {
    this.writer.restoreLateChunk(id, chunk);
  }

  /** Runs a change of published words in a window of its own. */
  publish(change: () => void): void {
    this.control.beginPublishing();
    try {
      change();
    } finally {
      this.control.endPublishing();
    }
  }

  /**
   * Drops what is older than a time: chunks that end before it, then series without any left. New views do not see
   * it any more at once; memory goes when the views that were open are closed. One truncation at a time.
   */
  truncate(minTimeMs: number): Promise<void> {
    this.#truncating = this.#truncating.then(() => this.#truncate(minTimeMs));
    return this.#truncating;
  }

  /** Drops series that blocks hold, as {@link evictSeries}; the blocks must be current. How many went. */
  async evict(stale: StaleSeries, log: (walRefs: readonly number[]) => void): Promise<number> {
    const turn = this.#truncating.then(async () => {
      this.#epochs.advance();
      await readersBefore(this.#epochs, this.#epochs.current, this.#clock);
      return runInSlices(evictSeries(this, stale, log), this.#clock);
    });
    const done = (): void => undefined;
    this.#truncating = turn.then(done, done);
    return turn;
  }

  /**
   * Resolves when no transaction is open any more that may add samples up to a time. Those that begin from now on
   * must not be able to.
   */
  async appendersUpTo(maxTimeMs: number): Promise<void> {
    const first = this.#nextAppender;
    const waitedFor = (appender: HeadAppender): boolean =>
      isEarlier(appender.number, first) && (appender.minTimeMs ?? Infinity) <= maxTimeMs;
    while ([...this.#openAppenders].some(waitedFor)) {
      await new Promise<void>((resolve) => void this.#clock.after(APPENDERS_POLL_MS, resolve));
    }
  }

  /** True when an open transaction may still add samples to the series. */
  isTouched(row: number): boolean {
    const { views } = this.allocator;
    const touchedBy = views.words(row)[views.wordIndex(row) + ROW.touchedBy]! | 0;
    for (const { number } of this.#openAppenders) return !isEarlier(touchedBy, number);
    return false;
  }

  async #truncate(minTimeMs: number): Promise<void> {
    if (minTimeMs <= this.control.minTimeMs) return;
    const startedMs = this.#clock.monotonicMs();
    this.minValidTimeMs = Math.max(this.minValidTimeMs, minTimeMs);
    this.publish(() => (this.control.minTimeMs = minTimeMs));
    this.#epochs.advance();
    await readersBefore(this.#epochs, this.#epochs.current, this.#clock);
    this.#beginAt(await runInSlices(truncateSeries(this, minTimeMs), this.#clock));
    this.counters.truncations++;
    this.counters.truncationMs += this.#clock.monotonicMs() - startedMs;
  }

  /** After a truncation: where there is nothing before a later time, the head begins there. */
  #beginAt(firstSampleMs: number): void {
    if (this.maxTimeMs === -Infinity) return;
    const beginMs = Math.min(firstSampleMs, this.minAppendableMs(this.maxTimeMs));
    if (beginMs <= this.control.minTimeMs) return;
    this.minValidTimeMs = Math.max(this.minValidTimeMs, beginMs);
    this.publish(() => (this.control.minTimeMs = beginMs));
  }
}
