import { Labels } from '@narthex/model';
import { type OperatorContext } from '../engine/context.js';
import { removeNames } from '../engine/merge-series.js';
import { ABSENT, FLOAT, StepSeries } from '../engine/step-series.js';
import { goMax, goMin } from '../functions/go-math.js';
import { type CallNode } from '../plan/plan.js';

/** Applies a function to each float of a vector; histograms fall away. Without a vector, to the steps' times. */
export async function callOnFloats(
  node: CallNode,
  compute: (value: number) => number,
  context: OperatorContext,
): Promise<StepSeries[]> {
  const argument = node.args[0];
  if (argument !== undefined)
    return mapFloats(await context.vector(argument), (value) => compute(value), context);
  const { steps } = context;
  const series = new StepSeries(Labels.EMPTY, false, steps.count);
  for (let step = 0; step < steps.count; step++)
    series.setFloat(step, compute(Math.trunc(steps.at(step) / 1000)));
  return [series];
}

/** `clamp`, `clamp_min`, `clamp_max`. */
export async function callClamp(node: CallNode, context: OperatorContext): Promise<StepSeries[]> {
  const vector = await context.vector(node.args[0]!);
  const bounds: Float64Array[] = [];
  for (const arg of node.args.slice(1)) bounds.push(await context.scalar(arg));
  const lower = node.name === 'clamp_max' ? undefined : bounds[0];
  const upper = node.name === 'clamp_min' ? undefined : bounds.at(-1);
  return mapFloats(
    vector,
    (value, step) => {
      const least = lower === undefined ? -Infinity : lower[step]!;
      const most = upper === undefined ? Infinity : upper[step]!;
      return most < least ? undefined : goMax(least, goMin(most, value));
    },
    context,
  );
}

/** `round`: ties go up; the inverse makes fewer rounding errors than the value itself. */
export async function callRound(node: CallNode, context: OperatorContext): Promise<StepSeries[]> {
  const vector = await context.vector(node.args[0]!);
  const nearest = node.args[1] === undefined ? undefined : await context.scalar(node.args[1]);
  return mapFloats(
    vector,
    (value, step) => {
      const inverse = nearest === undefined ? 1 : 1 / nearest[step]!;
      return Math.floor(value * inverse + 0.5) / inverse;
    },
    context,
  );
}

/** Replaces floats in place; histograms, and floats that become undefined, fall away. Names go. */
async function mapFloats(
  vector: StepSeries[],
  compute: (value: number, step: number) => number | undefined,
  { run, delayedNameRemoval }: OperatorContext,
): Promise<StepSeries[]> {
  for (const series of vector) {
    if (run.isDue) await run.rest();
    const { kinds, values } = series;
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] === FLOAT) {
        const value = compute(values[step]!, step);
        if (value === undefined) kinds[step] = ABSENT;
        else values[step] = value;
      } else kinds[step] = ABSENT;
    }
    series.histograms = undefined;
  }
  return removeNames(vector, delayedNameRemoval, 'apart');
}
