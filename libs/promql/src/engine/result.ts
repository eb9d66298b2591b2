import { type Labels, type NativeHistogram } from '@narthex/model';
import { type SampleColumns } from '@narthex/storage';

/** One element of an instant vector. `value` means nothing where there is a histogram. */
export interface VectorSample {
  readonly labels: Labels;
  readonly timestampMs: number;
  readonly value: number;
  readonly histogram?: NativeHistogram;
}

/** One series of a range vector or of a range query's answer. */
export interface MatrixSeries {
  readonly labels: Labels;
  /** May be made anew each time: whoever needs them for longer keeps them. */
  readonly columns: SampleColumns;
}

export type QueryValue =
  | { readonly type: 'scalar'; readonly timestampMs: number; readonly value: number }
  | { readonly type: 'string'; readonly timestampMs: number; readonly value: string }
  | { readonly type: 'vector'; readonly samples: readonly VectorSample[] }
  | { readonly type: 'matrix'; readonly series: readonly MatrixSeries[] };

/** What a query cost. */
export interface QueryStats {
  /** Samples looked at, histograms counted by their size. */
  readonly totalQueryableSamples: number;
  /** The same for each step, where that was asked for. */
  readonly samplesPerStep?: readonly (readonly [timestampMs: number, samples: number])[];
  /** Most samples in memory at once. */
  readonly peakSamples: number;
  /** Seconds of parsing and selecting, of computing, and of sorting the answer. */
  readonly preparationSeconds: number;
  readonly evaluationSeconds: number;
  readonly sortSeconds: number;
}

export interface QueryResult {
  readonly value: QueryValue;
  /** Each in a sentence that ends in the `(line:column)` it is about. */
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  readonly stats: QueryStats;
}
