import { type OperatorContext, type OtherSteps } from '../engine/context.js';
import { SampleCounts } from '../engine/sample-counts.js';
import { FLOAT, HISTOGRAM, StepSeries } from '../engine/step-series.js';
import { Steps } from '../engine/steps.js';
import { type InvariantNode } from '../plan/plan.js';

/** Evaluates a vector once and repeats it at every step. */
export async function repeatVector(node: InvariantNode, context: OperatorContext): Promise<StepSeries[]> {
  const { steps, run, counts } = context;
  const first = firstStep(steps);
  const once = await context.vector(node.inner, first);
  counts.addAtEach(steps.count, first.counts.total);
  if (steps.isInstant) return once;
  return once.map((single) => {
    const series = new StepSeries(single.labels, single.dropName, steps.count);
    if (single.kinds[0] === FLOAT) {
      series.kinds.fill(FLOAT);
      series.values.fill(single.values[0]!);
    } else if (single.kinds[0] === HISTOGRAM) {
      for (let step = 0; step < steps.count; step++) series.setHistogram(step, single.histograms![0]!);
    }
    run.hold(series.sampleCount - single.sampleCount);
    return series;
  });
}

/** Evaluates a scalar once and repeats it at every step. */
export async function repeatScalar(node: InvariantNode, context: OperatorContext): Promise<Float64Array> {
  const { steps, counts } = context;
  const first = firstStep(steps);
  const once = await context.scalar(node.inner, first);
  counts.addAtEach(steps.count, first.counts.total);
  return new Float64Array(steps.count).fill(once[0]!);
}

function firstStep(steps: Steps): OtherSteps {
  return { steps: new Steps(steps.startMs, steps.startMs, 0), counts: new SampleCounts() };
}
