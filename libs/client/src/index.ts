export {
  AggregatorRegistry,
  collectDefaultMetrics,
  contentType,
  Counter,
  exponentialBuckets,
  Gauge,
  Histogram,
  linearBuckets,
  openMetricsContentType,
  prometheusContentType,
  Pushgateway,
  register,
  Registry,
  Summary,
  validateMetricName,
} from 'prom-client';
export type {
  CounterConfiguration,
  GaugeConfiguration,
  HistogramConfiguration,
  LabelValues,
  Metric,
  MetricObjectWithValues,
  MetricValue,
  SummaryConfiguration,
} from 'prom-client';
export { createProgramRegistry, type ProgramDescription } from './program-registry.js';
export { SliceHistogram, type SliceHistogramOptions } from './slice-histogram.js';
export { WindowSummary, type WindowSummaryOptions } from './window-summary.js';
