import { formatFloatG, quoteGo } from '@narthex/model';
import { type PositionRange } from '../syntax/position.js';
import { type Annotation, type MonotonicityDetails } from './annotations.js';

/*
 * Every warning and info there is, in upstream's words
 * (https://prometheus.io/docs/prometheus/latest/querying/api/#format-overview, `warnings` and `infos`).
 */

function warning(text: string, position: PositionRange): Annotation {
  return { level: 'warning', text: `PromQL warning: ${text}`, position };
}

function info(text: string, position: PositionRange): Annotation {
  return { level: 'info', text: `PromQL info: ${text}`, position };
}

function forMetric(metricName: string): string {
  return metricName === '' ? '' : ` for metric name ${quoteGo(metricName)}`;
}

export function invalidQuantile(q: number, position: PositionRange): Annotation {
  return warning(`quantile value should be between 0 and 1, got ${formatFloatG(q)}`, position);
}

export function invalidRatio(ratio: number, capped: number, position: PositionRange): Annotation {
  const got = `got ${formatFloatG(ratio)}, capping to ${formatFloatG(capped)}`;
  return warning(`ratio value should be between -1 and 1, ${got}`, position);
}

export function badBucketLabel(metricName: string, label: string, position: PositionRange): Annotation {
  const text = `bucket label "le" is missing or has a malformed value of ${quoteGo(label)}`;
  return warning(text + forMetric(metricName), position);
}

export function mixedFloatsHistograms(metricName: string, position: PositionRange): Annotation {
  return warning(
    `encountered a mix of histograms and floats for metric name ${quoteGo(metricName)}`,
    position,
  );
}

export function mixedFloatsHistogramsInAggregation(position: PositionRange): Annotation {
  return warning('encountered a mix of histograms and floats for aggregation', position);
}

export function mixedClassicNative(metricName: string, position: PositionRange): Annotation {
  return warning(`vector contains a mix of classic and native histograms${forMetric(metricName)}`, position);
}

export function notACounter(metricName: string, position: PositionRange): Annotation {
  return warning(`this native histogram metric is not a counter: ${quoteGo(metricName)}`, position);
}

export function notAGauge(metricName: string, position: PositionRange): Annotation {
  return warning(`this native histogram metric is not a gauge: ${quoteGo(metricName)}`, position);
}

export function mixedExponentialCustom(metricName: string, position: PositionRange): Annotation {
  const what =
    'vector contains a mix of histograms with exponential and custom buckets schemas for metric name';
  return warning(`${what} ${quoteGo(metricName)}`, position);
}

export function incompatibleBucketLayout(operator: string, position: PositionRange): Annotation {
  return warning(`incompatible bucket layout encountered for binary operator ${operator}`, position);
}

export function counterResetCollision(operation: MergeOperation, position: PositionRange): Annotation {
  return warning(`conflicting counter resets during histogram ${operation}`, position);
}

export function sortInRangeQuery(position: PositionRange): Annotation {
  return warning(
    'sort is ineffective for range queries since results are always ordered by labels',
    position,
  );
}

export function startTimeOverlap(metricName: string, position: PositionRange): Annotation {
  const what = 'sample has start time that overlaps with previous sample timestamp for metric';
  return warning(`${what} ${quoteGo(metricName)}`, position);
}

export function possibleNonCounter(metricName: string, position: PositionRange): Annotation {
  const what = 'metric might not be a counter, name does not end in _total/_sum/_count/_bucket:';
  return info(`${what} ${quoteGo(metricName)}`, position);
}

export function possibleNonCounterLabel(
  metricName: string,
  type: string,
  position: PositionRange,
): Annotation {
  const what = 'metric might not be a counter, __type__ label is not set to "counter" or "histogram"';
  return info(`${what}, got ${quoteGo(type)}: ${quoteGo(metricName)}`, position);
}

export function forcedMonotonicity(
  metricName: string,
  details: MonotonicityDetails,
  position: PositionRange,
): Annotation {
  const link = 'https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile';
  const text = `input to histogram_quantile needed to be fixed for monotonicity (see ${link})`;
  return { ...info(text + forMetric(metricName), position), details };
}

export function incompatibleTypes(
  left: SampleType,
  operator: string,
  right: SampleType,
  position: PositionRange,
): Annotation {
  const what = 'incompatible sample types encountered for binary operator';
  return info(`${what} ${quoteGo(operator)}: ${left} ${operator} ${right}`, position);
}

export function histogramIgnoredInAggregation(aggregation: string, position: PositionRange): Annotation {
  return info(`ignored histogram in ${aggregation} aggregation`, position);
}

export function histogramIgnoredInMixedRange(metricName: string, position: PositionRange): Annotation {
  const what = 'ignored histograms in a range containing both floats and histograms for metric name';
  return info(`${what} ${quoteGo(metricName)}`, position);
}

export function quantileIsNaN(metricName: string, position: PositionRange): Annotation {
  return info(
    `input to histogram_quantile has NaN observations, result is NaN${forMetric(metricName)}`,
    position,
  );
}

export function quantileIsSkewed(metricName: string, position: PositionRange): Annotation {
  const what = 'input to histogram_quantile has NaN observations, result is skewed higher';
  return info(what + forMetric(metricName), position);
}

export function fractionExcludesNaN(metricName: string, position: PositionRange): Annotation {
  const what = 'input to histogram_fraction has NaN observations, which are excluded from all fractions';
  return info(what + forMetric(metricName), position);
}

export function customBucketsReconciled(operation: MergeOperation, position: PositionRange): Annotation {
  return info(`mismatched custom buckets were reconciled during ${operation}`, position);
}

export type MergeOperation = 'addition' | 'subtraction' | 'aggregation';
export type SampleType = 'float' | 'histogram';
