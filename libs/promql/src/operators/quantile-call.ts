import {
  formatFloatG,
  histogramFraction,
  histogramQuantile,
  type Labels,
  LabelsBuilder,
  METRIC_NAME,
} from '@narthex/model';
import {
  forcedMonotonicity,
  fractionExcludesNaN,
  invalidQuantile,
  quantileIsNaN,
  quantileIsSkewed,
} from '../engine/annotation-texts.js';
import { type OperatorContext } from '../engine/context.js';
import { mergeDuplicates } from '../engine/merge-series.js';
import { HISTOGRAM, StepSeries } from '../engine/step-series.js';
import { classicFraction, classicQuantile, ForcedMonotonicity } from '../functions/classic-histogram.js';
import { type CallNode } from '../plan/plan.js';
import { type PositionRange } from '../syntax/position.js';
import { MixedHistograms, roomFor, takeBuckets } from './mixed-histograms.js';
import { stringOf } from './string-argument.js';

/** `histogram_quantile`, for native and classic histograms. */
export async function callHistogramQuantile(node: CallNode, context: OperatorContext): Promise<StepSeries[]> {
  const [phi, vectorNode] = [node.args[0]!, node.args[1]!];
  const quantiles = await context.scalar(phi);
  const vector = await context.vector(vectorNode);
  warnInvalid(quantiles, phi.position, context);
  const histograms = new MixedHistograms(vector, vectorNode.position, context);
  const found = await quantilesOf(histograms, quantiles, vectorNode.position, (labels) => labels, context);
  return finish(found, context);
}

/** `histogram_quantiles`: several quantiles at once, told apart by a label. */
export async function callHistogramQuantiles(
  node: CallNode,
  context: OperatorContext,
): Promise<StepSeries[]> {
  const vectorNode = node.args[0]!;
  const label = stringOf(node.args[1]!);
  const vector = await context.vector(vectorNode);
  const phis: Float64Array[] = [];
  for (const arg of node.args.slice(2)) {
    const values = await context.scalar(arg);
    warnInvalid(values, arg.position, context);
    phis.push(values);
  }
  const histograms = new MixedHistograms(vector, vectorNode.position, context);
  const found: StepSeries[] = [];
  for (const values of phis) {
    // The label follows the quantile, which may change from step to step.
    for (const phi of new Set(values)) {
      const only = values.map((value) => (Object.is(value, phi) ? value : UNWANTED));
      const withLabel = (labels: Labels): Labels =>
        new LabelsBuilder(labels).set(label, formatOpenMetrics(phi)).labels();
      const { position } = vectorNode;
      found.push(
        ...(await quantilesOf(histograms, only, position, withLabel, context, only.includes(UNWANTED))),
      );
    }
  }
  return finish(mergeDuplicates(found, 'apart'), context);
}

/** Stands for "not at this step" among quantiles. */
const UNWANTED = 1e300;

async function quantilesOf(
  histograms: MixedHistograms,
  quantiles: Float64Array,
  position: PositionRange,
  relabel: (labels: Labels) => Labels,
  context: OperatorContext,
  skipsUnwanted = false,
): Promise<StepSeries[]> {
  const { run, steps, annotations, delayedNameRemoval } = context;
  const found: StepSeries[] = [];
  const wanted = (step: number): boolean => !skipsUnwanted || quantiles[step] !== UNWANTED;
  for (const native of histograms.native) {
    if (run.isDue) await run.rest();
    const series = new StepSeries(relabel(native.labels), native.dropName, steps.count);
    const name = delayedNameRemoval ? native.labels.get(METRIC_NAME) : '';
    for (let step = 0; step < steps.count; step++) {
      if (native.kinds[step] !== HISTOGRAM || !wanted(step)) continue;
      const { value, nan } = histogramQuantile(quantiles[step]!, native.histograms![step]!);
      if (nan === 'result') annotations.add(quantileIsNaN(name, position));
      if (nan === 'skew') annotations.add(quantileIsSkewed(name, position));
      series.setFloat(step, value);
    }
    found.push(series);
  }
  for (const group of histograms.classic) {
    if (run.isDue) await run.rest();
    const series = new StepSeries(relabel(group.labels), group.dropName, steps.count);
    const name = delayedNameRemoval ? group.labels.get(METRIC_NAME) : '';
    const buckets = roomFor(group);
    const forced = new ForcedMonotonicity();
    for (let step = 0; step < steps.count; step++) {
      if (!takeBuckets(group, step, buckets) || !wanted(step)) continue;
      series.setFloat(step, classicQuantile(quantiles[step]!, buckets, steps.at(step), forced));
    }
    if (forced.samples > 0) annotations.add(forcedMonotonicity(name, forced, position));
    found.push(series);
  }
  return found;
}

/** `histogram_fraction`, for native and classic histograms. */
export async function callHistogramFraction(node: CallNode, context: OperatorContext): Promise<StepSeries[]> {
  const { run, steps, annotations, delayedNameRemoval } = context;
  const lower = await context.scalar(node.args[0]!);
  const upper = await context.scalar(node.args[1]!);
  const vectorNode = node.args[2]!;
  const vector = await context.vector(vectorNode);
  const histograms = new MixedHistograms(vector, vectorNode.position, context);
  const found: StepSeries[] = [];
  for (const native of histograms.native) {
    if (run.isDue) await run.rest();
    const series = new StepSeries(native.labels, native.dropName, steps.count);
    for (let step = 0; step < steps.count; step++) {
      if (native.kinds[step] !== HISTOGRAM) continue;
      const { value, excludesNaN } = histogramFraction(lower[step]!, upper[step]!, native.histograms![step]!);
      if (excludesNaN) {
        const name = delayedNameRemoval ? native.labels.get(METRIC_NAME) : '';
        annotations.add(fractionExcludesNaN(name, vectorNode.position));
      }
      series.setFloat(step, value);
    }
    found.push(series);
  }
  for (const group of histograms.classic) {
    if (run.isDue) await run.rest();
    const series = new StepSeries(group.labels, group.dropName, steps.count);
    const buckets = roomFor(group);
    for (let step = 0; step < steps.count; step++) {
      if (!takeBuckets(group, step, buckets)) continue;
      series.setFloat(step, classicFraction(lower[step]!, upper[step]!, buckets));
    }
    found.push(series);
  }
  return finish(found, context);
}

function finish(found: readonly StepSeries[], { delayedNameRemoval }: OperatorContext): StepSeries[] {
  const present = found.filter((series) => !series.isEmpty);
  for (const series of present) series.removeName(delayedNameRemoval);
  return delayedNameRemoval ? present : mergeDuplicates(present, 'apart');
}

function warnInvalid(
  quantiles: Float64Array,
  position: PositionRange,
  { annotations }: OperatorContext,
): void {
  for (const q of quantiles) if (!(q >= 0 && q <= 1)) annotations.add(invalidQuantile(q, position));
}

/** As OpenMetrics prints it: whole numbers end in `.0`. */
function formatOpenMetrics(value: number): string {
  const text = formatFloatG(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
