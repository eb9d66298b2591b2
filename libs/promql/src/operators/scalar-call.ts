import { Labels } from '@narthex/model';
import { type OperatorContext } from '../engine/context.js';
import { FLOAT, StepSeries } from '../engine/step-series.js';
import { executionError } from '../errors.js';
import { goMax, goMin } from '../functions/go-math.js';
import { type CallNode } from '../plan/plan.js';

/** Functions whose value is a scalar. */
export async function callScalar(node: CallNode, context: OperatorContext): Promise<Float64Array> {
  const { steps } = context;
  switch (node.name) {
    case 'pi':
      return new Float64Array(steps.count).fill(Math.PI);
    case 'time':
      return new Float64Array(steps.count).map((_, step) => steps.at(step) / 1000);
    case 'scalar':
      return onlyFloats(await context.vector(node.args[0]!), context);
    case 'max_of':
    case 'min_of': {
      const left = await context.scalar(node.args[0]!);
      const right = await context.scalar(node.args[1]!);
      const choose = node.name === 'max_of' ? goMax : goMin;
      return left.map((value, step) => choose(value, right[step]!));
    }
    default:
      throw executionError(`function "${node.name}" is not a scalar`);
  }
}

/** The value of the one float there is at a step; NaN where there is none or more. */
function onlyFloats(vector: readonly StepSeries[], { steps }: OperatorContext): Float64Array {
  const values = new Float64Array(steps.count).fill(NaN);
  const counts = new Uint8Array(steps.count);
  for (const series of vector) {
    for (let step = 0; step < steps.count; step++) {
      if (series.kinds[step] !== FLOAT) continue;
      values[step] = counts[step] === 0 ? series.values[step]! : NaN;
      counts[step] = 1;
    }
  }
  return values;
}

/** `vector`: a scalar as the one element of a vector without labels. */
export async function callVector(node: CallNode, context: OperatorContext): Promise<StepSeries[]> {
  const values = await context.scalar(node.args[0]!);
  const series = new StepSeries(Labels.EMPTY, false, values.length);
  series.kinds.fill(FLOAT);
  series.values.set(values);
  return [series];
}
