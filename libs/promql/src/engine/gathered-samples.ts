import { type OperatorContext } from './context.js';
import { ABSENT, type StepSeries } from './step-series.js';

/**
 * Counts what an operator's arguments have at the last step, as they come: upstream goes through its arguments step by
 * step, and gathers the samples of one step before it makes the result of it, so these are in memory twice.
 */
export class GatheredSamples {
  /** A histogram counts as one: it is pointed to. */
  count = 0;

  /** A context that evaluates arguments as the given one does. */
  countingIn(context: OperatorContext): OperatorContext {
    return {
      ...context,
      vector: async (node, other) => {
        const vector = await context.vector(node, other);
        this.count += countAtEnd(vector);
        return vector;
      },
      scalar: (node, other) => {
        this.count++;
        return context.scalar(node, other);
      },
    };
  }
}

/** How many series have something at the last step. */
export function countAtEnd(vector: readonly StepSeries[]): number {
  let count = 0;
  for (const { kinds } of vector) if (kinds[kinds.length - 1] !== ABSENT) count++;
  return count;
}
