export { formatDuration, parseDuration } from './duration.js';
export { DurationError, NumberError, RelabelError } from './errors.js';
export { lowerCaseGo, upperCaseGo } from './letter-case.js';
export { isPlainLabelName, isPlainMetricName, Labels, LabelsBuilder, METRIC_NAME } from './labels.js';
export { Matcher, MATCH_TYPES, matchesAll, type MatchType } from './matcher.js';
export { formatFloat, formatFloatExponent, formatFloatG, formatFloatJson, parseFloatGo } from './number.js';
export { quoteGo } from './quote.js';
export { compareText } from './text-order.js';
export { METRIC_TYPES, type MetricMetadata, type MetricType } from './metadata.js';
export {
  COUNTER_RESET_HINT,
  CUSTOM_BUCKETS_SCHEMA,
  type BucketSpan,
  type CounterResetHint,
  emptyHistogram,
  type NativeHistogram,
} from './native-histogram.js';
export { relabel, relabelBuilder, RelabelRule } from './relabel.js';
export { RELABEL_ACTIONS, type RelabelAction, type RelabelFields } from './relabel-fields.js';
export { compensatedSum } from './compensated-sum.js';
export { HistogramAccumulator, type HistogramMergeNotes } from './histogram-accumulator.js';
export {
  addHistograms,
  divideHistogram,
  type HistogramMerge,
  reduceHistogram,
  scaleHistogram,
  subtractHistograms,
  withHint,
} from './histogram-arithmetic.js';
export { customBoundsMatch, exponentialBound, usesCustomBuckets } from './histogram-bounds.js';
export { allBuckets, type HistogramBucket, negativeBuckets, positiveBuckets } from './histogram-buckets.js';
export { compactHistogram } from './histogram-compact.js';
export { histogramsEqual } from './histogram-compare.js';
export { FINEST_SCHEMA, hasExactCounts, histogramFault, schemaSupport } from './histogram-faults.js';
export { IncompatibleHistogramsError } from './histogram-errors.js';
export { type FractionResult, histogramFraction } from './histogram-fraction.js';
export { histogramVariance } from './histogram-moments.js';
export { histogramQuantile, type QuantileResult } from './histogram-quantile.js';
export { detectsReset } from './histogram-reset.js';
export { formatHistogram } from './histogram-text.js';
export { trimHistogram } from './histogram-trim.js';
export { type TargetGroup } from './target-group.js';
