import { type Labels, METRIC_NAME } from '@narthex/model';
import { type StepSeries } from '../engine/step-series.js';
import { type VectorMatching } from '../syntax/ast.js';

/** The series of both sides that can meet. */
export interface MatchGroup {
  /** The labels they match in. */
  readonly labels: Labels;
  readonly left: StepSeries[];
  readonly right: StepSeries[];
}

/** Sorts the series of two vectors by the labels they match in: once for all steps. */
export function matchSeries(
  left: readonly StepSeries[],
  right: readonly StepSeries[],
  matching: VectorMatching,
): readonly MatchGroup[] {
  const groups = new Map<string, MatchGroup>();
  const groupOf = (series: StepSeries): MatchGroup => {
    const labels = matchLabels(series.labels, matching);
    let group = groups.get(labels.key);
    if (group === undefined) groups.set(labels.key, (group = { labels, left: [], right: [] }));
    return group;
  };
  for (const series of left) groupOf(series).left.push(series);
  for (const series of right) groupOf(series).right.push(series);
  return [...groups.values()];
}

/** The labels of `on`, or all but those of `ignoring` and the metric name. */
export function matchLabels(labels: Labels, { on, labels: names }: VectorMatching): Labels {
  if (on) return labels.filter((name) => names.includes(name));
  return labels.filter((name) => name !== METRIC_NAME && !names.includes(name));
}
