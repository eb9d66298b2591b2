import { shape, WIRE } from '@narthex/bytes';

const { varint, fixed64, length, packed } = WIRE;

/*
 * The messages of remote write, by the names that upstream's error messages use: prompb/remote.proto,
 * prompb/types.proto and prompb/io/prometheus/write/v2/types.proto of Prometheus.
 */

export const LABEL = shape('Label', { Name: [1, length], Value: [2, length] });

export const SAMPLE = shape('Sample', { Value: [1, fixed64], Timestamp: [2, varint] });

export const SAMPLE_V2 = shape('Sample', {
  Value: [1, fixed64],
  Timestamp: [2, varint],
  StartTimestamp: [3, varint],
});

export const EXEMPLAR = shape('Exemplar', {
  Labels: [1, length],
  Value: [2, fixed64],
  Timestamp: [3, varint],
});

export const BUCKET_SPAN = shape('BucketSpan', { Offset: [1, varint], Length: [2, varint] });

const HISTOGRAM_FIELDS = {
  CountInt: [1, varint],
  CountFloat: [2, fixed64],
  Sum: [3, fixed64],
  Schema: [4, varint],
  ZeroThreshold: [5, fixed64],
  ZeroCountInt: [6, varint],
  ZeroCountFloat: [7, fixed64],
  NegativeSpans: [8, length],
  NegativeDeltas: [9, packed(varint)],
  NegativeCounts: [10, packed(fixed64)],
  PositiveSpans: [11, length],
  PositiveDeltas: [12, packed(varint)],
  PositiveCounts: [13, packed(fixed64)],
  ResetHint: [14, varint],
  Timestamp: [15, varint],
  CustomValues: [16, packed(fixed64)],
} as const;

export const HISTOGRAM = shape('Histogram', HISTOGRAM_FIELDS);

export const HISTOGRAM_V2 = shape('Histogram', { ...HISTOGRAM_FIELDS, StartTimestamp: [17, varint] });

export const TIME_SERIES = shape('TimeSeries', {
  Labels: [1, length],
  Samples: [2, length],
  Exemplars: [3, length],
  Histograms: [4, length],
});

export const METRIC_METADATA = shape('MetricMetadata', {
  Type: [1, varint],
  MetricFamilyName: [2, length],
  Help: [4, length],
  Unit: [5, length],
});

export const WRITE_REQUEST = shape('WriteRequest', { Timeseries: [1, length], Metadata: [3, length] });

export const REQUEST_V2 = shape('Request', { Symbols: [4, length], Timeseries: [5, length] });

export const TIME_SERIES_V2 = shape('TimeSeries', {
  LabelsRefs: [1, packed(varint)],
  Samples: [2, length],
  Histograms: [3, length],
  Exemplars: [4, length],
  Metadata: [5, length],
  CreatedTimestamp: [6, varint],
});

export const EXEMPLAR_V2 = shape('Exemplar', {
  LabelsRefs: [1, packed(varint)],
  Value: [2, fixed64],
  Timestamp: [3, varint],
});

export const METADATA_V2 = shape('Metadata', {
  Type: [1, varint],
  HelpRef: [3, varint],
  UnitRef: [4, varint],
});
