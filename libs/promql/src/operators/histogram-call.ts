import { histogramVariance, type NativeHistogram } from '@narthex/model';
import { type OperatorContext } from '../engine/context.js';
import { removeNames } from '../engine/merge-series.js';
import { FLOAT, HISTOGRAM, type StepSeries } from '../engine/step-series.js';
import { type CallNode } from '../plan/plan.js';

/** Functions that make a number of each native histogram, by name. */
export const HISTOGRAM_FUNCTIONS: ReadonlyMap<string, (histogram: NativeHistogram) => number> = new Map([
  ['histogram_avg', ({ sum, count }: NativeHistogram) => sum / count],
  ['histogram_count', ({ count }: NativeHistogram) => count],
  ['histogram_stddev', (histogram: NativeHistogram) => Math.sqrt(histogramVariance(histogram))],
  ['histogram_stdvar', histogramVariance],
  ['histogram_sum', ({ sum }: NativeHistogram) => sum],
]);

/** Applies one of them; floats fall away. */
export async function callOnHistograms(
  node: CallNode,
  compute: (histogram: NativeHistogram) => number,
  context: OperatorContext,
): Promise<StepSeries[]> {
  const { run, delayedNameRemoval } = context;
  const vector = await context.vector(node.args[0]!);
  const found: StepSeries[] = [];
  for (const series of vector) {
    if (run.isDue) await run.rest();
    if (series.histograms === undefined) continue;
    for (let step = 0; step < series.kinds.length; step++) {
      if (series.kinds[step] === HISTOGRAM) {
        series.kinds[step] = FLOAT;
        series.values[step] = compute(series.histograms[step]!);
      } else series.clear(step);
    }
    series.histograms = undefined;
    found.push(series);
  }
  return removeNames(found, delayedNameRemoval, 'apart');
}
