import { NO_ADDRESS } from '@narthex/bytes';
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
import { type AppendBatch } from './batch-pool.js';
import { type WritableHead } from './writable-head.js';

/** One transaction on the head. Checks while adding, writes the log and then the head at commit. */
export class HeadAppender implements Appender {
  /** Later appenders have later numbers. */
  readonly number: number;
  readonly #head: WritableHead;
  readonly #leave: (appender: HeadAppender) => void;
  readonly #pooled: AppendBatch;
  readonly #batch: SampleBatch;
  #metadata: MetadataRecord[] = [];
  #minTimeMs: number | undefined;
  #done = false;
  #seriesCreated = 0;

  constructor(
    head: WritableHead,
    number: number,
    _options: AppendOptions,
    leave: (appender: HeadAppender) => void,
  ) {
    this.#leave = leave;
    this.#head = head;
    this.number = number;
    this.#pooled = head.batches.take();
    this.#batch = this.#pooled.samples;
  }

  series(labels: Labels): SeriesRef {
    this.#checkOpen();
    const { seriesCreated } = this.#head.counters;
    const id = this.#head.series(labels);
    this.#seriesCreated += this.#head.counters.seriesCreated - seriesCreated;
    this.#touch(this.#head.row(id));
    return id as SeriesRef;
  }

  float(ref: SeriesRef, timestampMs: number, value: number): AppendOutcome {
    this.#checkOpen();
    const at = this.#push(ref, timestampMs);
    this.#batch.values[at] = value;
    return this.#settle(at);
  }

  floats(
    refs: Float64Array,
    timestampsMs: Float64Array,
    values: Float64Array,
    count: number,
    outcomes: Uint8Array,
  ): void {
    this.#checkOpen();
    const words = new Uint32Array(values.buffer, values.byteOffset, 2 * count);
    for (let i = 0; i < count; i++) {
      const at = this.#push(refs[i]!, timestampsMs[i]!);
      this.#batch.valueWords[2 * at] = words[2 * i]!;
      this.#batch.valueWords[2 * at + 1] = words[2 * i + 1]!;
      outcomes[i] = this.#settle(at);
    }
  }

  histogram(_ref: SeriesRef, _timestampMs: number, _histogram: NativeHistogram): AppendOutcome {
    this.#checkOpen();
    return APPEND_OUTCOME.unsupported;
  }

  startZero(ref: SeriesRef, timestampMs: number, startTimestampMs: number): AppendOutcome {
    if (startTimestampMs >= timestampMs) return APPEND_OUTCOME.outOfOrder;
    return this.float(ref, startTimestampMs, 0);
  }

  exemplar(_ref: SeriesRef, _exemplar: Exemplar): AppendOutcome {
    this.#checkOpen();
    return APPEND_OUTCOME.unsupported;
  }

  metadata(ref: SeriesRef, metadata: MetricMetadata): void {
    this.#checkOpen();
    const row = this.#head.row(ref);
    if (row === NO_ADDRESS) return;
    this.#touch(row);
    this.#metadata.push({ ref: this.#head.store.walRef(row), ...metadata });
  }

  commit(): Promise<CommitResult> {
    return Promise.resolve().then(() => this.#commit());
  }

  rollback(): void {
    this.#checkOpen();
    this.#close();
  }

  #commit(): CommitResult {
    this.#checkOpen();
    const head = this.#head;
    try {
      head.writeLog(this.#metadata, this.#batch);
      const floatsAppended = this.#batch.length === 0 ? 0 : head.append(this.#pooled.ids, this.#batch);
      return {
        floatsAppended,
        histogramsAppended: 0,
        exemplarsAppended: 0,
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
  }

  /** Adds a sample whose value is still to be written, and whose rights are still to be checked. */
  #push(id: number, timestampMs: number): number {
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
    this.#minTimeMs ??= this.#head.minAppendableMs(timestampMs);
    if (timestampMs < Math.max(this.#minTimeMs, minValidTimeMs)) {
      counters.outOfBounds++;
      return APPEND_OUTCOME.outOfBounds;
    }
    const lastMs = store.lastTimeMs(row);
    if (timestampMs > lastMs) {
      this.#touch(row);
      this.#batch.refs[at] = store.walRef(row);
      return APPEND_OUTCOME.accepted;
    }
    if (timestampMs < lastMs) {
      counters.outOfOrder++;
      return APPEND_OUTCOME.outOfOrder;
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

  /** Keeps the series from being collected before this transaction is over. */
  #touch(row: number): void {
    const { views } = this.#head.allocator;
    views.words(row)[views.wordIndex(row) + ROW.touchedBy] = this.number;
  }

  #checkOpen(): void {
    if (this.#done) throw new StorageError('CLOSED', 'the appender was committed or rolled back');
  }
}
