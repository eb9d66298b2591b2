import { SampleColumns } from '@narthex/storage';
import { type OperatorContext, type VisitSeries } from '../engine/context.js';
import { StepSeries } from '../engine/step-series.js';
import { type StepMemory, StepScratch, StepSlab } from '../engine/step-slab.js';
import { visitSeries } from '../parallel/visit-series.js';
import { type InstantSelectNode } from '../plan/plan.js';
import { keepHistogramStats } from './histogram-stats.js';
import { fillLatest, type InstantValue } from './latest-samples.js';
import { fillSmoothed } from './smoothed-select.js';

/** The latest sample of each series at each step, unless it is stale or older than the look-back. */
export async function selectInstant(
  node: InstantSelectNode,
  context: OperatorContext,
  show: InstantValue = 'value',
): Promise<StepSeries[]> {
  const found: StepSeries[] = [];
  await visitInstant(node, context, show, new StepSlab(), (series) => found.push(series));
  return found;
}

/** As {@link selectInstant}, series by series. */
export function eachInstant(
  node: InstantSelectNode,
  context: OperatorContext,
  visit: VisitSeries,
): Promise<void> {
  return visitInstant(node, context, 'value', new StepScratch(), visit);
}

async function visitInstant(
  node: InstantSelectNode,
  context: OperatorContext,
  show: InstantValue,
  memory: StepMemory,
  visit: VisitSeries,
): Promise<void> {
  const { run, steps, counts, lookbackMs } = context;
  const set = context.sources.get(node.selection)!;
  const columns = new SampleColumns();
  const smoothed = node.smoothed && show === 'value';
  const keep = (series: StepSeries, samples: number): void => {
    if (samples === 0) return;
    run.hold(samples);
    counts.addSeries(series, samples);
    visit(series, samples);
  };
  await visitSeries({
    context,
    set,
    columns,
    work: () => {
      if (smoothed) return undefined;
      const { startMs, endMs, stepMs } = steps;
      const { offsetMs, fixedMs } = node;
      return { kind: 'instant', show, startMs, endMs, stepMs, lookbackMs, offsetMs, fixedMs };
    },
    own: (index) => {
      columns.clear();
      set.read(index, columns);
      if (node.statsOnly) keepHistogramStats(columns);
      const series = new StepSeries(set.labels(index), false, steps.count, memory);
      if (smoothed) fillSmoothed(series, columns, node, context);
      else fillLatest(series, columns, node, context, show);
      keep(series, series.sampleCount);
      return undefined;
    },
    take: (index, { values, kinds, samples }) => {
      if (samples === 0) return;
      const series = new StepSeries(set.labels(index), false, steps.count, memory);
      series.values.set(values);
      series.kinds.set(kinds);
      keep(series, samples);
    },
  });
}
