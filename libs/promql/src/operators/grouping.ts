import { type Labels } from '@narthex/model';
import { type StepSeries } from '../engine/step-series.js';
import { LabelKeys } from './label-keys.js';

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
  const keys = new LabelKeys(clause.grouping, !clause.without);
  const groups = new Map<string, SeriesGroup>();
  for (const series of vector) {
    const key = keys.key(series.labels);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { labels: keys.labels(series.labels), members: [series] });
    else group.members.push(series);
  }
  return [...groups.values()];
}

/** The labels of the group that a series belongs to. */
export function groupLabels(labels: Labels, { grouping, without }: GroupingClause): Labels {
  return new LabelKeys(grouping, !without).labels(labels);
}
