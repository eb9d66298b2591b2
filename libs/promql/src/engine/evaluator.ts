import { aggregate } from '../operators/aggregate.js';
import { aggregateSome } from '../operators/aggregate-k.js';
import { operateOnScalars, operateWithScalar } from '../operators/binary-scalar.js';
import { operateOnVectors } from '../operators/binary-vector.js';
import { callFunction, isCalledStepByStep, rangeArgument } from '../operators/calls.js';
import { countValues } from '../operators/count-values.js';
import { eachInstant, selectInstant } from '../operators/instant-select.js';
import { repeatScalar, repeatVector } from '../operators/invariant.js';
import { negateVector } from '../operators/negate.js';
import { eachRangeResult } from '../operators/range-call.js';
import { callScalar } from '../operators/scalar-call.js';
import { operateOnSets } from '../operators/set-operator.js';
import { type AggregateNode, type BinaryNode, isScalarNode, type PlanNode } from '../plan/plan.js';
import { isSetOperator } from '../syntax/ast.js';
import { executionError } from '../errors.js';
import { type OperatorContext, type OtherSteps, type QueryContext, type VisitSeries } from './context.js';
import { GatheredSamples } from './gathered-samples.js';
import { type StepSeries } from './step-series.js';

/** Evaluates plan nodes at given steps: each operator over all its steps at once. */
export class Evaluator {
  readonly #query: QueryContext;

  constructor(query: QueryContext) {
    this.#query = query;
  }

  async vector(node: PlanNode, at: OtherSteps): Promise<StepSeries[]> {
    if (at.steps.count === 0) return [];
    const { run } = this.#query;
    run.check();
    const before = run.samples;
    if (!isStepByStep(node)) {
      const found = await this.#vector(node, this.context(at));
      if (node.kind === 'aggregate') run.settle(before, samplesIn(found));
      return found;
    }
    const gathered = new GatheredSamples();
    const found = await this.#vector(node, gathered.countingIn(this.context(at)));
    const samples = samplesIn(found);
    run.pass(gathered.count + samples);
    run.settle(before, samples);
    return found;
  }

  async #vector(node: PlanNode, context: OperatorContext): Promise<StepSeries[]> {
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

  /** As {@link vector}, but series by series where that is possible: what is folded need not be kept. */
  async each(node: PlanNode, at: OtherSteps, visit: VisitSeries): Promise<void> {
    const { run } = this.#query;
    const range = node.kind === 'call' ? rangeArgument(node) : undefined;
    const streamed = node.kind === 'instantSelect' || range !== undefined;
    if (!streamed || at.steps.count === 0) {
      for (const series of await this.vector(node, at)) {
        if (run.isDueAfter(at.steps.count)) await run.rest();
        visit(series, series.sampleCount);
      }
      return;
    }
    run.check();
    const context = this.context(at);
    if (node.kind === 'instantSelect') await eachInstant(node, context, visit);
    else if (node.kind === 'call' && range !== undefined) await eachRangeResult(node, range, context, visit);
  }

  async scalar(node: PlanNode, at: OtherSteps): Promise<Float64Array> {
    const { run } = this.#query;
    const before = run.samples;
    const gathered = new GatheredSamples();
    const values = await this.#scalar(node, gathered.countingIn(this.context(at)));
    if (node.kind !== 'invariant' && node.kind !== 'negate') run.pass(gathered.count + values.length);
    run.settle(before, values.length);
    return values;
  }

  async #scalar(node: PlanNode, context: OperatorContext): Promise<Float64Array> {
    switch (node.kind) {
      case 'number':
        return new Float64Array(context.steps.count).fill(node.value);
      case 'call':
        return callScalar(node, context);
      case 'binary':
        return operateOnScalars(node, context);
      case 'negate':
        return (await context.scalar(node.inner)).map((value) => -value);
      case 'invariant':
        return repeatScalar(node, context);
      default:
        throw executionError(`expected a scalar, got ${node.kind}`);
    }
  }

  context({ steps, counts }: OtherSteps): OperatorContext {
    const here = { steps, counts };
    return {
      ...this.#query,
      ...here,
      vector: (node, other = here) => this.vector(node, other),
      each: (node, visit) => this.each(node, here, visit),
      scalar: (node, other = here) => this.scalar(node, other),
    };
  }
}

/** Whether upstream makes all of a node's results of one step, then those of the next one. */
function isStepByStep(node: PlanNode): boolean {
  switch (node.kind) {
    case 'binary':
      return true;
    case 'aggregate':
      return node.operator === 'count_values';
    case 'call':
      return isCalledStepByStep(node);
    default:
      return false;
  }
}

function samplesIn(vector: readonly StepSeries[]): number {
  return vector.reduce((sum, series) => sum + series.sampleCount, 0);
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
