import { isStaleNaN } from '@narthex/bytes';
import { formatHistogram, Labels, type MetricMetadata, type NativeHistogram } from '@narthex/model';
import {
  APPEND_OUTCOME,
  type Appendable,
  type Appender,
  type AppendOutcome,
  type CommitResult,
  type Exemplar,
  type SeriesRef,
  StorageError,
} from '@narthex/storage';

/** One stored sample; a stale marker shows as `stale`, a histogram as PromQL prints it. */
export interface RecordedSample {
  readonly timestampMs: number;
  readonly value: number | string;
  /** Only where one came with the sample. */
  readonly startMs?: number;
}

interface RecordedSeries {
  readonly labels: Labels;
  readonly samples: RecordedSample[];
  readonly exemplars: Exemplar[];
  readonly metadata: MetricMetadata[];
}

/** A storage in plain objects, for tests: samples of a series in order, each time once. */
export class RecordingStorage implements Appendable {
  /** How often a series was asked for by its labels. */
  lookups = 0;
  commits = 0;
  /** Samples before this are out of bounds. */
  minTimeMs = -Infinity;
  /** Labels longer than this are refused. */
  maxTextLength = Infinity;
  readonly #series = new Map<SeriesRef, RecordedSeries>();
  readonly #refs = new Map<string, SeriesRef>();
  #nextRef = 1;

  appender(): Appender {
    return new RecordingAppender(this);
  }

  lookUp(labels: Labels): SeriesRef {
    this.lookups++;
    if ([...labels].some(([, value]) => value.length > this.maxTextLength))
      throw new StorageError('INVALID_LABELS', 'label is too long');
    const known = this.#refs.get(labels.key);
    if (known !== undefined) return known;
    const ref = this.#nextRef++ as SeriesRef;
    this.#refs.set(labels.key, ref);
    this.#series.set(ref, { labels, samples: [], exemplars: [], metadata: [] });
    return ref;
  }

  /** Lets go of every series, as a storage does that has collected them. */
  forgetSeries(): void {
    this.#series.clear();
    this.#refs.clear();
  }

  get(ref: SeriesRef): RecordedSeries | undefined {
    return this.#series.get(ref);
  }

  /** The samples of the series with these labels; empty where there is none. */
  samples(labels: Readonly<Record<string, string>>): readonly RecordedSample[] {
    const ref = this.#refs.get(Labels.of(labels).key);
    return ref === undefined ? [] : this.#series.get(ref)!.samples;
  }

  values(labels: Readonly<Record<string, string>>): readonly (number | string)[] {
    return this.samples(labels).map((sample) => sample.value);
  }

  /** Every series that has samples, by its printed labels, with its values. */
  all(): Readonly<Record<string, readonly (number | string)[]>> {
    const entries = [...this.#series.values()].filter(({ samples }) => samples.length > 0);
    return Object.fromEntries(
      entries.map(({ labels, samples }) => [labels.toString(), samples.map((sample) => sample.value)]),
    );
  }

  metadata(labels: Readonly<Record<string, string>>): readonly MetricMetadata[] {
    const ref = this.#refs.get(Labels.of(labels).key);
    return ref === undefined ? [] : this.#series.get(ref)!.metadata;
  }

  exemplars(labels: Readonly<Record<string, string>>): readonly Exemplar[] {
    const ref = this.#refs.get(Labels.of(labels).key);
    return ref === undefined ? [] : this.#series.get(ref)!.exemplars;
  }
}

class RecordingAppender implements Appender {
  readonly #storage: RecordingStorage;
  readonly #pending: { readonly ref: SeriesRef; readonly sample: RecordedSample }[] = [];
  readonly #exemplars: { readonly ref: SeriesRef; readonly exemplar: Exemplar }[] = [];
  readonly #metadata: { readonly ref: SeriesRef; readonly metadata: MetricMetadata }[] = [];
  #isOver = false;

  constructor(storage: RecordingStorage) {
    this.#storage = storage;
  }

  series(labels: Labels): SeriesRef {
    return this.#storage.lookUp(labels);
  }

  float(ref: SeriesRef, timestampMs: number, value: number, startMs = 0): AppendOutcome {
    return this.#add(ref, timestampMs, isStaleNaN(value) ? 'stale' : value, startMs);
  }

  #add(ref: SeriesRef, timestampMs: number, value: number | string, startMs = 0): AppendOutcome {
    this.#checkOpen();
    const series = this.#storage.get(ref);
    if (series === undefined) return APPEND_OUTCOME.unknownSeries;
    if (timestampMs < this.#storage.minTimeMs) return APPEND_OUTCOME.outOfBounds;
    const sample: RecordedSample = { timestampMs, value, ...(startMs !== 0 && { startMs }) };
    const last = series.samples.at(-1);
    if (last !== undefined && last.timestampMs > timestampMs) return APPEND_OUTCOME.outOfOrder;
    if (last?.timestampMs === timestampMs) {
      return Object.is(last.value, sample.value) ? APPEND_OUTCOME.accepted : APPEND_OUTCOME.duplicate;
    }
    this.#pending.push({ ref, sample });
    return APPEND_OUTCOME.accepted;
  }

  floats(
    refs: Float64Array,
    timestampsMs: Float64Array,
    values: Float64Array,
    count: number,
    outcomes: Uint8Array,
    startTimestampsMs?: Float64Array,
  ): void {
    for (let i = 0; i < count; i++) {
      outcomes[i] = this.float(refs[i] as SeriesRef, timestampsMs[i]!, values[i]!, startTimestampsMs?.[i]);
    }
  }

  histogram(
    ref: SeriesRef,
    timestampMs: number,
    histogram: NativeHistogram,
    integer: boolean,
    startMs = 0,
  ): AppendOutcome {
    const text = `${integer ? 'integer' : 'float'} ${formatHistogram(histogram)}`;
    return this.#add(ref, timestampMs, text, startMs);
  }

  startZero(ref: SeriesRef, timestampMs: number, startTimestampMs: number): AppendOutcome {
    if (startTimestampMs >= timestampMs) return APPEND_OUTCOME.outOfOrder;
    return this.#add(ref, startTimestampMs, 0);
  }

  exemplar(ref: SeriesRef, exemplar: Exemplar): AppendOutcome {
    this.#checkOpen();
    this.#exemplars.push({ ref, exemplar });
    return APPEND_OUTCOME.accepted;
  }

  metadata(ref: SeriesRef, metadata: MetricMetadata): void {
    this.#checkOpen();
    this.#metadata.push({ ref, metadata });
  }

  commit(): Promise<CommitResult> {
    this.#checkOpen();
    this.#isOver = true;
    this.#storage.commits++;
    for (const { ref, sample } of this.#pending) this.#storage.get(ref)?.samples.push(sample);
    for (const { ref, metadata } of this.#metadata) this.#storage.get(ref)?.metadata.push(metadata);
    for (const { ref, exemplar } of this.#exemplars) this.#storage.get(ref)?.exemplars.push(exemplar);
    return Promise.resolve({
      floatsAppended: this.#pending.length,
      histogramsAppended: 0,
      exemplarsAppended: this.#exemplars.length,
      seriesCreated: 0,
    });
  }

  rollback(): void {
    this.#checkOpen();
    this.#isOver = true;
  }

  #checkOpen(): void {
    if (this.#isOver) throw new Error('used after commit or rollback');
  }
}
