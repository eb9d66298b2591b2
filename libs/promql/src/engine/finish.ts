import { Labels } from '@narthex/model';
import { SampleColumns } from '@narthex/storage';
import { forEachSeries } from '../operators/range-call.js';
import { histogramsIn } from '../operators/window-evaluator.js';
import { type RangeSamples, RangeWindow } from '../operators/range-samples.js';
import { type RangeSelectNode, type SubqueryNode } from '../plan/plan.js';
import { type OperatorContext } from './context.js';
import { duplicateLabelset, mergeDuplicates } from './merge-series.js';
import { withoutMetadata } from './metadata-labels.js';
import { type MatrixSeries, type QueryValue, type VectorSample } from './result.js';
import { SampleCounts } from './sample-counts.js';
import { ABSENT, HISTOGRAM, type StepSeries } from './step-series.js';
import { type Steps } from './steps.js';

/** Takes off the names that were to go in the end; without delay they have gone, and nothing can collide. */
function removeMarkedNames(series: StepSeries[], delayed: boolean): StepSeries[] {
  if (!delayed) return series;
  for (const one of series) if (one.dropName) one.labels = withoutMetadata(one.labels);
  return mergeDuplicates(series, 'apart');
}

/** The answer to an instant query, in the order it was computed. */
export function instantVector(
  vector: StepSeries[],
  timestampMs: number,
  delayedNameRemoval: boolean,
): QueryValue {
  const samples: VectorSample[] = [];
  const present = vector.filter((series) => series.kinds[0] !== ABSENT);
  for (const { labels, kinds, values, histograms } of removeMarkedNames(present, delayedNameRemoval)) {
    if (kinds[0] === HISTOGRAM) samples.push({ labels, timestampMs, value: 0, histogram: histograms![0]! });
    else samples.push({ labels, timestampMs, value: values[0]! });
  }
  return { type: 'vector', samples };
}

/** The answer to a range query, ordered by labels. */
export function rangeMatrix(vector: StepSeries[], steps: Steps, delayedNameRemoval: boolean): QueryValue {
  const found = vector.filter((series) => !series.isEmpty);
  const present = removeMarkedNames(found, delayedNameRemoval);
  present.sort((a, b) => a.labels.compare(b.labels));
  const timesMs = new Float64Array(steps.count).map((_, step) => steps.at(step));
  return {
    type: 'matrix',
    series: present.map((series) => new SteppedSeries(series, timesMs)),
  };
}

/**
 * A series of the answer. Its columns are made when they are asked for, each time anew: those of all series at once
 * would take more memory than all that was computed.
 */
class SteppedSeries implements MatrixSeries {
  readonly #series: StepSeries;
  readonly #timesMs: Float64Array;

  constructor(series: StepSeries, timesMs: Float64Array) {
    this.#series = series;
    this.#timesMs = timesMs;
  }

  get labels(): Labels {
    return this.#series.labels;
  }

  get columns(): SampleColumns {
    return columnsOf(this.#series, this.#timesMs);
  }
}

/** A series that has a float at every step gives its own columns away; the times are everybody's. */
function columnsOf(series: StepSeries, timesMs: Float64Array): SampleColumns {
  const { kinds, values, histograms } = series;
  const columns = new SampleColumns(0);
  const length = series.presentCount;
  columns.length = length;
  if (histograms === undefined && length === kinds.length) {
    columns.timestampsMs = timesMs;
    columns.values = values;
    return columns;
  }
  const times = (columns.timestampsMs = new Float64Array(length));
  const floats = (columns.values = new Float64Array(length));
  let next = 0;
  for (let step = 0; step < kinds.length; step++) {
    const kind = kinds[step];
    if (kind === ABSENT) continue;
    if (kind === HISTOGRAM) (columns.histograms ??= [])[next] = histograms![step]!;
    else floats[next] = values[step]!;
    times[next++] = timesMs[step]!;
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
  const { steps, run, counts } = context;
  const found: MatrixSeries[] = [];
  const innerCounts = new SampleCounts();
  const window = new RangeWindow();
  await forEachSeries(
    node,
    context,
    (samples) => {
      window.reset(samples);
      const endMs = (node.fixedMs ?? steps.startMs) - node.offsetMs;
      window.moveTo(endMs - node.rangeMs, endMs);
      if (window.isEmpty) return;
      const columns = copyWindow(samples, window);
      run.hold(columns.length);
      if (node.kind === 'rangeSelect') counts.add(0, window.floatCount + histogramsIn(window));
      const labels = samples.dropName ? withoutMetadata(samples.labels) : samples.labels;
      found.push({ labels, columns });
    },
    innerCounts,
  );
  counts.add(0, innerCounts.total);
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
