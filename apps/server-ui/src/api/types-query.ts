/** Shapes of `/api/v1/query` and `/api/v1/query_range`. Values are strings, times float seconds. */
export type LabelSet = Readonly<Record<string, string>>;

/** `[seconds, value]` */
export type FloatSample = readonly [number, string];

/** `[boundaryRule, lower, upper, count]` */
export type HistogramBucket = readonly [number, string, string, string];

export interface Histogram {
  readonly count: string;
  readonly sum: string;
  readonly buckets?: readonly HistogramBucket[];
}

/** `[seconds, histogram]` */
export type HistogramSample = readonly [number, Histogram];

export interface VectorSeries {
  readonly metric: LabelSet;
  readonly value?: FloatSample;
  readonly histogram?: HistogramSample;
}

export interface MatrixSeries {
  readonly metric: LabelSet;
  readonly values?: readonly FloatSample[];
  readonly histograms?: readonly HistogramSample[];
}

export type QueryResult =
  | { readonly resultType: 'vector'; readonly result: readonly VectorSeries[] }
  | { readonly resultType: 'matrix'; readonly result: readonly MatrixSeries[] }
  | { readonly resultType: 'scalar'; readonly result: FloatSample }
  | { readonly resultType: 'string'; readonly result: FloatSample };

/** One answer of `/api/v1/query_exemplars`. */
export interface ExemplarSeries {
  readonly seriesLabels: LabelSet;
  readonly exemplars: readonly {
    readonly labels: LabelSet;
    readonly value: string;
    readonly timestamp: number;
  }[];
}
