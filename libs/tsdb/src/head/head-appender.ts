import { isStaleAt, isStaleNaN, NO_ADDRESS, STALE_NAN } from '@narthex/bytes';
import { type Labels, type MetricMetadata, type NativeHistogram } from '@narthex/model';
import {
  APPEND_OUTCOME,
  type Appender,
  type AppendOptions,
  type AppendOutcome,
  type CommitResult,
  type Exemplar,
  type SeriesRef,
  StorageError,
} from '@narthex/storage';
import { type MetadataRecord, type SampleBatch } from '@narthex/wal';
import { ROW } from '../shared/layout.js';
import { judgeLate, type LateRule } from '../ooo/late-rule.js';
import { type AddedExemplar, recordOf } from '../exemplars/head-exemplars.js';
import { type AppendBatch } from './batch-pool.js';
import { HistogramBatch } from './histogram-batch.js';
import { staleHistogram } from './stale-histogram.js';
import { countsBeyondExact, isWellFormed } from './well-formed.js';
import { type WritableHead } from './writable-head.js';

/** Samples that are appended together. */
interface AppendPart {
  readonly pooled: AppendBatch;
  readonly histograms: HistogramBatch | undefined;
}

/** One transaction on the head. Checks while adding, writes the log and then the head at commit. */
export class HeadAppender implements Appender {
  /** Later appenders have later numbers. */
  readonly number: number;
  readonly #head: WritableHead;
  readonly #leave: (appender: HeadAppender) => void;
  #pooled: AppendBatch;
  #batch: SampleBatch;
  /** What was added before the present batch, and has to be read again before it. */
  readonly #earlier: AppendPart[] = [];
  #histograms: HistogramBatch | undefined;
  #metadata: MetadataRecord[] = [];
  readonly #metadataIds: number[] = [];
  #exemplars: AddedExemplar[] = [];
  readonly #rejectOutOfOrder: boolean;
  readonly #storesStarts: boolean;
  #rule: LateRule | undefined;
  #done = false;
  #seriesCreated = 0;

  constructor(
    head: WritableHead,
    number: number,
    { rejectOutOfOrder = false }: AppendOptions,
    leave: (appender: HeadAppender) => void,
  ) {
    this.#rejectOutOfOrder = rejectOutOfOrder;
    this.#storesStarts = head.store.format.storesStarts;
    this.#leave = leave;
    this.#head = head;
    this.number = number;
    this.#pooled = head.batches.take();
    this.#batch = this.#pooled.samples;
  }

  /** The earliest time it may add samples in order at; undefined while it has added none. */
  get minTimeMs(): number | undefined {
    return this.#rule?.minValidMs;
  }

  series(labels: Labels): SeriesRef {
    this.#checkOpen();
    const { seriesCreated } = this.#head.counters;
    const id = this.#head.series(labels);
    this.#seriesCreated += this.#head.counters.seriesCreated - seriesCreated;
    this.#touch(this.#head.row(id));
    return id as SeriesRef;
  }

  float(ref: SeriesRef, timestampMs: number, value: number, startTimestampMs = 0): AppendOutcome {
    this.#checkOpen();
    if (isStaleNaN(value)) {
      const kind = this.#histogramKind(ref);
      if (kind !== undefined)
        return this.#addHistogram(ref, timestampMs, staleHistogram(value), kind, startTimestampMs);
    }
    const at = this.#push(ref, timestampMs);
    if (this.#storesStarts) this.#batch.startTimestampsMs[at] = startTimestampMs;
    this.#batch.values[at] = value;
    return this.#settle(at);
  }

  floats(
    refs: Float64Array,
    timestampsMs: Float64Array,
    values: Float64Array,
    count: number,
    outcomes: Uint8Array,
    startTimestampsMs?: Float64Array,
  ): void {
    this.#checkOpen();
    const starts = this.#storesStarts ? startTimestampsMs : undefined;
    const words = new Uint32Array(values.buffer, values.byteOffset, 2 * count);
    for (let i = 0; i < count; i++) {
      const kind = isStaleAt(words, i) ? this.#histogramKind(refs[i]!) : undefined;
      if (kind !== undefined) {
        outcomes[i] = this.#addHistogram(refs[i]!, timestampsMs[i]!, staleHistogram(STALE_NAN), kind, 0);
        continue;
      }
      const at = this.#push(refs[i]!, timestampsMs[i]!);
      if (starts !== undefined) this.#batch.startTimestampsMs[at] = starts[i]!;
      this.#batch.valueWords[2 * at] = words[2 * i]!;
      this.#batch.valueWords[2 * at + 1] = words[2 * i + 1]!;
      outcomes[i] = this.#settle(at);
    }
  }

  /**
   * `unsupported` for one whose spans and counts do not match, or that is not whole though it says so. What counts
   * beyond 2^53 − 1 is kept as a float histogram.
   */
  histogram(
    ref: SeriesRef,
    timestampMs: number,
    histogram: NativeHistogram,
    integer: boolean,
    startTimestampMs = 0,
  ): AppendOutcome {
    this.#checkOpen();
    const whole = integer && !countsBeyondExact(histogram);
    if (!isWellFormed(histogram, whole)) return APPEND_OUTCOME.unsupported;
    return this.#addHistogram(ref, timestampMs, histogram, whole, startTimestampMs);
  }

  newest(ref: SeriesRef): number | 'histogram' | undefined {
    const { store } = this.#head;
    const row = this.#head.row(ref);
    if (row === NO_ADDRESS || store.lastTimeMs(row) === -Infinity) return undefined;
    return store.lastHistogramKind(row) === undefined ? store.lastValue(row) : 'histogram';
  }

  startZero(ref: SeriesRef, timestampMs: number, startTimestampMs: number): AppendOutcome {
    if (startTimestampMs >= timestampMs) return APPEND_OUTCOME.outOfOrder;
    // Such a sample is only made where it is the first of its series: it never goes out of order.
    const row = this.#head.row(ref);
    if (row !== NO_ADDRESS && startTimestampMs < this.#head.store.lastTimeMs(row))
      return APPEND_OUTCOME.outOfOrder;
    return this.float(ref, startTimestampMs, 0);
  }

  exemplar(ref: SeriesRef, exemplar: Exemplar): AppendOutcome {
    this.#checkOpen();
    const { exemplars, store } = this.#head;
    if (!exemplars.enabled) return APPEND_OUTCOME.unsupported;
    const row = this.#head.row(ref);
    if (row === NO_ADDRESS) return APPEND_OUTCOME.unknownSeries;
    const seriesLabels = exemplars.labelsOf(row);
    const { outcome, isNew } = exemplars.judge(seriesLabels, exemplar);
    if (isNew) this.#exemplars.push({ ref: store.walRef(row), seriesLabels, exemplar });
    return outcome;
  }

  metadata(ref: SeriesRef, metadata: MetricMetadata): void {
    this.#checkOpen();
    const row = this.#head.row(ref);
    if (row === NO_ADDRESS) return;
    if (this.#head.metadata.is(row, metadata)) return;
    this.#touch(row);
    this.#metadata.push({ ref: this.#head.store.walRef(row), ...metadata });
    this.#metadataIds.push(ref);
  }

  commit(): Promise<CommitResult> {
    return this.#head.commits.run(() => this.#commit());
  }

  rollback(): void {
    this.#checkOpen();
    this.#close();
  }

  *#commit(): Generator<void, CommitResult> {
    this.#checkOpen();
    this.#done = true;
    const head = this.#head;
    try {
      const parts = [...this.#earlier, { pooled: this.#pooled, histograms: this.#histograms }];
      const logged = parts.map(({ pooled, histograms }) => ({
        samples: pooled.samples,
        histograms: histograms?.records ?? [],
      }));
      yield* head.writeLog(this.#metadata, logged, this.#exemplars.map(recordOf));
      this.#metadataIds.forEach((id, i) => head.metadata.set(head.row(id), this.#metadata[i]!));
      const histogramsBefore = head.counters.histogramsAppended;
      let floatsAppended = 0;
      for (const { pooled, histograms } of parts) {
        if (pooled.samples.length === 0 && histograms === undefined) continue;
        floatsAppended += yield* head.writer.steps(pooled.ids, pooled.samples, this.#rule, histograms);
      }
      return {
        floatsAppended,
        histogramsAppended: head.counters.histogramsAppended - histogramsBefore,
        exemplarsAppended: head.exemplars.addAll(this.#exemplars),
        seriesCreated: this.#seriesCreated,
      };
    } finally {
      this.#close();
    }
  }

  #close(): void {
    this.#done = true;
    this.#leave(this);
    this.#head.batches.giveBack(this.#pooled);
    for (const { pooled } of this.#earlier) this.#head.batches.giveBack(pooled);
  }

  /** Adds a sample whose value is still to be written, and whose rights are still to be checked. */
  #push(id: number, timestampMs: number): number {
    // A part is read again floats first.
    if (this.#histograms?.kindOf(id) !== undefined) this.#nextPart();
    const at = this.#batch.grow();
    const pooled = this.#pooled;
    if (at >= pooled.ids.length) {
      const ids = new Uint32Array(2 * pooled.ids.length);
      ids.set(pooled.ids);
      pooled.ids = ids;
    }
    pooled.ids[at] = id;
    this.#batch.timestampsMs[at] = timestampMs;
    this.#batch.startTimestampsMs[at] = 0;
    return at;
  }

  /** Judges the sample at the end of the batch and takes it off again if it may not stay. */
  #settle(at: number): AppendOutcome {
    const outcome = this.#judge(at);
    if (outcome !== APPEND_OUTCOME.accepted) this.#batch.length = at;
    return outcome;
  }

  #judge(at: number): AppendOutcome {
    const { store, counters, minValidTimeMs } = this.#head;
    const timestampMs = this.#batch.timestampsMs[at]!;
    const row = this.#head.row(this.#pooled.ids[at]!);
    if (row === NO_ADDRESS) {
      counters.seriesNotFound++;
      return APPEND_OUTCOME.unknownSeries;
    }
    const { minValidMs, windowMs, newestMs } = (this.#rule ??= this.#makeRule(timestampMs));
    const firstMs = Math.max(minValidMs, minValidTimeMs);
    const lastMs = store.lastTimeMs(row);
    if (timestampMs < firstMs || timestampMs < lastMs) {
      const outcome = this.#judgeLate({ newestMs, minValidMs: firstMs, windowMs }, timestampMs);
      if (outcome === APPEND_OUTCOME.accepted) this.#accept(row, at);
      return outcome;
    }
    if (timestampMs > lastMs) {
      this.#accept(row, at);
      return APPEND_OUTCOME.accepted;
    }
    const { valueWords } = this.#batch;
    if (!store.lastValueIs(row, valueWords[2 * at + 1]!, valueWords[2 * at]!)) {
      counters.duplicates++;
      return APPEND_OUTCOME.duplicate;
    }
    // The same once more: accepted, and nothing to do.
    this.#batch.length = at;
    return APPEND_OUTCOME.accepted;
  }

  #nextPart(): void {
    this.#earlier.push({ pooled: this.#pooled, histograms: this.#histograms });
    this.#pooled = this.#head.batches.take();
    this.#batch = this.#pooled.samples;
    this.#histograms = undefined;
  }

  /** Whether the newest sample of the series is a histogram, and whether that counts in whole numbers. */
  #histogramKind(id: number): boolean | undefined {
    const added = this.#histograms?.kindOf(id);
    if (added !== undefined) return added;
    const row = this.#head.row(id);
    return row === NO_ADDRESS ? undefined : this.#head.store.lastHistogramKind(row);
  }

  #addHistogram(
    id: number,
    timestampMs: number,
    histogram: NativeHistogram,
    integer: boolean,
    startTimestampMs: number,
  ): AppendOutcome {
    const { store, counters, minValidTimeMs } = this.#head;
    const row = this.#head.row(id);
    if (row === NO_ADDRESS) {
      counters.seriesNotFound++;
      return APPEND_OUTCOME.unknownSeries;
    }
    const { minValidMs, windowMs, newestMs } = (this.#rule ??= this.#makeRule(timestampMs));
    const firstMs = Math.max(minValidMs, minValidTimeMs);
    const lastMs = store.lastTimeMs(row);
    if (timestampMs < firstMs || timestampMs < lastMs) {
      const outcome = judgeLate({ newestMs, minValidMs: firstMs, windowMs }, timestampMs);
      if (outcome !== APPEND_OUTCOME.accepted || this.#rejectOutOfOrder) return this.#refuseLate(outcome);
    } else if (timestampMs === lastMs) {
      if (store.lastHistogramIs(row, histogram, integer)) return APPEND_OUTCOME.accepted;
      counters.duplicates++;
      return APPEND_OUTCOME.duplicate;
    }
    // A series that changes its kind has to do so in this order when the log is read.
    if ((this.#histograms?.kindOf(id) ?? integer) !== integer) this.#nextPart();
    this.#histograms ??= new HistogramBatch();
    this.#histograms.push(id, {
      ref: store.walRef(row),
      timestampMs,
      startTimestampMs: this.#storesStarts ? startTimestampMs : 0,
      integer,
      histogram,
    });
    this.#touch(row);
    return APPEND_OUTCOME.accepted;
  }

  #refuseLate(outcome: AppendOutcome): AppendOutcome {
    const { counters } = this.#head;
    if (outcome === APPEND_OUTCOME.tooOld) counters.histogramsTooOld++;
    else if (outcome === APPEND_OUTCOME.outOfBounds) counters.histogramsOutOfBounds++;
    else counters.histogramsOutOfOrder++;
    return outcome === APPEND_OUTCOME.accepted ? APPEND_OUTCOME.outOfOrder : outcome;
  }

  #accept(row: number, at: number): void {
    this.#touch(row);
    this.#batch.refs[at] = this.#head.store.walRef(row);
  }

  #judgeLate(rule: LateRule, timestampMs: number): AppendOutcome {
    const { counters, outOfOrder } = this.#head;
    const outcome = judgeLate(rule, timestampMs);
    if (outcome === APPEND_OUTCOME.accepted && !this.#rejectOutOfOrder) return outcome;
    if (outcome === APPEND_OUTCOME.tooOld) outOfOrder.counters.floatsTooOld++;
    else if (outcome === APPEND_OUTCOME.outOfBounds) counters.outOfBounds++;
    else counters.outOfOrder++;
    return outcome === APPEND_OUTCOME.accepted ? APPEND_OUTCOME.outOfOrder : outcome;
  }

  /** What holds for the whole transaction, given its first sample. */
  #makeRule(firstMs: number): LateRule {
    const { maxTimeMs, outOfOrder } = this.#head;
    return {
      newestMs: maxTimeMs === -Infinity ? firstMs : maxTimeMs,
      minValidMs: this.#head.minAppendableMs(firstMs),
      windowMs: outOfOrder.windowMs,
    };
  }

  /** Keeps the series from being collected before this transaction is over. */
  #touch(row: number): void {
    const { views } = this.#head.allocator;
    views.words(row)[views.wordIndex(row) + ROW.touchedBy] = this.number;
  }

  #checkOpen(): void {
    if (this.#done) throw new StorageError('CLOSED', 'the appender was committed or rolled back');
  }
}
