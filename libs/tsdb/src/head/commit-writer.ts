import { NO_ADDRESS } from '@narthex/bytes';
import { APPEND_OUTCOME } from '@narthex/storage';
import { type HistogramRecord, type SampleBatch } from '@narthex/wal';
import { judgeLate, type LateRule } from '../ooo/late-rule.js';
import { type ControlBlock } from '../shared/control-block.js';
import { type DiskChunk } from './chunk-entries.js';
import { type HistogramBatch } from './histogram-batch.js';
import { type SeriesStore } from './series-store.js';
import { type BatchWriter, type WritableHead } from './writable-head.js';

/** Samples appended in one publication window: about 50 µs. */
const WINDOW_SAMPLES = 256;
/** The same of histograms, which take longer, most of all where a chunk is written anew. */
const WINDOW_HISTOGRAMS = 16;
/** Retired blocks freed after one commit, so that a large backlog does not stall it. */
const RECLAIM_LIMIT = 20_000;

/** Puts the samples of commits, which are in the log by then, into the head. */
export class CommitWriter implements BatchWriter {
  readonly #head: WritableHead;
  readonly #store: SeriesStore;
  readonly #control: ControlBlock;

  constructor(head: WritableHead) {
    this.#head = head;
    this.#store = head.store;
    this.#control = head.control;
  }

  /**
   * Adds the samples of a batch, whose rows `ids` names, as one commit, in short steps; it shows once all are there.
   * Between the steps nothing else may be committed. Samples that the rules refuse are left out and counted; those that
   * a rule takes though they are late go out of order. How many floats were taken.
   * @throws StorageError with code `WAL_WRITE` when those out of order could not be logged; the others are kept, as
   *   they are in the log
   */
  *steps(
    ids: Uint32Array,
    batch: SampleBatch,
    late: LateRule | undefined,
    histograms: HistogramBatch | undefined,
  ): Generator<void, number> {
    const { allocator, counters, outOfOrder } = this.#head;
    const commit = (this.#control.committed + 1) | 0;
    let appended = 0;
    for (let from = 0; from < batch.length; from += WINDOW_SAMPLES) {
      const to = Math.min(from + WINDOW_SAMPLES, batch.length);
      appended += this.#appendWindow(ids, batch, from, to, commit, late);
      if (to < batch.length) yield;
    }
    if (histograms !== undefined) yield* this.#appendHistograms(histograms, commit, late);
    try {
      if (outOfOrder.late.length > 0) appended += this.#appendLate(commit);
    } finally {
      this.#control.committed = commit;
      counters.floatsAppended += appended;
      allocator.reclaim(RECLAIM_LIMIT);
      this.#head.onCommit();
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
    const { late, counters } = this.#head.outOfOrder;
    const before = { ...counters };
    const { histogramsAppended } = this.#head.counters;
    histograms.forEach((record, i) => {
      const row = this.#head.row(histogramIds[i]!);
      if (row !== NO_ADDRESS) late.collectHistogram(row, { ...record, ref: this.#store.walRef(row) });
    });
    for (let i = 0; i < batch.length; i++) {
      const row = this.#head.row(ids[i]!);
      if (row === NO_ADDRESS) continue;
      late.collect(row, this.#store.walRef(row), batch, i);
    }
    const commit = (this.#control.committed + 1) | 0;
    const floats = this.#appendLate(commit);
    this.#control.committed = commit;
    const added = floats + counters.histogramsAppended - before.histogramsAppended;
    // What comes from the log was counted when it was first appended.
    Object.assign(counters, before);
    this.#head.counters.histogramsAppended = histogramsAppended;
    this.#head.allocator.reclaim(RECLAIM_LIMIT);
    return added;
  }

  /**
   * Gives a series a full chunk out of order that was found on disk, in place of what it has collected; for the start,
   * when nobody reads.
   */
  restoreLateChunk(id: number, chunk: DiskChunk): void {
    const row = this.#head.row(id);
    if (row === NO_ADDRESS) return;
    const { store } = this.#head.outOfOrder;
    const commit = (this.#control.committed + 1) | 0;
    this.#head.publish(() => {
      const block = store.ensureBlock(row);
      store.beginCommit(block, commit);
      store.restore(block, chunk);
      this.#control.outOfOrderMinTimeMs = Math.min(this.#control.outOfOrderMinTimeMs, chunk.minTimeMs);
    });
    this.#control.committed = commit;
  }

  /** How many floats were added. */
  #appendLate(commit: number): number {
    const { late, log, places, counters, store } = this.#head.outOfOrder;
    const target = { publish: (change: () => void): void => this.#head.publish(change), commit };
    const { floats, histograms } = late.addAll(target, log, places);
    counters.floatsAppended += floats;
    counters.histogramsAppended += histograms;
    this.#head.counters.histogramsAppended += histograms;
    if (store.minTimeMs < this.#control.outOfOrderMinTimeMs) {
      this.#head.publish(() => (this.#control.outOfOrderMinTimeMs = store.minTimeMs));
    }
    return floats;
  }

  *#appendHistograms(batch: HistogramBatch, commit: number, late: LateRule | undefined): Generator<void> {
    for (let from = 0; from < batch.length; from += WINDOW_HISTOGRAMS) {
      const to = Math.min(from + WINDOW_HISTOGRAMS, batch.length);
      this.#head.publish(() => {
        for (let i = from; i < to; i++) this.#appendHistogram(batch.ids[i]!, batch.records[i]!, commit, late);
      });
      if (to < batch.length) yield;
    }
  }

  #appendHistogram(id: number, record: HistogramRecord, commit: number, late: LateRule | undefined): void {
    const row = this.#head.row(id);
    if (row === NO_ADDRESS) return;
    const { timestampMs, startTimestampMs, histogram, integer } = record;
    const early = late !== undefined && late.windowMs > 0 && timestampMs < late.minValidMs;
    if (early || timestampMs < this.#store.lastTimeMs(row)) {
      const outcome = late === undefined ? APPEND_OUTCOME.outOfOrder : judgeLate(late, timestampMs);
      if (outcome === APPEND_OUTCOME.accepted) this.#head.outOfOrder.late.collectHistogram(row, record);
      else if (outcome === APPEND_OUTCOME.tooOld) this.#head.counters.histogramsTooOld++;
      else this.#head.counters.histogramsOutOfOrder++;
      return;
    }
    if (!this.#store.appendHistogram(row, commit, timestampMs, histogram, integer, startTimestampMs)) {
      const again =
        timestampMs === this.#store.lastTimeMs(row) && this.#store.lastHistogramIs(row, histogram, integer);
      if (!again) this.#head.counters.histogramsOutOfOrder++;
      return;
    }
    this.#head.counters.histogramsAppended++;
    if (timestampMs > this.#control.maxTimeMs) this.#control.maxTimeMs = timestampMs;
    if (timestampMs < this.#control.firstTimeMs) this.#control.firstTimeMs = timestampMs;
  }

  /** How many samples were taken. */
  #appendWindow(
    ids: Uint32Array,
    batch: SampleBatch,
    from: number,
    to: number,
    commit: number,
    late: LateRule | undefined,
  ): number {
    let appended = 0;
    this.#control.beginPublishing();
    try {
      for (let i = from; i < to; i++) if (this.#appendOne(ids[i]!, batch, i, commit, late)) appended++;
    } finally {
      this.#control.endPublishing();
    }
    return appended;
  }

  #appendOne(
    id: number,
    batch: SampleBatch,
    at: number,
    commit: number,
    late: LateRule | undefined,
  ): boolean {
    const row = this.#head.row(id);
    const timestampMs = batch.timestampsMs[at]!;
    if (row === NO_ADDRESS) return false;
    const high = batch.valueWords[2 * at + 1]!;
    const low = batch.valueWords[2 * at]!;
    const early = late !== undefined && late.windowMs > 0 && timestampMs < late.minValidMs;
    const startMs = batch.startTimestampsMs[at]!;
    if (early || !this.#store.append(row, commit, timestampMs, high, low, startMs)) {
      if (early || timestampMs < this.#store.lastTimeMs(row)) this.#takeLate(row, batch, at, late);
      else if (!this.#store.lastValueIs(row, high, low)) this.#head.counters.duplicates++;
      return false;
    }
    if (timestampMs > this.#control.maxTimeMs) this.#control.maxTimeMs = timestampMs;
    if (timestampMs < this.#control.firstTimeMs) this.#control.firstTimeMs = timestampMs;
    return true;
  }

  /** Samples that were late already when they were added, and those that are so behind others of the same batch. */
  #takeLate(row: number, batch: SampleBatch, at: number, rule: LateRule | undefined): void {
    const timestampMs = batch.timestampsMs[at]!;
    const outcome = rule === undefined ? APPEND_OUTCOME.outOfOrder : judgeLate(rule, timestampMs);
    if (outcome === APPEND_OUTCOME.accepted) {
      this.#head.outOfOrder.late.collect(row, this.#store.walRef(row), batch, at);
    } else if (outcome === APPEND_OUTCOME.tooOld) {
      this.#head.outOfOrder.counters.floatsTooOld++;
    } else {
      this.#head.counters.outOfOrder++;
    }
  }
}
