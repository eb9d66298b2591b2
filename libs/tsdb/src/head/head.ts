import { ByteWriter, type EpochTable, isEarlier, NO_ADDRESS, type SharedAllocator } from '@narthex/bytes';
import { type Clock } from '@narthex/process';
import { type Labels } from '@narthex/model';
import { APPEND_OUTCOME, type AppendOptions, StorageError } from '@narthex/storage';
import {
  appendSeries,
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
import { judgeLate, type LateRule } from '../ooo/late-rule.js';
import { OutOfOrder } from '../ooo/out-of-order.js';
import { HeadExemplars } from '../exemplars/head-exemplars.js';
import { BatchPool } from './batch-pool.js';
import { ChunkEntries, type DiskChunk } from './chunk-entries.js';
import { createCounters, type HeadCounters } from './counters.js';
import { HeadAppender } from './head-appender.js';
import { type HistogramBatch } from './histogram-batch.js';
import { checkLabels } from './label-rules.js';
import { CommitEncoder, type CommitPart } from './log-records.js';
import { SeriesMetadata } from './series-metadata.js';
import { type OpenChunk, SeriesStore } from './series-store.js';
import { runInSlices } from './slices.js';
import { evictSeries, type StaleSeries, truncateSeries } from './truncation.js';
import { type WritableHead } from './writable-head.js';

/** Samples appended in one publication window: about 50 µs. */
const WINDOW_SAMPLES = 256;
/** The same of histograms, which take longer, most of all where a chunk is written anew. */
const WINDOW_HISTOGRAMS = 16;
/** How often is looked whether transactions that are waited for are over. */
const APPENDERS_POLL_MS = 20;
/** Retired blocks freed after one commit, so that a large backlog does not stall it. */
const RECLAIM_LIMIT = 20_000;

/** Memory for the record of new series that is kept for the next ones. */
const UNLOGGED_KEPT_BYTES = 1 << 20;

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
}

/**
 * The one writer of the shared head. It lives on main; everything here but {@link truncate} runs to its end without
 * an `await`, so no two changes interleave.
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
  readonly #encoder = new CommitEncoder();
  readonly #openAppenders = new Set<HeadAppender>();
  #nextAppender = 1;
  #lastWalRef = 0;
  /** The record of the series that the log does not name yet: as bytes, since they may be many. */
  #unlogged = new ByteWriter();
  #truncating: Promise<void> = Promise.resolve();

  constructor({ allocator, control, epochs, clock, chunkRangeMs, maxSeries, samplesPerChunk }: HeadOptions) {
    this.allocator = allocator;
    this.control = control;
    this.#epochs = epochs;
    this.#clock = clock;
    this.#chunkRangeMs = chunkRangeMs;
    this.#maxSeries = maxSeries;
    this.rows = RowTable.create(allocator, control);
    this.index = new LabelIndex({ allocator, control, rows: this.rows });
    this.store = new SeriesStore({
      allocator,
      chunkRangeMs,
      ...(samplesPerChunk !== undefined && { samplesPerChunk }),
    });
    this.entries = new ChunkEntries(allocator, this.store);
    this.outOfOrder = new OutOfOrder(allocator, this.store.files, chunkRangeMs);
    this.exemplars = new HeadExemplars(allocator.views, control);
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
    appendSeries(this.#unlogged, ref, labels.pairs());
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
   * Writes what a transaction adds to the log, behind every series that the log does not know yet, whoever made it.
   * @throws StorageError with code `WAL_WRITE`; nothing is in the log then
   */
  writeLog(
    metadata: readonly MetadataRecord[],
    parts: readonly CommitPart[],
    exemplars: readonly ExemplarRecord[],
  ): void {
    const records = this.#encoder.encode(this.#unlogged.view(), metadata, parts, exemplars);
    if (records.length === 0) return;
    try {
      this.log?.append(records);
    } catch (cause) {
      throw new StorageError('WAL_WRITE', cause instanceof Error ? cause.message : String(cause), { cause });
    }
    if (this.#unlogged.length > UNLOGGED_KEPT_BYTES) this.#unlogged = new ByteWriter();
    else this.#unlogged.clear();
  }

  /**
   * Adds the samples of a batch, whose rows `ids` names, as one commit; it shows once all are there. Samples that the
   * rules refuse are left out and counted; those that a rule takes though they are late go out of order.
   * @throws StorageError with code `WAL_WRITE` when those could not be logged; the others are kept, as they are in
   *   the log
   */
  append(ids: Uint32Array, batch: SampleBatch, late?: LateRule, histograms?: HistogramBatch): number {
    const { control } = this;
    const commit = (control.committed + 1) | 0;
    let appended = 0;
    for (let from = 0; from < batch.length; from += WINDOW_SAMPLES) {
      const to = Math.min(from + WINDOW_SAMPLES, batch.length);
      control.beginPublishing();
      try {
        for (let i = from; i < to; i++) if (this.#appendOne(ids[i]!, batch, i, commit, late)) appended++;
      } finally {
        control.endPublishing();
      }
    }
    if (histograms !== undefined) this.#appendHistograms(histograms, commit, late);
    try {
      if (this.outOfOrder.late.length > 0) appended += this.#appendLate(commit);
    } finally {
      control.committed = commit;
      this.counters.floatsAppended += appended;
      this.allocator.reclaim(RECLAIM_LIMIT);
      this.onCommit();
    }
    return appended;
  }

  /**
   * Adds replayed samples of known series out of order, floats and then histograms, as a commit of their own. How many
   * were new.
   */
  restoreLate(
    ids: Uint32Array,
    batch: SampleBatch,
    histograms: readonly HistogramRecord[],
    histogramIds: readonly number[],
  ): number {
    const { late, counters } = this.outOfOrder;
    const before = { ...counters };
    const { histogramsAppended } = this.counters;
    histograms.forEach((record, i) => {
      const row = this.row(histogramIds[i]!);
      if (row !== NO_ADDRESS) late.collectHistogram(row, { ...record, ref: this.store.walRef(row) });
    });
    for (let i = 0; i < batch.length; i++) {
      const row = this.row(ids[i]!);
      if (row === NO_ADDRESS) continue;
      const { timestampsMs, valueWords } = batch;
      late.collect(row, this.store.walRef(row), timestampsMs[i]!, valueWords[2 * i + 1]!, valueWords[2 * i]!);
    }
    const commit = (this.control.committed + 1) | 0;
    const floats = this.#appendLate(commit);
    this.control.committed = commit;
    const added = floats + counters.histogramsAppended - before.histogramsAppended;
    // What comes from the log was counted when it was first appended.
    Object.assign(counters, before);
    this.counters.histogramsAppended = histogramsAppended;
    this.allocator.reclaim(RECLAIM_LIMIT);
    return added;
  }

  /**
   * Gives a series a full chunk out of order that was found on disk, in place of what it has collected; for the start,
   * when nobody reads.
   */
  restoreLateChunk(id: number, chunk: DiskChunk): void {
    const row = this.row(id);
    if (row === NO_ADDRESS) return;
    const { store } = this.outOfOrder;
    const commit = (this.control.committed + 1) | 0;
    this.publish(() => {
      const block = store.ensureBlock(row);
      store.beginCommit(block, commit);
      store.restore(block, chunk);
      this.control.outOfOrderMinTimeMs = Math.min(this.control.outOfOrderMinTimeMs, chunk.minTimeMs);
    });
    this.control.committed = commit;
  }

  /** How many floats were added. */
  #appendLate(commit: number): number {
    const { late, log, places, counters, store } = this.outOfOrder;
    const target = { publish: (change: () => void): void => this.publish(change), commit };
    const { floats, histograms } = late.addAll(target, log, places);
    counters.floatsAppended += floats;
    counters.histogramsAppended += histograms;
    this.counters.histogramsAppended += histograms;
    if (store.minTimeMs < this.control.outOfOrderMinTimeMs) {
      this.publish(() => (this.control.outOfOrderMinTimeMs = store.minTimeMs));
    }
    return floats;
  }

  #appendHistograms(batch: HistogramBatch, commit: number, late: LateRule | undefined): void {
    for (let from = 0; from < batch.length; from += WINDOW_HISTOGRAMS) {
      const to = Math.min(from + WINDOW_HISTOGRAMS, batch.length);
      this.publish(() => {
        for (let i = from; i < to; i++) this.#appendHistogram(batch.ids[i]!, batch.records[i]!, commit, late);
      });
    }
  }

  #appendHistogram(id: number, record: HistogramRecord, commit: number, late: LateRule | undefined): void {
    const row = this.row(id);
    if (row === NO_ADDRESS) return;
    const { timestampMs, histogram, integer } = record;
    const early = late !== undefined && late.windowMs > 0 && timestampMs < late.minValidMs;
    if (early || timestampMs < this.store.lastTimeMs(row)) {
      const outcome = late === undefined ? APPEND_OUTCOME.outOfOrder : judgeLate(late, timestampMs);
      if (outcome === APPEND_OUTCOME.accepted) this.outOfOrder.late.collectHistogram(row, record);
      else if (outcome === APPEND_OUTCOME.tooOld) this.counters.histogramsTooOld++;
      else this.counters.histogramsOutOfOrder++;
      return;
    }
    if (!this.store.appendHistogram(row, commit, timestampMs, histogram, integer)) {
      const again =
        timestampMs === this.store.lastTimeMs(row) && this.store.lastHistogramIs(row, histogram, integer);
      if (!again) this.counters.histogramsOutOfOrder++;
      return;
    }
    this.counters.histogramsAppended++;
    if (timestampMs > this.control.maxTimeMs) this.control.maxTimeMs = timestampMs;
    if (timestampMs < this.control.firstTimeMs) this.control.firstTimeMs = timestampMs;
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

  #appendOne(
    id: number,
    batch: SampleBatch,
    at: number,
    commit: number,
    late: LateRule | undefined,
  ): boolean {
    const row = this.row(id);
    const timestampMs = batch.timestampsMs[at]!;
    if (row === NO_ADDRESS) return false;
    const high = batch.valueWords[2 * at + 1]!;
    const low = batch.valueWords[2 * at]!;
    const early = late !== undefined && late.windowMs > 0 && timestampMs < late.minValidMs;
    if (early || !this.store.append(row, commit, timestampMs, high, low)) {
      if (early || timestampMs < this.store.lastTimeMs(row)) this.#takeLate(row, batch, at, late);
      else if (!this.store.lastValueIs(row, high, low)) this.counters.duplicates++;
      return false;
    }
    if (timestampMs > this.control.maxTimeMs) this.control.maxTimeMs = timestampMs;
    if (timestampMs < this.control.firstTimeMs) this.control.firstTimeMs = timestampMs;
    return true;
  }

  /** Samples that were late already when they were added, and those that are so behind others of the same batch. */
  #takeLate(row: number, batch: SampleBatch, at: number, rule: LateRule | undefined): void {
    const timestampMs = batch.timestampsMs[at]!;
    const outcome = rule === undefined ? APPEND_OUTCOME.outOfOrder : judgeLate(rule, timestampMs);
    if (outcome === APPEND_OUTCOME.accepted) {
      const { valueWords } = batch;
      const ref = this.store.walRef(row);
      this.outOfOrder.late.collect(row, ref, timestampMs, valueWords[2 * at + 1]!, valueWords[2 * at]!);
    } else if (outcome === APPEND_OUTCOME.tooOld) {
      this.outOfOrder.counters.floatsTooOld++;
    } else {
      this.counters.outOfOrder++;
    }
  }
}
