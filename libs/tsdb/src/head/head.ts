import { type EpochTable, isEarlier, NO_ADDRESS, type SharedAllocator } from '@narthex/bytes';
import { type Clock } from '@narthex/process';
import { type Labels } from '@narthex/model';
import { type AppendOptions, StorageError } from '@narthex/storage';
import { type MetadataRecord, type SampleBatch, type SeriesRecord } from '@narthex/wal';
import { LabelIndex } from '../index/label-index.js';
import { type ControlBlock } from '../shared/control-block.js';
import { ROW } from '../shared/layout.js';
import { MAX_SERIES_ID, RowTable } from '../shared/row-table.js';
import { BatchPool } from './batch-pool.js';
import { createCounters, type HeadCounters } from './counters.js';
import { HeadAppender } from './head-appender.js';
import { CommitEncoder } from './log-records.js';
import { SeriesStore } from './series-store.js';
import { runInSlices } from './slices.js';
import { truncateSeries } from './truncation.js';
import { type WritableHead } from './writable-head.js';

/** Longest label name or value. Upstream has no limit of its own; a block must fit a shared segment. */
const MAX_TEXT_LENGTH = 1 << 18;
/** Half a character, which UTF-8 cannot write. */
const LONE_SURROGATE = /\p{Surrogate}/u;
/** Samples appended in one publication window: about 50 µs. */
const WINDOW_SAMPLES = 256;
/** How often a truncation looks whether the readers of what it takes away have left. */
const READERS_POLL_MS = 20;
/** Retired blocks freed after one commit, so that a large backlog does not stall it. */
const RECLAIM_LIMIT = 20_000;

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
  readonly index: LabelIndex;
  readonly batches = new BatchPool();
  /** Samples before this time are refused: they may be in blocks already. */
  minValidTimeMs = -Infinity;
  /** Set once the log has been replayed. */
  log: HeadLog | undefined;
  readonly #epochs: EpochTable;
  readonly #clock: Clock;
  readonly #chunkRangeMs: number;
  readonly #maxSeries: number;
  readonly #encoder = new CommitEncoder();
  readonly #openAppenders = new Set<HeadAppender>();
  #nextAppender = 1;
  #lastWalRef = 0;
  #minTimeMs = Infinity;
  /** Series that no record in the log names yet. */
  #unlogged: SeriesRecord[] = [];
  #truncating: Promise<void> = Promise.resolve();

  constructor({ allocator, control, epochs, clock, chunkRangeMs, maxSeries }: HeadOptions) {
    this.allocator = allocator;
    this.control = control;
    this.#epochs = epochs;
    this.#clock = clock;
    this.#chunkRangeMs = chunkRangeMs;
    this.#maxSeries = maxSeries;
    this.rows = RowTable.create(allocator, control);
    this.index = new LabelIndex({ allocator, control, rows: this.rows });
    this.store = new SeriesStore({ allocator, chunkRangeMs });
  }

  get seriesCount(): number {
    return this.counters.seriesCreated - this.counters.seriesRemoved;
  }

  /** The oldest sample's time, as far as is known; Infinity while empty. */
  get minTimeMs(): number {
    return Math.max(this.#minTimeMs, this.control.minTimeMs);
  }

  /** The newest sample's time; -Infinity while empty. */
  get maxTimeMs(): number {
    return this.control.maxTimeMs;
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
    this.#unlogged.push({ ref, labelPairs: labels.pairs() });
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
  writeLog(metadata: readonly MetadataRecord[], samples: SampleBatch): void {
    const records = this.#encoder.encode(this.#unlogged, metadata, samples);
    if (records.length === 0) return;
    try {
      this.log?.append(records);
    } catch (cause) {
      throw new StorageError('WAL_WRITE', cause instanceof Error ? cause.message : String(cause), { cause });
    }
    this.#unlogged = [];
  }

  /**
   * Adds the samples of a batch, whose rows `ids` names, as one commit; it shows once all are there. Samples that the
   * rules refuse are left out and counted.
   */
  append(ids: Uint32Array, batch: SampleBatch): number {
    const { control } = this;
    const commit = (control.committed + 1) | 0;
    let appended = 0;
    for (let from = 0; from < batch.length; from += WINDOW_SAMPLES) {
      const to = Math.min(from + WINDOW_SAMPLES, batch.length);
      control.beginPublishing();
      try {
        for (let i = from; i < to; i++) if (this.#appendOne(ids[i]!, batch, i, commit)) appended++;
      } finally {
        control.endPublishing();
      }
    }
    control.committed = commit;
    this.counters.floatsAppended += appended;
    this.allocator.reclaim(RECLAIM_LIMIT);
    return appended;
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
    await this.#readersBefore(this.#epochs.current);
    await runInSlices(truncateSeries(this, minTimeMs), this.#clock);
    this.counters.truncations++;
    this.counters.truncationMs += this.#clock.monotonicMs() - startedMs;
  }

  /** Waits until every view that was opened before an epoch is closed. */
  async #readersBefore(epoch: number): Promise<void> {
    for (;;) {
      const oldest = this.#epochs.oldest();
      if (oldest === undefined || !isEarlier(oldest, epoch)) return;
      await new Promise<void>((resolve) => void this.#clock.after(READERS_POLL_MS, resolve));
    }
  }

  #appendOne(id: number, batch: SampleBatch, at: number, commit: number): boolean {
    const row = this.row(id);
    const timestampMs = batch.timestampsMs[at]!;
    if (row === NO_ADDRESS) return false;
    if (
      !this.store.append(row, commit, timestampMs, batch.valueWords[2 * at + 1]!, batch.valueWords[2 * at]!)
    ) {
      this.#countRefused(row, batch, at);
      return false;
    }
    if (timestampMs > this.control.maxTimeMs) this.control.maxTimeMs = timestampMs;
    if (timestampMs < this.#minTimeMs) this.#minTimeMs = timestampMs;
    return true;
  }

  /** A batch may hold two samples of a series that were good one by one. */
  #countRefused(row: number, batch: SampleBatch, at: number): void {
    const same =
      this.store.lastTimeMs(row) === batch.timestampsMs[at] &&
      this.store.lastValueIs(row, batch.valueWords[2 * at + 1]!, batch.valueWords[2 * at]!);
    if (!same) this.counters.outOfOrder++;
  }
}

function checkLabels(labels: Labels): void {
  if (labels.size === 0) throw new StorageError('INVALID_LABELS', 'empty labelset: invalid sample');
  for (const [name, value] of labels) {
    if (LONE_SURROGATE.test(name) || LONE_SURROGATE.test(value)) {
      throw new StorageError('INVALID_LABELS', `label ${JSON.stringify(name)} is not valid UTF-8`);
    }
    if (Math.max(name.length, value.length) > MAX_TEXT_LENGTH) {
      throw new StorageError(
        'INVALID_LABELS',
        `label ${name.slice(0, 100)} is longer than ${MAX_TEXT_LENGTH}`,
      );
    }
  }
}
