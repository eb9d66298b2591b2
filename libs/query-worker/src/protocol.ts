import { type MatchType, type NativeHistogram } from '@narthex/model';
import { type PromqlErrorCode } from '@narthex/promql';
import { type HelpedMessage, type HelpMessage, type OfferMessage } from './split/messages.js';

/**
 * What main and a query worker say to each other. Plain data only: everything here survives structured clone, and
 * `bytes` and columns are transferred. A worker is opened once; then queries, credits and drops come in any order. Each
 * query is answered by parts or one vector, and ended by exactly one `done` or `failed`.
 */
export type ToWorker<Setup> = OpenMessage<Setup> | QueryMessage | CreditMessage | DropMessage | HelpMessage;
export type FromWorker = AnswerMessage | OfferMessage | HelpedMessage;
/** What belongs to the answer of a query. */
export type AnswerMessage = PartMessage | VectorMessage | DoneMessage | FailedMessage;

/** The first message: what the worker reads from and the limits of its engine. */
export interface OpenMessage<Setup> {
  readonly kind: 'open';
  readonly setup: Setup;
}

export interface QueryMessage {
  readonly kind: 'query';
  readonly id: number;
  readonly task: QueryTask;
  /** The step of subqueries that name none, in ms: the evaluation interval in force. */
  readonly subqueryStepMs: number;
  /** See {@link StopFlag}. */
  readonly stopFlag: SharedArrayBuffer;
}

/** So many more parts may be sent. A query begins with {@link INITIAL_CREDITS}. */
export interface CreditMessage {
  readonly kind: 'credit';
  readonly id: number;
  readonly count: number;
}

/** Nobody wants what is left of the answer. */
export interface DropMessage {
  readonly kind: 'drop';
  readonly id: number;
}

/** A piece of the answer's JSON, of {@link MOST_PART_BYTES} at most. */
export interface PartMessage {
  readonly kind: 'part';
  readonly id: number;
  readonly bytes: Uint8Array;
}

/** The whole answer to a `vector` task. */
export interface VectorMessage {
  readonly kind: 'vector';
  readonly id: number;
  readonly vector: VectorColumns;
}

export interface DoneMessage {
  readonly kind: 'done';
  readonly id: number;
  /** The last piece of the answer's JSON: each message costs a wake-up of the other side, so it comes along. */
  readonly bytes?: Uint8Array;
  readonly notes: QueryNotes;
}

export interface FailedMessage {
  readonly kind: 'failed';
  readonly id: number;
  readonly code: PromqlErrorCode;
  readonly message: string;
}

/** What is to be computed. Times are in ms since the Unix epoch; a limit of 0 is none. */
export type QueryTask =
  | InstantTask
  | RangeTask
  | VectorTask
  | SeriesTask
  | LabelNamesTask
  | LabelValuesTask
  | FederationTask
  | HeadStatisticsTask;

export interface InstantTask {
  readonly form: 'instant';
  readonly query: string;
  readonly timeMs: number;
  /** Instead of the engine's own. */
  readonly lookbackMs?: number | undefined;
  readonly limit: number;
  /** Count samples at each step, if the engine does that. */
  readonly samplesPerStep?: boolean | undefined;
}

export interface RangeTask {
  readonly form: 'range';
  readonly query: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
  readonly lookbackMs?: number | undefined;
  readonly limit: number;
  readonly samplesPerStep?: boolean | undefined;
}

/** An instant query whose answer comes as data: for rules. */
export interface VectorTask {
  readonly form: 'vector';
  readonly query: string;
  readonly timeMs: number;
}

interface LabelRange {
  readonly startMs: number;
  readonly endMs: number;
  /** Series that pass all matchers of any one list count. */
  readonly selectors: readonly (readonly MatcherData[])[];
  readonly limit: number;
}

export interface SeriesTask extends LabelRange {
  readonly form: 'series';
}

export interface LabelNamesTask extends LabelRange {
  readonly form: 'labelNames';
}

export interface LabelValuesTask extends LabelRange {
  readonly form: 'labelValues';
  readonly name: string;
}

/** The last samples of series, as an exposition instead of JSON. Native histograms are in protobuf only. */
export interface FederationTask {
  readonly form: 'federation';
  readonly format: 'text' | 'protobuf';
  readonly escaping: 'allow-utf-8' | 'underscores' | 'dots' | 'values';
  readonly startMs: number;
  readonly endMs: number;
  readonly selectors: readonly (readonly MatcherData[])[];
  readonly externalLabels: readonly (readonly [string, string])[];
}

/** Counts over everything in the head; the limit is one for each list. */
export interface HeadStatisticsTask {
  readonly form: 'headStatistics';
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly limit: number;
}

/** A matcher as data: its regular expression is compiled again on the other side. */
export type MatcherData = readonly [type: MatchType, name: string, value: string];

/** An instant vector in columns. Sample i has the labels `pairs[ends[i-1]] … pairs[ends[i]]`, name and value in turn. */
export interface VectorColumns {
  readonly pairs: readonly string[];
  readonly ends: Uint32Array;
  readonly values: Float64Array;
  /** Histogram samples by their place. */
  readonly histograms: readonly (readonly [index: number, histogram: NativeHistogram])[];
}

/** What there is to say beside the answer. */
export interface QueryNotes {
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  readonly samples: SampleStatistics;
  /** Seconds. */
  readonly timings: QueryTimings;
}

export interface SampleStatistics {
  /** Seconds since the Unix epoch and samples, where that was asked for. */
  readonly totalQueryableSamplesPerStep?: readonly (readonly [timeSeconds: number, samples: number])[];
  readonly totalQueryableSamples: number;
  readonly peakSamples: number;
}

/** How long the steps of a query took, in seconds. */
export interface QueryTimings {
  readonly preparation: number;
  readonly evaluation: number;
  readonly sorting: number;
}

export const MOST_PART_BYTES = 256 * 1024;
export const INITIAL_CREDITS = 4;
