import { Labels, METRIC_NAME } from '@narthex/model';
import { type StepSeries } from '../engine/step-series.js';

/** The input series of one output series of an aggregation. */
export interface SeriesGroup {
  readonly labels: Labels;
  readonly members: StepSeries[];
}

export interface GroupingClause {
  readonly grouping: readonly string[];
  readonly without: boolean;
}

/** Sorts series into groups by the labels that `by` or `without` leaves, in the order they come up. */
export function groupSeries(vector: readonly StepSeries[], clause: GroupingClause): readonly SeriesGroup[] {
  const groups = new Map<string, SeriesGroup>();
  for (const series of vector) {
    const labels = groupLabels(series.labels, clause);
    const group = groups.get(labels.key);
    if (group === undefined) groups.set(labels.key, { labels, members: [series] });
    else group.members.push(series);
  }
  return [...groups.values()];
}

/** The labels of the group that a series belongs to. */
export function groupLabels(labels: Labels, { grouping, without }: GroupingClause): Labels {
  if (without) return labels.filter((name) => name !== METRIC_NAME && !grouping.includes(name));
  return grouping.length === 0 ? Labels.EMPTY : labels.filter((name) => grouping.includes(name));
}
