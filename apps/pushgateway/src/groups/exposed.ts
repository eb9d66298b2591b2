import { type FamilySample, type MetricFamily } from '@narthex/exposition';
import { compareText, formatFloatG, type Labels } from '@narthex/model';
import { type PushedFamily, type PushedMetric } from './family.js';
import { labelsWithEmpty } from './grouping-key.js';
import { type MetricGroup, PUSH_FAILURE_TIME, PUSH_TIME } from './group-store.js';

const HELP = {
  [PUSH_TIME]: 'Last Unix time when changing this group in the Pushgateway succeeded.',
  [PUSH_FAILURE_TIME]: 'Last Unix time when changing this group in the Pushgateway failed.',
};

/** The two times of a group, as metrics. */
export function timeFamilies(group: MetricGroup): readonly PushedFamily[] {
  const labels = labelsWithEmpty(new Map([['instance', ''], ...group.key]));
  return (
    [
      [PUSH_FAILURE_TIME, group.failedAtMs],
      [PUSH_TIME, group.pushedAtMs],
    ] as const
  ).map(([name, timeMs]) => ({
    name,
    type: 'gauge',
    help: HELP[name],
    metrics: [{ labels, value: { kind: 'value', value: timeMs / 1000 } }],
  }));
}

/** Everything that is exposed: families by name, each with the metrics of all groups, in upstream's order. */
export function exposedFamilies(groups: readonly MetricGroup[]): readonly MetricFamily[] {
  const merged = new Map<string, { family: PushedFamily; metrics: PushedMetric[] }>();
  for (const group of groups) {
    for (const family of [...group.families.values(), ...timeFamilies(group)]) {
      const known = merged.get(family.name);
      if (known === undefined) merged.set(family.name, { family, metrics: [...family.metrics] });
      else known.metrics.push(...family.metrics);
    }
  }
  return [...merged.values()]
    .sort((a, b) => compareText(a.family.name, b.family.name))
    .map(({ family, metrics }) => ({
      name: family.name,
      type: family.type === 'untyped' ? 'unknown' : family.type,
      ...(family.help === undefined ? {} : { help: family.help }),
      samples: metrics.sort(byLabelValues).flatMap(samplesOf),
    }));
}

/** Fewer labels first, then by their values. */
function byLabelValues({ labels: a }: PushedMetric, { labels: b }: PushedMetric): number {
  if (a.size !== b.size) return a.size - b.size;
  for (let i = 0; i < a.size; i++) {
    const order = compareText(a.valueAt(i), b.valueAt(i));
    if (order !== 0) return order;
  }
  return 0;
}

function samplesOf({ labels, value }: PushedMetric): readonly FamilySample[] {
  if (value.kind === 'value') return [{ suffix: '', labels, value: value.value }];
  const ends: FamilySample[] = [
    { suffix: '_sum', labels, value: value.sum },
    { suffix: '_count', labels, value: value.count },
  ];
  if (value.kind === 'summary') {
    return [
      ...value.quantiles.map(([quantile, at]) => ({
        suffix: '',
        labels: withLabel(labels, 'quantile', quantile),
        value: at,
      })),
      ...ends,
    ];
  }
  const isComplete = value.buckets.some(([bound]) => bound === Infinity);
  const buckets = isComplete ? value.buckets : [...value.buckets, [Infinity, value.count] as const];
  return [
    ...buckets.map(([bound, count]) => ({
      suffix: '_bucket',
      labels: withLabel(labels, 'le', bound),
      value: count,
    })),
    ...ends,
  ];
}

function withLabel(labels: Labels, name: string, value: number): Labels {
  return labelsWithEmpty(new Map([...labels, [name, formatFloatG(value)]]));
}
