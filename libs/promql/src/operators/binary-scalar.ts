import { type OperatorContext } from '../engine/context.js';
import { removeNames } from '../engine/merge-series.js';
import { ABSENT, FLOAT, type StepSeries } from '../engine/step-series.js';
import {
  arithmeticOf,
  comparisonOf,
  isArithmetic,
  type Operand,
  operateOnHistograms,
  scalarOperation,
} from '../functions/binary-operators.js';
import { type BinaryNode, isScalarNode } from '../plan/plan.js';
import { isComparison } from '../syntax/ast.js';

/** An operator between two scalars. */
export async function operateOnScalars(node: BinaryNode, context: OperatorContext): Promise<Float64Array> {
  const left = await context.scalar(node.left);
  const right = await context.scalar(node.right);
  const operate = scalarOperation(node.operator);
  return left.map((value, step) => operate(value, right[step]!));
}

/** An operator between a vector and a scalar, on either side. Comparisons keep the vector's value. */
export async function operateWithScalar(node: BinaryNode, context: OperatorContext): Promise<StepSeries[]> {
  const { run, delayedNameRemoval } = context;
  const scalarLeft = isScalarNode(node.left);
  // In the order they are written, for the errors' sake.
  const first = scalarLeft ? await context.scalar(node.left) : await context.vector(node.left);
  const second = scalarLeft ? await context.vector(node.right) : await context.scalar(node.right);
  const scalars = (scalarLeft ? first : second) as Float64Array;
  const vector = (scalarLeft ? second : first) as StepSeries[];
  const removesName = isArithmetic(node.operator) || node.returnBool;
  const operation = new ScalarOperation(node, scalars, scalarLeft, context);
  for (const series of vector) {
    if (run.isDue) await run.rest();
    operation.apply(series);
  }
  return removesName ? removeNames(vector, delayedNameRemoval, 'apart') : vector;
}

class ScalarOperation {
  readonly #node: BinaryNode;
  readonly #scalars: Float64Array;
  readonly #scalarLeft: boolean;
  readonly #context: OperatorContext;

  constructor(node: BinaryNode, scalars: Float64Array, scalarLeft: boolean, context: OperatorContext) {
    this.#node = node;
    this.#scalars = scalars;
    this.#scalarLeft = scalarLeft;
    this.#context = context;
  }

  /** Replaces the samples of a series. */
  apply(series: StepSeries): void {
    const { operator } = this.#node;
    if (series.histograms === undefined && isArithmetic(operator))
      this.#arithmetic(series, arithmeticOf(operator));
    else if (series.histograms === undefined && isComparison(operator))
      this.#compare(series, comparisonOf(operator));
    else this.#stepByStep(series);
  }

  #arithmetic({ kinds, values }: StepSeries, operate: (left: number, right: number) => number): void {
    const scalars = this.#scalars;
    if (this.#scalarLeft) {
      for (let i = 0; i < kinds.length; i++)
        if (kinds[i] === FLOAT) values[i] = operate(scalars[i]!, values[i]!);
    } else {
      for (let i = 0; i < kinds.length; i++)
        if (kinds[i] === FLOAT) values[i] = operate(values[i]!, scalars[i]!);
    }
  }

  #compare({ kinds, values }: StepSeries, compare: (left: number, right: number) => boolean): void {
    const { returnBool } = this.#node;
    for (let i = 0; i < kinds.length; i++) {
      if (kinds[i] !== FLOAT) continue;
      const value = values[i]!;
      const scalar = this.#scalars[i]!;
      const holds = this.#scalarLeft ? compare(scalar, value) : compare(value, scalar);
      if (returnBool) values[i] = holds ? 1 : 0;
      else if (!holds) kinds[i] = ABSENT;
    }
  }

  #stepByStep(series: StepSeries): void {
    for (let step = 0; step < series.kinds.length; step++) {
      if (series.kinds[step] === ABSENT) continue;
      const own: Operand = series.kinds[step] === FLOAT ? series.values[step]! : series.histograms![step]!;
      const result = this.#operate(own, this.#scalars[step]!);
      if (result === undefined) series.clear(step);
      else if (typeof result === 'number') series.setFloat(step, result);
      else series.setHistogram(step, result);
    }
  }

  #operate(own: Operand, scalar: number): Operand | undefined {
    const { operator, returnBool, position } = this.#node;
    if (typeof own === 'number' && isArithmetic(operator)) {
      return this.#scalarLeft ? arithmeticOf(operator)(scalar, own) : arithmeticOf(operator)(own, scalar);
    }
    if (typeof own === 'number' && isComparison(operator)) {
      const holds = this.#scalarLeft
        ? comparisonOf(operator)(scalar, own)
        : comparisonOf(operator)(own, scalar);
      if (returnBool) return holds ? 1 : 0;
      return holds ? own : undefined;
    }
    const [left, right] = this.#scalarLeft ? [scalar, own] : [own, scalar];
    const result = operateOnHistograms(operator, left, right, position);
    if (result.remark !== undefined) this.#context.annotations.add(result.remark);
    if (result.value === undefined) return undefined;
    if (returnBool) return result.keep ? 1 : 0;
    return result.keep ? result.value : undefined;
  }
}
