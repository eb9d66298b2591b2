export type FlagsAnswer = Readonly<Record<string, string>>;
export type BuildInfoAnswer = Readonly<Record<string, string>>;
export type RuntimeInfoAnswer = Readonly<Record<string, string | number | boolean>>;

export interface ConfigAnswer {
  readonly yaml: string;
}

export interface CardinalityEntry {
  readonly name: string;
  readonly value: number;
}

/** `minTime` and `maxTime` are in milliseconds. */
export interface TsdbStatusAnswer {
  readonly headStats: {
    readonly numSeries: number;
    readonly numLabelPairs: number;
    readonly chunkCount: number;
    readonly minTime: number;
    readonly maxTime: number;
  };
  readonly seriesCountByMetricName: readonly CardinalityEntry[] | null;
  readonly labelValueCountByLabelName: readonly CardinalityEntry[] | null;
  readonly memoryInBytesByLabelName: readonly CardinalityEntry[] | null;
  readonly seriesCountByLabelValuePair: readonly CardinalityEntry[] | null;
}

/** Segment numbers. */
export interface WalReplayAnswer {
  readonly min: number;
  readonly max: number;
  readonly current: number;
}

export interface ServerNotification {
  readonly text: string;
  readonly date: string;
  readonly active: boolean;
}

export interface MetricMetadata {
  readonly type: string;
  readonly unit: string;
  readonly help: string;
}

export type MetadataAnswer = Readonly<Record<string, readonly MetricMetadata[]>>;
