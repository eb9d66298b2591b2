import { METRIC_NAME } from '@narthex/model';
import { histogramIgnoredInAggregation, invalidQuantile } from '../engine/annotation-texts.js';
import { type OperatorContext } from '../engine/context.js';
import { FLOAT, HISTOGRAM, StepSeries } from '../engine/step-series.js';
import { newAggregator } from '../functions/aggregators.js';
import { extremesOf } from '../functions/extremes.js';
import { quantileOfSorted, sortNaNFirst } from '../functions/quantile.js';
import { type AggregateNode } from '../plan/plan.js';
import { groupSeries, type SeriesGroup } from './grouping.js';

/** Aggregations that make one number of a group at each step. */
export async function aggregate(node: AggregateNode, context: OperatorContext): Promise<StepSeries[]> {
  const { run, steps } = context;
  const parameter = node.parameter === undefined ? undefined : await context.scalar(node.parameter);
  const vector = await context.vector(node.inner);
  const found: StepSeries[] = [];
  if (node.operator === 'quantile') warnInvalid(parameter!, node, context);
  for (const group of groupSeries(vector, node)) {
    const series = new StepSeries(group.labels, false, steps.count);
    if (node.operator === 'quantile') await quantileGroup(group, series, parameter!, node, context);
    else await foldGroup(group, series, node, context);
    if (series.isEmpty) continue;
    run.hold(series.sampleCount);
    found.push(series);
  }
  for (const series of vector) run.release(series.sampleCount);
  return found;
}

/** Takes in the members one after another, each over all its steps. */
async function foldGroup(
  group: SeriesGroup,
  series: StepSeries,
  node: AggregateNode,
  context: OperatorContext,
): Promise<void> {
  const { run, steps, annotations } = context;
  const position = node.inner.position;
  const aggregator = newAggregator(node.operator, steps.count, { annotations, position });
  for (const member of group.members) {
    if (run.isDueAfter(steps.count)) await run.rest();
    aggregator.metricName = member.labels.get(METRIC_NAME);
    aggregator.addSeries(member);
    series.dropName ||= member.dropName;
  }
  aggregator.finish(series);
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
