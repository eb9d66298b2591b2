import { type Labels } from '@narthex/model';
import { type StepSeries } from '../engine/step-series.js';
import { type VectorMatching } from '../syntax/ast.js';
import { LabelKeys } from './label-keys.js';

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
  const keys = new LabelKeys(matching.labels, matching.on);
  const groups = new Map<string, MatchGroup>();
  const groupOf = ({ labels }: StepSeries): MatchGroup => {
    const key = keys.key(labels);
    let group = groups.get(key);
    if (group === undefined) groups.set(key, (group = { labels: keys.labels(labels), left: [], right: [] }));
    return group;
  };
  for (const series of left) groupOf(series).left.push(series);
  for (const series of right) groupOf(series).right.push(series);
  return [...groups.values()];
}
