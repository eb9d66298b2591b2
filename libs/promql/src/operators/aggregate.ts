import { type Labels, METRIC_NAME } from '@narthex/model';
import { histogramIgnoredInAggregation, invalidQuantile } from '../engine/annotation-texts.js';
import { type OperatorContext } from '../engine/context.js';
import { FLOAT, HISTOGRAM, StepSeries } from '../engine/step-series.js';
import { StepSlab } from '../engine/step-slab.js';
import { type Aggregator } from '../functions/aggregator.js';
import { newAggregator } from '../functions/aggregators.js';
import { extremesOf } from '../functions/extremes.js';
import { quantileOfSorted, sortNaNFirst } from '../functions/quantile.js';
import { type AggregateNode } from '../plan/plan.js';
import { groupSeries, type SeriesGroup } from './grouping.js';
import { LabelKeys } from './label-keys.js';

/** Aggregations that make one number of a group at each step. */
export async function aggregate(node: AggregateNode, context: OperatorContext): Promise<StepSeries[]> {
  return node.operator === 'quantile' ? quantileOver(node, context) : fold(node, context);
}

interface Fold {
  readonly aggregator: Aggregator;
  readonly labels: Labels;
  dropName: boolean;
}

/** Takes in the members one after another, each over all its steps: none has to be kept. */
async function fold(node: AggregateNode, context: OperatorContext): Promise<StepSeries[]> {
  const { steps, annotations } = context;
  const remarks = { annotations, position: node.inner.position };
  const keys = new LabelKeys(node.grouping, !node.without);
  const groups = new Map<string, Fold>();
  await context.each(node.inner, (member) => {
    const key = keys.key(member.labels);
    let group = groups.get(key);
    if (group === undefined) {
      const aggregator = newAggregator(node.operator, steps.count, remarks);
      groups.set(key, (group = { aggregator, labels: keys.labels(member.labels), dropName: false }));
    }
    group.aggregator.metricName = member.labels.get(METRIC_NAME);
    group.aggregator.addSeries(member);
    group.dropName ||= member.dropName;
  });
  const found: StepSeries[] = [];
  const memory = new StepSlab();
  for (const { aggregator, labels, dropName } of groups.values()) {
    const series = new StepSeries(labels, dropName, steps.count, memory);
    aggregator.finish(series);
    if (!series.isEmpty) found.push(series);
  }
  return found;
}

async function quantileOver(node: AggregateNode, context: OperatorContext): Promise<StepSeries[]> {
  const { steps } = context;
  const quantiles = await context.scalar(node.parameter!);
  const vector = await context.vector(node.inner);
  const found: StepSeries[] = [];
  warnInvalid(quantiles, node, context);
  for (const group of groupSeries(vector, node)) {
    const series = new StepSeries(group.labels, false, steps.count);
    await quantileGroup(group, series, quantiles, node, context);
    if (!series.isEmpty) found.push(series);
  }
  return found;
}

async function quantileGroup(
  group: SeriesGroup,
  series: StepSeries,
  quantiles: Float64Array,
  node: AggregateNode,
  { run, steps, annotations }: OperatorContext,
): Promise<void> {
  const scratch = new Float64Array(group.members.length);
  for (const member of group.members) series.dropName ||= member.dropName;
  for (let step = 0; step < steps.count; step++) {
    if (run.isDue) await run.rest();
    let count = 0;
    for (const member of group.members) {
      const kind = member.kinds[step];
      if (kind === FLOAT) scratch[count++] = member.values[step]!;
      else if (kind === HISTOGRAM)
        annotations.add(histogramIgnoredInAggregation('quantile', node.inner.position));
    }
    if (count === 0) continue;
    const values = scratch.subarray(0, count);
    sortNaNFirst(values);
    series.setFloat(step, quantileOfSorted(quantiles[step]!, values));
  }
}

function warnInvalid(
  quantiles: Float64Array,
  { parameter }: AggregateNode,
  { annotations }: OperatorContext,
): void {
  const { position } = parameter!;
  const { most, least, hasNaN } = extremesOf(quantiles);
  if (hasNaN) annotations.add(invalidQuantile(NaN, position));
  if (most > 1) annotations.add(invalidQuantile(most, position));
  if (least < 0) annotations.add(invalidQuantile(least, position));
}
