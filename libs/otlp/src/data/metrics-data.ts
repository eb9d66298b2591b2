import { type Attributes } from './attributes.js';

/*
 * The messages of opentelemetry/proto/metrics/v1/metrics.proto, as far as series are made of them
 * (https://opentelemetry.io/docs/specs/otel/metrics/data-model/). Times are nanoseconds since 1970, unsigned.
 */

/** `AggregationTemporality`. Senders may send other numbers. */
export const TEMPORALITY = { unspecified: 0, delta: 1, cumulative: 2 } as const;

/** The bit of `flags` that says that there is no value: the series ends here. */
export const NO_RECORDED_VALUE = 1;

export interface OtlpExemplar {
  readonly filteredAttributes: Attributes;
  readonly timeNs: bigint;
  /** A `bigint` was sent as an integer; undefined when neither kind was sent. */
  readonly value: number | bigint | undefined;
  /** Hexadecimal; empty when there is none. */
  readonly traceId: string;
  /** Hexadecimal; empty when there is none. */
  readonly spanId: string;
}

interface DataPoint {
  readonly attributes: Attributes;
  readonly startNs: bigint;
  readonly timeNs: bigint;
  readonly flags: number;
}

export interface NumberPoint extends DataPoint {
  /** A `bigint` was sent as an integer; undefined when neither kind was sent. */
  readonly value: number | bigint | undefined;
  readonly exemplars: readonly OtlpExemplar[];
}

export interface HistogramPoint extends DataPoint {
  readonly count: number;
  readonly sum: number | undefined;
  /** Not cumulative; one more than bounds. */
  readonly bucketCounts: readonly number[];
  readonly explicitBounds: readonly number[];
  readonly exemplars: readonly OtlpExemplar[];
}

/** Consecutive buckets from an index on; bucket i reaches from base^i (exclusive) to base^(i+1). */
export interface ExponentialBuckets {
  readonly offset: number;
  readonly counts: readonly number[];
}

export interface ExponentialPoint extends DataPoint {
  readonly count: number;
  readonly sum: number | undefined;
  /** base = 2^(2^−scale) */
  readonly scale: number;
  readonly zeroCount: number;
  readonly zeroThreshold: number;
  readonly positive: ExponentialBuckets;
  readonly negative: ExponentialBuckets;
  readonly exemplars: readonly OtlpExemplar[];
}

export interface QuantileValue {
  readonly quantile: number;
  readonly value: number;
}

export interface SummaryPoint extends DataPoint {
  readonly count: number;
  readonly sum: number;
  readonly quantiles: readonly QuantileValue[];
}

export interface Gauge {
  readonly kind: 'gauge';
  readonly points: readonly NumberPoint[];
}

export interface Sum {
  readonly kind: 'sum';
  readonly points: readonly NumberPoint[];
  readonly temporality: number;
  readonly monotonic: boolean;
}

export interface Histogram {
  readonly kind: 'histogram';
  readonly points: readonly HistogramPoint[];
  readonly temporality: number;
}

export interface ExponentialHistogram {
  readonly kind: 'exponentialHistogram';
  readonly points: readonly ExponentialPoint[];
  readonly temporality: number;
}

export interface Summary {
  readonly kind: 'summary';
  readonly points: readonly SummaryPoint[];
}

export type MetricData = Gauge | Sum | Histogram | ExponentialHistogram | Summary;

export interface OtlpMetric {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  /** Undefined when none was sent, or of a kind that is not known. */
  readonly data: MetricData | undefined;
}

export interface Scope {
  readonly name: string;
  readonly version: string;
  readonly attributes: Attributes;
}

export interface ScopeMetrics {
  readonly scope: Scope;
  readonly schemaUrl: string;
  readonly metrics: readonly OtlpMetric[];
}

export interface ResourceMetrics {
  readonly attributes: Attributes;
  readonly scopes: readonly ScopeMetrics[];
}

/** What one request holds. */
export type MetricsData = readonly ResourceMetrics[];

/** The temporality of kinds that have one. */
export function temporalityOf(data: MetricData): number | undefined {
  return data.kind === 'gauge' || data.kind === 'summary' ? undefined : data.temporality;
}

/** Nanoseconds to the milliseconds of series: as a signed number, cut towards zero. */
export function milliseconds(timeNs: bigint): number {
  return Number(BigInt.asIntN(64, timeNs) / 1_000_000n);
}
