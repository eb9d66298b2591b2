import {
  type Aggregation,
  type Binary,
  type Call,
  type Expression,
  typeOf,
  type TimeModifiers,
  type VectorSelector,
  type Subquery,
} from '../syntax/ast.js';
import { type DurationContext, resolveDurationMs } from './durations.js';
import { type PlanNode, type TimeShift, isScalarNode } from './plan.js';
import { isInfoInvariant } from './info-reference.js';
import { NO_HINTS } from './hints.js';

/** The times of a query, and what it falls back to. */
export interface PlanContext {
  readonly startMs: number;
  readonly endMs: number;
  /** 0 for an instant query. */
  readonly stepMs: number;
  readonly defaultSubqueryStepMs: number;
}

/** Functions whose value depends on the time of the step even where their arguments do not. */
const DEPEND_ON_STEP = new Set([
  'days_in_month',
  'day_of_month',
  'day_of_week',
  'day_of_year',
  'end',
  'hour',
  'minute',
  'month',
  'predict_linear',
  'range',
  'start',
  'start_timestamp',
  'step',
  'time',
  'timestamp',
  'year',
]);

/** Functions that look at their selector themselves. */
const LOOK_AT_SELECTOR = new Set(['timestamp', 'start_timestamp', 'info']);

/**
 * Makes a checked expression ready to run: resolves `start()`, `end()` and computed durations, leaves parentheses
 * out, and marks what is the same at every step so that it is evaluated once.
 * @throws PromqlError for a duration that makes no sense.
 */
export function buildPlan(expression: Expression, context: PlanContext): PlanNode {
  return new PlanBuilder(context).build(expression);
}

interface Built {
  readonly node: PlanNode;
  /** The same at every step. */
  readonly invariant: boolean;
}

class PlanBuilder {
  readonly #context: PlanContext;
  readonly #durations: DurationContext;

  constructor(context: PlanContext) {
    this.#context = context;
    this.#durations = {
      stepSeconds: context.stepMs / 1000,
      rangeSeconds: (context.endMs - context.startMs) / 1000,
    };
  }

  build(expression: Expression): PlanNode {
    return wrap(this.#build(expression));
  }

  #build(expression: Expression): Built {
    const { position } = expression;
    switch (expression.kind) {
      case 'number':
        return { node: { kind: 'number', value: expression.value, position }, invariant: true };
      case 'string':
        return { node: { kind: 'string', value: expression.value, position }, invariant: true };
      case 'parentheses':
        return this.#build(expression.expression);
      case 'vectorSelector':
        return this.#instantSelect(expression);
      case 'matrixSelector': {
        const shift = this.#shift(expression.selector);
        const { matchers, anchored, smoothed } = expression.selector;
        const rangeMs = this.#duration(expression.rangeMs, expression.rangeExpression, false);
        const selection = { matchers, hints: NO_HINTS };
        return {
          node: {
            kind: 'rangeSelect',
            selection,
            rangeMs,
            anchored,
            smoothed,
            statsOnly: false,
            ...shift,
            position,
          },
          invariant: shift.fixedMs !== undefined,
        };
      }
      case 'subquery':
        return this.#subquery(expression);
      case 'call':
        return this.#call(expression);
      case 'aggregation':
        return this.#aggregation(expression);
      case 'binary':
        return this.#binary(expression);
      case 'unary': {
        const inner = this.#build(expression.expression);
        if (expression.operator === '+') {
          // Remarks about it point to the sign.
          const { node } = inner;
          if (node.kind === 'instantSelect') return { ...inner, node: { ...node, hasSign: true, position } };
          return node.kind === 'call' ? { ...inner, node: { ...node, position } } : inner;
        }
        const isScalar = isScalarNode(inner.node);
        return {
          node: { kind: 'negate', inner: inner.node, isScalar, position },
          invariant: inner.invariant,
        };
      }
    }
  }

  #instantSelect(expression: VectorSelector): Built {
    const shift = this.#shift(expression);
    const { matchers, smoothed, position } = expression;
    const selection = { matchers, hints: NO_HINTS };
    return {
      node: {
        kind: 'instantSelect',
        selection,
        smoothed,
        hasSign: false,
        statsOnly: false,
        ...shift,
        position,
      },
      invariant: shift.fixedMs !== undefined,
    };
  }

  #subquery(expression: Subquery): Built {
    const shift = this.#shift(expression);
    const rangeMs = this.#duration(expression.rangeMs, expression.rangeExpression, false);
    const given = this.#duration(expression.stepMs, expression.stepExpression, false);
    const stepMs = given === 0 ? this.#context.defaultSubqueryStepMs : given;
    const inner = wrap(this.#build(expression.expression));
    return {
      node: { kind: 'subquery', inner, rangeMs, stepMs, ...shift, position: expression.position },
      invariant: shift.fixedMs !== undefined,
    };
  }

  #call(expression: Call): Built {
    const { name } = expression.function;
    const { position } = expression;
    switch (name) {
      case 'start':
        return { node: { kind: 'number', value: this.#context.startMs / 1000, position }, invariant: true };
      case 'end':
        return { node: { kind: 'number', value: this.#context.endMs / 1000, position }, invariant: true };
      case 'step':
        return { node: { kind: 'number', value: this.#durations.stepSeconds, position }, invariant: true };
      case 'range':
        return { node: { kind: 'number', value: this.#durations.rangeSeconds, position }, invariant: true };
      default:
    }
    const args = expression.args.map((arg) => this.#build(arg));
    const invariant =
      !DEPEND_ON_STEP.has(name) &&
      args.every((arg) => arg.invariant) &&
      (name !== 'info' || isInfoInvariant(args[0]!.node));
    const bare = invariant || LOOK_AT_SELECTOR.has(name);
    return {
      node: {
        kind: 'call',
        name,
        args: args.map((arg, index) => {
          if (invariant || (bare && isSelect(arg.node))) return arg.node;
          // Remarks about what is evaluated once point to its parentheses, those about the rest inside them.
          return arg.invariant ? wrap(arg, expression.args[index]!.position) : arg.node;
        }),
        returnsScalar: expression.function.returnType === 'scalar',
        position,
      },
      invariant,
    };
  }

  #aggregation(expression: Aggregation): Built {
    const inner = this.#build(expression.expression);
    const parameter = expression.parameter === undefined ? undefined : this.#build(expression.parameter);
    const invariant = inner.invariant && parameter?.invariant !== false;
    return {
      node: {
        kind: 'aggregate',
        operator: expression.operator,
        inner: invariant ? inner.node : wrap(inner),
        parameter: parameter === undefined ? undefined : invariant ? parameter.node : wrap(parameter),
        grouping: [...expression.grouping].sort(),
        without: expression.without,
        position: expression.position,
      },
      invariant,
    };
  }

  #binary(expression: Binary): Built {
    const left = this.#build(expression.left);
    const right = this.#build(expression.right);
    const invariant = left.invariant && right.invariant;
    return {
      node: {
        kind: 'binary',
        operator: expression.operator,
        left: invariant ? left.node : wrap(left),
        right: invariant ? right.node : wrap(right),
        returnBool: expression.returnBool,
        matching: expression.matching,
        isScalar: typeOf(expression) === 'scalar',
        position: expression.position,
      },
      invariant,
    };
  }

  #shift(modifiers: TimeModifiers): TimeShift {
    const offsetMs = this.#duration(modifiers.offsetMs, modifiers.offsetExpression, true);
    if (modifiers.startOrEnd === 'start') return { offsetMs, fixedMs: this.#context.startMs };
    if (modifiers.startOrEnd === 'end') return { offsetMs, fixedMs: this.#context.endMs };
    return { offsetMs, fixedMs: modifiers.timestampMs };
  }

  #duration(ms: number, expression: Subquery['rangeExpression'], allowNegative: boolean): number {
    return expression === undefined ? ms : resolveDurationMs(expression, this.#durations, allowNegative);
  }
}

function isSelect(node: PlanNode): boolean {
  return node.kind === 'instantSelect';
}

/** Literals and windows need no wrapping: they cost nothing, or know their fixed time themselves. */
function wrap({ node, invariant }: Built, position = node.position): PlanNode {
  if (!invariant) return node;
  switch (node.kind) {
    case 'number':
    case 'string':
      return { ...node, position };
    case 'rangeSelect':
    case 'subquery':
    case 'invariant':
      return node;
    default:
      return { kind: 'invariant', inner: node, position };
  }
}
