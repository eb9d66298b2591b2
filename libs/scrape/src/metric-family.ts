import { compareText, Labels, type MetricType } from '@narthex/model';

const TYPE_LABEL = '__type__';
const UNIT_LABEL = '__unit__';

/** What the names of a family's series have behind the family's own name. */
const SUFFIXES: Readonly<Partial<Record<MetricType, readonly string[]>>> = {
  counter: ['_total'],
  histogram: ['_bucket', '_sum', '_count'],
  gaugehistogram: ['_bucket', '_gsum', '_gcount'],
  summary: ['_sum', '_count'],
  info: ['_info'],
};

/** Whether a series belongs to a family, so that what was said of the family holds for it. */
export function isPartOfFamily(metricName: string, family: string, type: MetricType): boolean {
  if (!metricName.startsWith(family)) return false;
  const suffix = metricName.slice(family.length);
  return suffix === '' || SUFFIXES[type]?.includes(suffix) === true;
}

/**
 * The labels of a series with those for its type and unit, where they are known; they take the place of any that the
 * target exposes (https://prometheus.io/docs/prometheus/latest/feature_flags/#type-and-unit-labels).
 */
export function withTypeAndUnit(labels: Labels, type: MetricType, unit: string): Labels {
  const own: [string, string][] = [];
  if (type !== 'unknown') own.push([TYPE_LABEL, type]);
  if (unit !== '') own.push([UNIT_LABEL, unit]);
  if (own.length === 0) return labels;
  const names = own.map(([name]) => name);
  const entries = [...[...labels].filter(([name]) => !names.includes(name)), ...own];
  return Labels.fromSortedPairs(entries.sort(([a], [b]) => compareText(a, b)).flat());
}
