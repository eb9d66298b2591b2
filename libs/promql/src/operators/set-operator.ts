import { type OperatorContext } from '../engine/context.js';
import { mergeDuplicates } from '../engine/merge-series.js';
import { ABSENT, type StepSeries } from '../engine/step-series.js';
import { type BinaryNode } from '../plan/plan.js';
import { matchSeries } from './match-signatures.js';

/** `and`, `or`, `unless`. */
export async function operateOnSets(node: BinaryNode, context: OperatorContext): Promise<StepSeries[]> {
  const left = await context.vector(node.left);
  const right = await context.vector(node.right);
  const { steps } = context;
  for (const group of matchSeries(left, right, node.matching!)) {
    if (node.operator === 'or') {
      if (group.right.length > 0) keep(group.right, presence(group.left, steps.count), false);
    } else keep(group.left, presence(group.right, steps.count), node.operator === 'and');
  }
  const all = node.operator === 'or' ? [...left, ...right] : left;
  return mergeDuplicates(
    all.filter((series) => !series.isEmpty),
    'apart',
  );
}

/** One at the steps where any series has a sample. */
function presence(vector: readonly StepSeries[], steps: number): Uint8Array {
  const present = new Uint8Array(steps);
  for (const { kinds } of vector) {
    for (let step = 0; step < steps; step++) if (kinds[step] !== ABSENT) present[step] = 1;
  }
  return present;
}

/** Keeps the samples at the steps that are marked, or those that are not. */
function keep(vector: readonly StepSeries[], marked: Uint8Array, wanted: boolean): void {
  const mark = wanted ? 1 : 0;
  for (const { kinds } of vector) {
    for (let step = 0; step < kinds.length; step++) if (marked[step] !== mark) kinds[step] = ABSENT;
  }
}
