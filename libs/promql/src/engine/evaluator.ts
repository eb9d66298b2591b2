import { aggregate } from '../operators/aggregate.js';
import { aggregateSome } from '../operators/aggregate-k.js';
import { operateOnScalars, operateWithScalar } from '../operators/binary-scalar.js';
import { operateOnVectors } from '../operators/binary-vector.js';
import { callFunction } from '../operators/calls.js';
import { countValues } from '../operators/count-values.js';
import { selectInstant } from '../operators/instant-select.js';
import { repeatScalar, repeatVector } from '../operators/invariant.js';
import { negateVector } from '../operators/negate.js';
import { callScalar } from '../operators/scalar-call.js';
import { operateOnSets } from '../operators/set-operator.js';
import { type AggregateNode, type BinaryNode, isScalarNode, type PlanNode } from '../plan/plan.js';
import { isSetOperator } from '../syntax/ast.js';
import { executionError } from '../errors.js';
import { type OperatorContext, type QueryContext } from './context.js';
import { type StepSeries } from './step-series.js';
import { type Steps } from './steps.js';

/** Evaluates plan nodes at given steps: each operator over all its steps at once. */
export class Evaluator {
  readonly #query: QueryContext;

  constructor(query: QueryContext) {
    this.#query = query;
  }

  async vector(node: PlanNode, steps: Steps): Promise<StepSeries[]> {
    if (steps.count === 0) return [];
    this.#query.run.check();
    const context = this.context(steps);
    switch (node.kind) {
      case 'instantSelect':
        return selectInstant(node, context);
      case 'call':
        return callFunction(node, context);
      case 'aggregate':
        return aggregateBy(node, context);
      case 'binary':
        return operateBinary(node, context);
      case 'negate':
        return negateVector(node, context);
      case 'invariant':
        return repeatVector(node, context);
      default:
        throw executionError(`expected an instant vector, got ${node.kind}`);
    }
  }

  async scalar(node: PlanNode, steps: Steps): Promise<Float64Array> {
    const context = this.context(steps);
    switch (node.kind) {
      case 'number':
        return new Float64Array(steps.count).fill(node.value);
      case 'call':
        return callScalar(node, context);
      case 'binary':
        return operateOnScalars(node, context);
      case 'negate':
        return (await this.scalar(node.inner, steps)).map((value) => -value);
      case 'invariant':
        return repeatScalar(node, context);
      default:
        throw executionError(`expected a scalar, got ${node.kind}`);
    }
  }

  context(steps: Steps): OperatorContext {
    return {
      ...this.#query,
      steps,
      vector: (node, other = steps) => this.vector(node, other),
      scalar: (node, other = steps) => this.scalar(node, other),
    };
  }
}

function aggregateBy(node: AggregateNode, context: OperatorContext): Promise<StepSeries[]> {
  switch (node.operator) {
    case 'topk':
    case 'bottomk':
    case 'limitk':
    case 'limit_ratio':
      return aggregateSome(node, context);
    case 'count_values':
      return countValues(node, context);
    default:
      return aggregate(node, context);
  }
}

function operateBinary(node: BinaryNode, context: OperatorContext): Promise<StepSeries[]> {
  if (isScalarNode(node.left) || isScalarNode(node.right)) return operateWithScalar(node, context);
  return isSetOperator(node.operator) ? operateOnSets(node, context) : operateOnVectors(node, context);
}
