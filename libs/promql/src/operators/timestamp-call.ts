import { type OperatorContext } from '../engine/context.js';
import { countAtEnd } from '../engine/gathered-samples.js';
import { removeNames } from '../engine/merge-series.js';
import { ABSENT, type StepSeries } from '../engine/step-series.js';
import { type CallNode } from '../plan/plan.js';
import { selectInstant } from './instant-select.js';

/**
 * `timestamp`: when a selector's samples were taken; the step's time for all else. `start_timestamp`: when they began,
 * zero if that is not known; nothing for all else, and nothing while start timestamps are not in use.
 */
export async function callTimestamp(node: CallNode, context: OperatorContext): Promise<StepSeries[]> {
  const argument = node.args[0]!;
  const isStart = node.name === 'start_timestamp';
  let vector: StepSeries[];
  if (isStart && !context.startTimestamps) return [];
  if (argument.kind === 'instantSelect' && !argument.hasSign) {
    const { run } = context;
    const before = run.samples;
    vector = await selectInstant(argument, context, isStart ? 'startTimestamp' : 'timestamp');
    // Upstream reads these step by step as well.
    run.settle(before, countAtEnd(vector));
  } else {
    vector = isStart ? [] : await context.vector(argument);
    for (const series of vector) showSteps(series, context);
  }
  return removeNames(vector, context.delayedNameRemoval, 'apart');
}

function showSteps(series: StepSeries, { steps }: OperatorContext): void {
  for (let step = 0; step < steps.count; step++) {
    if (series.kinds[step] !== ABSENT) series.setFloat(step, steps.at(step) / 1000);
  }
  series.histograms = undefined;
}
