import { scaleHistogram } from '@narthex/model';
import { type OperatorContext } from '../engine/context.js';
import { removeNames } from '../engine/merge-series.js';
import { FLOAT, HISTOGRAM, type StepSeries } from '../engine/step-series.js';
import { type NegateNode } from '../plan/plan.js';

/** A vector with its sign inverted. */
export async function negateVector(node: NegateNode, context: OperatorContext): Promise<StepSeries[]> {
  const vector = await context.vector(node.inner);
  for (const series of vector) {
    const { kinds, values, histograms } = series;
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] === FLOAT) values[step] = -values[step]!;
      else if (kinds[step] === HISTOGRAM) histograms![step] = scaleHistogram(histograms![step]!, -1);
    }
  }
  return removeNames(vector, context.delayedNameRemoval, 'apart');
}
