import { shape, WIRE } from '@narthex/bytes';

const { varint, fixed64, length, packed } = WIRE;

/*
 * The messages of OTLP (https://github.com/open-telemetry/opentelemetry-proto: collector/metrics/v1, metrics/v1,
 * resource/v1, common/v1), by the names that upstream's error messages use.
 */

export const REQUEST = shape('ExportMetricsServiceRequest', { ResourceMetrics: [1, length] });

export const RESOURCE_METRICS = shape('ResourceMetrics', {
  Resource: [1, length],
  ScopeMetrics: [2, length],
  SchemaUrl: [3, length],
  DeprecatedScopeMetrics: [1000, length],
});

export const RESOURCE = shape('Resource', { Attributes: [1, length] });

export const SCOPE_METRICS = shape('ScopeMetrics', {
  Scope: [1, length],
  Metrics: [2, length],
  SchemaUrl: [3, length],
});

export const SCOPE = shape('InstrumentationScope', {
  Name: [1, length],
  Version: [2, length],
  Attributes: [3, length],
});

export const METRIC = shape('Metric', {
  Name: [1, length],
  Description: [2, length],
  Unit: [3, length],
  Gauge: [5, length],
  Sum: [7, length],
  Histogram: [9, length],
  ExponentialHistogram: [10, length],
  Summary: [11, length],
});

/** Gauge, Sum, Histogram, ExponentialHistogram and Summary number their fields alike. */
export const METRIC_DATA = shape('MetricData', {
  DataPoints: [1, length],
  AggregationTemporality: [2, varint],
  IsMonotonic: [3, varint],
});

export const NUMBER_POINT = shape('NumberDataPoint', {
  StartTimeUnixNano: [2, fixed64],
  TimeUnixNano: [3, fixed64],
  AsDouble: [4, fixed64],
  Exemplars: [5, length],
  AsInt: [6, fixed64],
  Attributes: [7, length],
  Flags: [8, varint],
});

export const HISTOGRAM_POINT = shape('HistogramDataPoint', {
  StartTimeUnixNano: [2, fixed64],
  TimeUnixNano: [3, fixed64],
  Count: [4, fixed64],
  Sum: [5, fixed64],
  BucketCounts: [6, packed(fixed64)],
  ExplicitBounds: [7, packed(fixed64)],
  Exemplars: [8, length],
  Attributes: [9, length],
  Flags: [10, varint],
});

export const EXPONENTIAL_POINT = shape('ExponentialHistogramDataPoint', {
  Attributes: [1, length],
  StartTimeUnixNano: [2, fixed64],
  TimeUnixNano: [3, fixed64],
  Count: [4, fixed64],
  Sum: [5, fixed64],
  Scale: [6, varint],
  ZeroCount: [7, fixed64],
  Positive: [8, length],
  Negative: [9, length],
  Flags: [10, varint],
  Exemplars: [11, length],
  ZeroThreshold: [14, fixed64],
});

export const BUCKETS = shape('ExponentialHistogramDataPointBuckets', {
  Offset: [1, varint],
  BucketCounts: [2, packed(varint)],
});

export const SUMMARY_POINT = shape('SummaryDataPoint', {
  StartTimeUnixNano: [2, fixed64],
  TimeUnixNano: [3, fixed64],
  Count: [4, fixed64],
  Sum: [5, fixed64],
  QuantileValues: [6, length],
  Attributes: [7, length],
  Flags: [8, varint],
});

export const QUANTILE = shape('SummaryDataPointValueAtQuantile', {
  Quantile: [1, fixed64],
  Value: [2, fixed64],
});

export const EXEMPLAR = shape('Exemplar', {
  TimeUnixNano: [2, fixed64],
  AsDouble: [3, fixed64],
  SpanId: [4, length],
  TraceId: [5, length],
  AsInt: [6, fixed64],
  FilteredAttributes: [7, length],
});

export const KEY_VALUE = shape('KeyValue', { Key: [1, length], Value: [2, length] });

export const ANY_VALUE = shape('AnyValue', {
  StringValue: [1, length],
  BoolValue: [2, varint],
  IntValue: [3, varint],
  DoubleValue: [4, fixed64],
  ArrayValue: [5, length],
  KvlistValue: [6, length],
  BytesValue: [7, length],
});

/** ArrayValue and KeyValueList number their field alike. */
export const VALUES = shape('ArrayValue', { Values: [1, length] });
