import { Labels } from '@narthex/model';
import { SampleColumns } from '@narthex/storage';
import { forEachSeries } from '../operators/range-call.js';
import { type RangeSamples, RangeWindow } from '../operators/range-samples.js';
import { type RangeSelectNode, type SubqueryNode } from '../plan/plan.js';
import { type OperatorContext } from './context.js';
import { duplicateLabelset, mergeDuplicates } from './merge-series.js';
import { withoutMetadata } from './metadata-labels.js';
import { type MatrixSeries, type QueryValue, type VectorSample } from './result.js';
import { ABSENT, FLOAT, HISTOGRAM, type StepSeries } from './step-series.js';
import { type Steps } from './steps.js';

/** Takes off the names that were to go in the end. */
function removeNames(series: StepSeries[]): StepSeries[] {
  for (const one of series) if (one.dropName) one.labels = withoutMetadata(one.labels);
  return mergeDuplicates(series, 'apart');
}

/** The answer to an instant query, in the order it was computed. */
export function instantVector(vector: StepSeries[], timestampMs: number): QueryValue {
  const samples: VectorSample[] = [];
  const present = vector.filter((series) => series.kinds[0] !== ABSENT);
  for (const { labels, kinds, values, histograms } of removeNames(present)) {
    if (kinds[0] === HISTOGRAM) samples.push({ labels, timestampMs, value: 0, histogram: histograms![0]! });
    else samples.push({ labels, timestampMs, value: values[0]! });
  }
  return { type: 'vector', samples };
}

/** The answer to a range query, ordered by labels. */
export function rangeMatrix(vector: StepSeries[], steps: Steps): QueryValue {
  const present = removeNames(vector.filter((series) => !series.isEmpty));
  present.sort((a, b) => a.labels.compare(b.labels));
  return {
    type: 'matrix',
    series: present.map((series) => ({ labels: series.labels, columns: columnsOf(series, steps) })),
  };
}

function columnsOf(series: StepSeries, steps: Steps): SampleColumns {
  const { kinds, values, histograms } = series;
  let count = 0;
  for (const kind of kinds) if (kind !== ABSENT) count++;
  const columns = new SampleColumns(count);
  for (let step = 0; step < kinds.length; step++) {
    if (kinds[step] === FLOAT) columns.pushFloat(steps.at(step), values[step]!);
    else if (kinds[step] === HISTOGRAM) columns.pushHistogram(steps.at(step), histograms![step]!);
  }
  return columns;
}

/** A scalar in a range query: one series without labels. */
export function scalarMatrix(values: Float64Array, steps: Steps): QueryValue {
  const columns = new SampleColumns(values.length);
  for (let step = 0; step < values.length; step++) columns.pushFloat(steps.at(step), values[step]!);
  return { type: 'matrix', series: values.length === 0 ? [] : [{ labels: Labels.EMPTY, columns }] };
}

/** The answer to an instant query for a range vector: the samples themselves, ordered by labels. */
export async function instantMatrix(
  node: RangeSelectNode | SubqueryNode,
  context: OperatorContext,
): Promise<readonly MatrixSeries[]> {
  const { steps, run } = context;
  const found: MatrixSeries[] = [];
  const window = new RangeWindow();
  await forEachSeries(node, context, (samples) => {
    window.reset(samples);
    const endMs = (node.fixedMs ?? steps.startMs) - node.offsetMs;
    window.moveTo(endMs - node.rangeMs, endMs);
    if (window.isEmpty) return;
    const columns = copyWindow(samples, window);
    run.hold(columns.length);
    run.lookedAt(columns.length);
    const labels = samples.dropName ? withoutMetadata(samples.labels) : samples.labels;
    found.push({ labels, columns });
  });
  found.sort((a, b) => a.labels.compare(b.labels));
  for (let i = 1; i < found.length; i++) {
    if (found[i]!.labels.equals(found[i - 1]!.labels)) throw duplicateLabelset();
  }
  return found;
}

function copyWindow(samples: RangeSamples, window: RangeWindow): SampleColumns {
  const columns = new SampleColumns(window.floatCount + window.histogramCount);
  let f = window.floatFrom;
  let h = window.histogramFrom;
  while (f < window.floatTo || h < window.histogramTo) {
    const floatMs = f < window.floatTo ? samples.floatTimesMs[f]! : Infinity;
    const histogramMs = h < window.histogramTo ? samples.histogramTimesMs[h]! : Infinity;
    if (floatMs <= histogramMs) columns.pushFloat(floatMs, samples.floats[f++]!);
    else columns.pushHistogram(histogramMs, samples.histograms[h++]!);
  }
  return columns;
}
