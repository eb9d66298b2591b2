import { type Labels, type MetricMetadata, type NativeHistogram } from '@narthex/model';
import { type Exemplar } from './exemplar.js';

declare const seriesRef: unique symbol;

/**
 * Names a series of one storage while that storage keeps it. Opaque: obtained by {@link Appender.series}, given back
 * as it is. Upstream's are 64 bits wide; they count up from one, so a double holds every one that occurs.
 */
export type SeriesRef = number & { readonly [seriesRef]: true };

/** What became of one sample. All but `accepted` leave it out of the commit. */
export const APPEND_OUTCOME = {
  accepted: 0,
  /** Older than the newest sample of its series. */
  outOfOrder: 1,
  /** Before the time that may still be written. */
  outOfBounds: 2,
  /** Older than the out-of-order window. */
  tooOld: 3,
  /** The series' newest timestamp again, with another value. The same value again is accepted and dropped. */
  duplicate: 4,
  /** The series of this ref is gone: look it up anew with {@link Appender.series}. */
  unknownSeries: 5,
  /** The storage does not take such data, or they are switched off in it, as exemplars are by default. */
  unsupported: 6,
} as const;
export type AppendOutcome = (typeof APPEND_OUTCOME)[keyof typeof APPEND_OUTCOME];

export interface CommitResult {
  readonly floatsAppended: number;
  readonly histogramsAppended: number;
  readonly exemplarsAppended: number;
  readonly seriesCreated: number;
}

/**
 * Collects one transaction: a scrape, a rule evaluation, a remote-write request. Nothing shows and nothing is
 * durable before {@link commit} has resolved; then everything accepted is both, at once. Used by one caller, and not
 * after commit or rollback. Outcomes tell only what is known while adding: commit applies the same rules again.
 */
export interface Appender {
  /**
   * The series of these labels, created when new. Labels must be valid and not empty; a new series costs memory for
   * as long as it lives, so callers check their limits first.
   * @throws StorageError with code `SERIES_LIMIT` or `INVALID_LABELS`.
   */
  series(labels: Labels): SeriesRef;
  /**
   * @param startTimestampMs when the counter began to count, 0 or left out where that is unknown. Kept by a storage that
   *   keeps start timestamps.
   */
  float(ref: SeriesRef, timestampMs: number, value: number, startTimestampMs?: number): AppendOutcome;
  /**
   * Samples that the caller has in columns; `outcomes[i]` receives what became of sample i. Start timestamps as in
   * {@link float}.
   */
  floats(
    refs: Float64Array,
    timestampsMs: Float64Array,
    values: Float64Array,
    count: number,
    outcomes: Uint8Array,
    startTimestampsMs?: Float64Array,
  ): void;
  /** `integer` says that all counts are whole numbers as the source gave them: log and chunks keep the two kinds apart. */
  histogram(
    ref: SeriesRef,
    timestampMs: number,
    histogram: NativeHistogram,
    integer: boolean,
    startTimestampMs?: number,
  ): AppendOutcome;
  /**
   * The newest sample of a series before this transaction, for whoever has to say what a duplicate met; undefined where
   * there is none, and absent where the storage does not know.
   */
  newest?(ref: SeriesRef): number | 'histogram' | undefined;
  /** A synthetic zero at the moment when a counter or histogram started, before its first sample. */
  startZero(ref: SeriesRef, timestampMs: number, startTimestampMs: number): AppendOutcome;
  exemplar(ref: SeriesRef, exemplar: Exemplar): AppendOutcome;
  metadata(ref: SeriesRef, metadata: MetricMetadata): void;
  /**
   * Writes one WAL batch with write(2), then makes the samples visible.
   * @throws StorageError with code `WAL_WRITE` when the batch could not be written: then nothing of it is kept.
   */
  commit(): Promise<CommitResult>;
  /** Forgets everything added. New series that no one else uses go with the next collection. */
  rollback(): void;
}

export interface AppendOptions {
  /** Refuse out-of-order samples even where the storage takes them, as rules do. */
  readonly rejectOutOfOrder?: boolean;
}

/** What can be written to: the database, the agent's log, or a fan-out to both local and remote. */
export interface Appendable {
  appender(options?: AppendOptions): Appender;
}
