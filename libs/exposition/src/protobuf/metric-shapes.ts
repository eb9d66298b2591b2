import { shape, WIRE } from '@narthex/bytes';
import { type MetricType } from '@narthex/model';

const { varint, fixed64, length, packed } = WIRE;

/*
 * The messages of the protobuf format, by the names that upstream's error messages use
 * (https://github.com/prometheus/client_model/blob/master/io/prometheus/client/metrics.proto).
 */

export const LABEL_PAIR = shape('LabelPair', { Name: [1, length], Value: [2, length] });

export const TIMESTAMP = shape('Timestamp', { Seconds: [1, varint], Nanos: [2, varint] });

export const EXEMPLAR = shape('Exemplar', {
  Label: [1, length],
  Value: [2, fixed64],
  Timestamp: [3, length],
});

export const GAUGE = shape('Gauge', { Value: [1, fixed64] });

export const COUNTER = shape('Counter', {
  Value: [1, fixed64],
  Exemplar: [2, length],
  CreatedTimestamp: [3, length],
});

export const QUANTILE = shape('Quantile', { Quantile: [1, fixed64], Value: [2, fixed64] });

export const SUMMARY = shape('Summary', {
  SampleCount: [1, varint],
  SampleSum: [2, fixed64],
  Quantile: [3, length],
  CreatedTimestamp: [4, length],
});

export const UNTYPED = shape('Untyped', { Value: [1, fixed64] });

export const BUCKET = shape('Bucket', {
  CumulativeCount: [1, varint],
  UpperBound: [2, fixed64],
  Exemplar: [3, length],
  CumulativeCountFloat: [4, fixed64],
});

export const BUCKET_SPAN = shape('BucketSpan', { Offset: [1, varint], Length: [2, varint] });

export const HISTOGRAM = shape('Histogram', {
  SampleCount: [1, varint],
  SampleSum: [2, fixed64],
  Bucket: [3, length],
  SampleCountFloat: [4, fixed64],
  Schema: [5, varint],
  ZeroThreshold: [6, fixed64],
  ZeroCount: [7, varint],
  ZeroCountFloat: [8, fixed64],
  NegativeSpan: [9, length],
  NegativeDelta: [10, packed(varint)],
  NegativeCount: [11, packed(fixed64)],
  PositiveSpan: [12, length],
  PositiveDelta: [13, packed(varint)],
  PositiveCount: [14, packed(fixed64)],
  CreatedTimestamp: [15, length],
  Exemplars: [16, length],
});

export const METRIC = shape('Metric', {
  Label: [1, length],
  Gauge: [2, length],
  Counter: [3, length],
  Summary: [4, length],
  Untyped: [5, length],
  TimestampMs: [6, varint],
  Histogram: [7, length],
});

export const METRIC_FAMILY = shape('MetricFamily', {
  Name: [1, length],
  Help: [2, length],
  Type: [3, varint],
  Metric: [4, length],
  Unit: [5, length],
});

/** The types by their numbers. */
export const TYPE_NUMBERS: readonly MetricType[] = [
  'counter',
  'gauge',
  'summary',
  'unknown',
  'histogram',
  'gaugehistogram',
];
