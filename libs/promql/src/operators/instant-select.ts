import { isStaleNaN } from '@narthex/bytes';
import { SampleColumns } from '@narthex/storage';
import { type OperatorContext } from '../engine/context.js';
import { executionError } from '../errors.js';
import { FLOAT, StepSeries } from '../engine/step-series.js';
import { StepSlab } from '../engine/step-slab.js';
import { type InstantSelectNode } from '../plan/plan.js';
import { keepHistogramStats } from './histogram-stats.js';

/** What to put at a step: the sample's value, or when it was taken, in seconds. */
export type InstantValue = 'value' | 'timestamp' | 'startTimestamp';

/** The latest sample of each series at each step, unless it is stale or older than the look-back. */
export async function selectInstant(
  node: InstantSelectNode,
  context: OperatorContext,
  show: InstantValue = 'value',
): Promise<StepSeries[]> {
  const { run, steps } = context;
  const set = context.sources.get(node.selection)!;
  const columns = new SampleColumns();
  const slab = new StepSlab();
  const found: StepSeries[] = [];
  for (let i = 0; i < set.length; i++) {
    if (run.isDue) await run.rest();
    columns.clear();
    set.read(i, columns);
    if (node.statsOnly) keepHistogramStats(columns);
    const series = new StepSeries(set.labels(i), false, steps.count, slab);
    const samples = node.smoothed
      ? fillSmoothed(series, columns, node, context)
      : fillLatest(series, columns, node, context, show);
    if (samples === 0) continue;
    run.hold(samples);
    run.lookedAt(samples);
    found.push(series);
  }
  return found;
}

function fillLatest(
  series: StepSeries,
  columns: SampleColumns,
  { offsetMs, fixedMs }: InstantSelectNode,
  { steps, lookbackMs }: OperatorContext,
  show: InstantValue,
): number {
  const { timestampsMs, values, histograms, startTimestampsMs, length } = columns;
  let samples = 0;
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
      const startMs = startTimestampsMs?.[at] ?? 0;
      if (startMs === 0) continue;
      series.setFloat(step, startMs / 1000);
    } else if (histogram === undefined) {
      series.kinds[step] = FLOAT;
      series.values[step] = value;
    } else series.setHistogram(step, histogram);
    samples++;
  }
  return samples;
}

/** Values on the line between the samples before and after a step, both within the look-back. */
function fillSmoothed(
  series: StepSeries,
  columns: SampleColumns,
  { offsetMs, fixedMs }: InstantSelectNode,
  { steps, lookbackMs }: OperatorContext,
): number {
  dropStale(columns);
  if (columns.histograms !== undefined) {
    throw executionError('smoothed and anchored modifiers do not work with native histograms');
  }
  const { timestampsMs, values, length } = columns;
  let samples = 0;
  let next = 0;
  for (let step = 0; step < steps.count; step++) {
    const reference = (fixedMs ?? steps.at(step)) - offsetMs;
    while (next < length && timestampsMs[next]! < reference) next++;
    const before = next > 0 && timestampsMs[next - 1]! > reference - lookbackMs;
    const after = next < length && timestampsMs[next]! <= reference + lookbackMs;
    if (after && timestampsMs[next] === reference) series.setFloat(step, values[next]!);
    else if (before && after) {
      const share = (reference - timestampsMs[next - 1]!) / (timestampsMs[next]! - timestampsMs[next - 1]!);
      series.setFloat(step, values[next - 1]! + (values[next]! - values[next - 1]!) * share);
    } else if (before) series.setFloat(step, values[next - 1]!);
    else continue;
    samples++;
  }
  return samples;
}

/** Takes stale markers out of columns, in place. */
export function dropStale(columns: SampleColumns): void {
  const { timestampsMs, values, histograms, startTimestampsMs, length } = columns;
  let kept = 0;
  for (let i = 0; i < length; i++) {
    const value = values[i]!;
    const histogram = histograms?.[i];
    if (histogram === undefined ? value !== value && isStaleNaN(value) : isStaleNaN(histogram.sum)) continue;
    if (kept !== i) {
      timestampsMs[kept] = timestampsMs[i]!;
      values[kept] = value;
      if (histograms !== undefined) histograms[kept] = histogram;
      if (startTimestampsMs !== undefined) startTimestampsMs[kept] = startTimestampsMs[i]!;
    }
    kept++;
  }
  columns.length = kept;
  if (histograms !== undefined) {
    histograms.length = Math.min(histograms.length, kept);
    if (histograms.every((histogram) => histogram === undefined)) columns.histograms = undefined;
  }
}
