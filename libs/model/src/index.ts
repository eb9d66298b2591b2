export { formatDuration, parseDuration } from './duration.js';
export { DurationError, NumberError, RelabelError } from './errors.js';
export { isPlainLabelName, isPlainMetricName, Labels, LabelsBuilder, METRIC_NAME } from './labels.js';
export { Matcher, MATCH_TYPES, matchesAll, type MatchType } from './matcher.js';
export { formatFloat, formatFloatExponent, formatFloatG, formatFloatShort, parseFloatGo } from './number.js';
export { quoteGo } from './quote.js';
export { compareText } from './text-order.js';
export { METRIC_TYPES, type MetricMetadata, type MetricType } from './metadata.js';
export {
  COUNTER_RESET_HINT,
  CUSTOM_BUCKETS_SCHEMA,
  type BucketSpan,
  type CounterResetHint,
  type NativeHistogram,
} from './native-histogram.js';
export { relabel, relabelBuilder, RelabelRule } from './relabel.js';
export { RELABEL_ACTIONS, type RelabelAction, type RelabelFields } from './relabel-fields.js';
