import { type Labels, type Matcher } from '@narthex/model';
import { type SampleColumns } from './columns.js';

/** What a reader may use to read less. Answers may hold more than asked for, never less. */
export interface SelectHints {
  /** The samples the query can look at, both ends included, in ms. */
  readonly startMs: number;
  readonly endMs: number;
  /** The step of a range query in ms; 0 for an instant. */
  readonly stepMs: number;
  /** The range of a range selector in ms; 0 for an instant selector. */
  readonly rangeMs: number;
  /** The function or aggregation right around the selector; empty when there is none. */
  readonly func: string;
  readonly grouping: readonly string[];
  readonly by: boolean;
  /** At most so many series, 0 for all. */
  readonly limit: number;
  /** Of each series only the newest sample between the querier's times is looked at. */
  readonly newestOnly?: boolean;
}

/** Something that can be asked for samples of a time range, such as the head, a block, or a remote store. */
export interface Queryable {
  /**
   * Opens a view of everything committed up to now, both ends of the range included. What was committed earlier stays
   * readable until {@link Querier.close}, whatever the writer truncates or collects meanwhile. What is committed later
   * does not show in the first select; a later select may move the view on to a newer commit, whole, so an engine that
   * needs one moment for all its selectors selects them together before it reads.
   */
  querier(minTimeMs: number, maxTimeMs: number): Querier;
}

/** Reads labels. Absent data is an empty answer, not an error. */
export interface LabelQuerier {
  /** The values of one label, sorted by {@link compareText}, of the series that match; `limit` 0 means all. */
  labelValues(name: string, matchers: readonly Matcher[], limit: number): Promise<LabelAnswer>;
  /** The names of all labels, sorted likewise. */
  labelNames(matchers: readonly Matcher[], limit: number): Promise<LabelAnswer>;
}

export interface LabelAnswer {
  readonly values: readonly string[];
  readonly warnings: readonly string[];
}

/** One consistent view. Whoever opened it closes it, once, also after an error: it holds memory in place. */
export interface Querier extends LabelQuerier {
  /**
   * The series that pass every matcher, in the order of {@link Labels.compare} when `sorted`. Resolves when labels
   * and positions are known; samples are decoded by {@link SeriesSet.read}, synchronously and one series at a time,
   * so that an engine decides when it yields. A remote reader fetches before it resolves.
   */
  select(sorted: boolean, hints: SelectHints, matchers: readonly Matcher[]): Promise<SeriesSet>;
  close(): void;
}

/** What a select found. Valid until its querier closes. */
export interface SeriesSet {
  readonly length: number;
  /** Parts of the store that could not answer, each in a sentence for the user. */
  readonly warnings: readonly string[];
  labels(index: number): Labels;
  /**
   * Appends the samples of one series between the querier's times, oldest first, to `into`. Stale markers come as
   * they are stored.
   * @throws StorageError when stored bytes cannot be decoded.
   */
  read(index: number, into: SampleColumns): void;
  /**
   * What another thread of the same process needs to read these very series, as plain data that survives structured
   * clone, over columns in `room`; undefined when they cannot be read elsewhere. The querier must stay open as long as the other thread reads.
   */
  handOver?(room: SharedRoom): object | undefined;
}

/** Memory that all threads see. */
export interface SharedRoom {
  copy<T extends Uint16Array | Uint32Array | Float64Array>(column: T): T;
}
