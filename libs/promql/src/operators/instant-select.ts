import { isStaleNaN } from '@narthex/bytes';
import { SampleColumns } from '@narthex/storage';
import { type OperatorContext, type VisitSeries } from '../engine/context.js';
import { FLOAT, StepSeries } from '../engine/step-series.js';
import { type StepMemory, StepScratch, StepSlab } from '../engine/step-slab.js';
import { type InstantSelectNode } from '../plan/plan.js';
import { keepHistogramStats } from './histogram-stats.js';
import { fillSmoothed } from './smoothed-select.js';

/** What to put at a step: the sample's value, or when it was taken, in seconds. */
export type InstantValue = 'value' | 'timestamp' | 'startTimestamp';

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
  const { run, steps, counts } = context;
  const set = context.sources.get(node.selection)!;
  const columns = new SampleColumns();
  for (let i = 0; i < set.length; i++) {
    if (run.isDue) await run.rest();
    columns.clear();
    set.read(i, columns);
    if (node.statsOnly) keepHistogramStats(columns);
    const series = new StepSeries(set.labels(i), false, steps.count, memory);
    if (node.smoothed && show === 'value') fillSmoothed(series, columns, node, context);
    else fillLatest(series, columns, node, context, show);
    const samples = series.sampleCount;
    if (samples === 0) continue;
    run.hold(samples);
    counts.addSeries(series, samples);
    visit(series, samples);
  }
}

function fillLatest(
  series: StepSeries,
  columns: SampleColumns,
  { offsetMs, fixedMs }: InstantSelectNode,
  { steps, lookbackMs }: OperatorContext,
  show: InstantValue,
): void {
  const { timestampsMs, values, histograms, startTimestampsMs, length } = columns;
  let next = 0;
  for (let step = 0; step < steps.count; step++) {
    const reference = (fixedMs ?? steps.at(step)) - offsetMs;
    while (next < length && timestampsMs[next]! <= reference) next++;
    const at = next - 1;
    if (at < 0 || timestampsMs[at]! <= reference - lookbackMs) continue;
    const histogram = histograms?.[at];
    const value = values[at]!;
    if (histogram === undefined ? value !== value && isStaleNaN(value) : isStaleNaN(histogram.sum)) continue;
    if (show === 'timestamp') series.setFloat(step, timestampsMs[at]! / 1000);
    else if (show === 'startTimestamp') {
      // Zero where it is not known.
      series.setFloat(step, (startTimestampsMs?.[at] ?? 0) / 1000);
    } else if (histogram === undefined) {
      series.kinds[step] = FLOAT;
      series.values[step] = value;
    } else series.setHistogram(step, histogram);
  }
}
