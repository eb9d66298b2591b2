import { type Matcher } from '@narthex/model';
import { type FunctionSignature } from './functions.js';
import { type PositionRange } from './position.js';
import { type ValueType } from './value-type.js';

export const AGGREGATION_OPERATORS = [
  'sum',
  'avg',
  'count',
  'min',
  'max',
  'group',
  'stddev',
  'stdvar',
  'topk',
  'bottomk',
  'count_values',
  'quantile',
  'limitk',
  'limit_ratio',
] as const;
export type AggregationOperator = (typeof AGGREGATION_OPERATORS)[number];

export const ARITHMETIC_OPERATORS = ['+', '-', '*', '/', '%', '^', 'atan2'] as const;
export const COMPARISON_OPERATORS = ['==', '!=', '<=', '<', '>=', '>'] as const;
export const SET_OPERATORS = ['and', 'or', 'unless'] as const;
/** Cut a native histogram above (`</`) or below (`>/`) a value. */
export const TRIM_OPERATORS = ['</', '>/'] as const;
export type ArithmeticOperator = (typeof ARITHMETIC_OPERATORS)[number];
export type ComparisonOperator = (typeof COMPARISON_OPERATORS)[number];
export type SetOperator = (typeof SET_OPERATORS)[number];
export type TrimOperator = (typeof TRIM_OPERATORS)[number];
export type BinaryOperator = ArithmeticOperator | ComparisonOperator | SetOperator | TrimOperator;

export type MatchCardinality = 'one-to-one' | 'many-to-one' | 'one-to-many' | 'many-to-many';

/** How the elements of two vectors find each other. */
export interface VectorMatching {
  readonly cardinality: MatchCardinality;
  /** The labels of `on` or `ignoring`. */
  readonly labels: readonly string[];
  /** True for `on`. */
  readonly on: boolean;
  /** The labels `group_left` or `group_right` takes over from the "one" side. */
  readonly include: readonly string[];
  /** Values that stand in for missing elements of either side. */
  readonly fillLeft?: number;
  readonly fillRight?: number;
}

export interface NumberLiteral {
  readonly kind: 'number';
  readonly value: number;
  /** True when it was written as a duration, such as `1h30m`; the value is in seconds then. */
  readonly duration: boolean;
  readonly position: PositionRange;
}

export interface StringLiteral {
  readonly kind: 'string';
  readonly value: string;
  readonly position: PositionRange;
}

/** A computed duration in `[…]` or behind `offset`; values are seconds. */
export type DurationExpression =
  | {
      readonly kind: 'durationNumber';
      readonly seconds: number;
      readonly duration: boolean;
      readonly position: PositionRange;
    }
  | { readonly kind: 'durationQuery'; readonly name: 'step' | 'range'; readonly position: PositionRange }
  | {
      readonly kind: 'durationChoice';
      readonly name: 'min_of' | 'max_of';
      readonly left: DurationExpression;
      readonly right: DurationExpression;
      readonly position: PositionRange;
    }
  | {
      readonly kind: 'durationNegated';
      readonly operand: DurationExpression;
      readonly position: PositionRange;
    }
  | {
      readonly kind: 'durationParentheses';
      readonly operand: DurationExpression;
      readonly position: PositionRange;
    }
  | {
      readonly kind: 'durationBinary';
      readonly operator: '+' | '-' | '*' | '/' | '%' | '^';
      readonly left: DurationExpression;
      readonly right: DurationExpression;
      readonly position: PositionRange;
    };

/** Where in time a selector or subquery looks. */
export interface TimeModifiers {
  /** As written behind `offset`; 0 when there is none. */
  readonly offsetMs: number;
  readonly offsetExpression: DurationExpression | undefined;
  /** The time behind `@`, in ms since the Unix epoch. */
  readonly timestampMs: number | undefined;
  readonly startOrEnd: 'start' | 'end' | undefined;
}

export interface VectorSelector extends TimeModifiers {
  readonly kind: 'vectorSelector';
  /** The metric name written outside the braces; empty when there is none. */
  readonly metricName: string;
  /** All conditions, the metric name among them (last, when it stands outside the braces). */
  readonly matchers: readonly Matcher[];
  readonly anchored: boolean;
  readonly smoothed: boolean;
  readonly position: PositionRange;
}

export interface MatrixSelector {
  readonly kind: 'matrixSelector';
  readonly selector: VectorSelector;
  readonly rangeMs: number;
  readonly rangeExpression: DurationExpression | undefined;
  readonly position: PositionRange;
}

export interface Subquery extends TimeModifiers {
  readonly kind: 'subquery';
  readonly expression: Expression;
  readonly rangeMs: number;
  readonly rangeExpression: DurationExpression | undefined;
  /** 0 for the engine's default. */
  readonly stepMs: number;
  readonly stepExpression: DurationExpression | undefined;
  readonly position: PositionRange;
}

export interface Call {
  readonly kind: 'call';
  readonly function: FunctionSignature;
  readonly args: readonly Expression[];
  readonly position: PositionRange;
}

export interface Aggregation {
  readonly kind: 'aggregation';
  readonly operator: AggregationOperator;
  readonly expression: Expression;
  readonly parameter: Expression | undefined;
  readonly grouping: readonly string[];
  readonly without: boolean;
  readonly position: PositionRange;
}

export interface Binary {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly returnBool: boolean;
  /** Undefined where a side is a scalar. */
  readonly matching: VectorMatching | undefined;
  /** Scalar when both sides are. */
  readonly valueType: 'scalar' | 'vector';
  readonly position: PositionRange;
}

export interface Unary {
  readonly kind: 'unary';
  readonly operator: '+' | '-';
  readonly expression: Expression;
  readonly position: PositionRange;
}

export interface Parentheses {
  readonly kind: 'parentheses';
  readonly expression: Expression;
  readonly position: PositionRange;
}

/** A parsed PromQL expression: plain data. */
export type Expression =
  | NumberLiteral
  | StringLiteral
  | VectorSelector
  | MatrixSelector
  | Subquery
  | Call
  | Aggregation
  | Binary
  | Unary
  | Parentheses;

/** The type of an expression's value. */
export function typeOf(expression: Expression): ValueType {
  for (let node = expression; ;) {
    switch (node.kind) {
      case 'number':
        return 'scalar';
      case 'string':
        return 'string';
      case 'vectorSelector':
      case 'aggregation':
        return 'vector';
      case 'matrixSelector':
      case 'subquery':
        return 'matrix';
      case 'call':
        return node.function.returnType;
      case 'binary':
        return node.valueType;
      case 'unary':
      case 'parentheses':
        node = node.expression;
    }
  }
}

/** The expressions right inside another, in the order they are evaluated. */
export function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'number':
    case 'string':
    case 'vectorSelector':
      return [];
    case 'matrixSelector':
      return [expression.selector];
    case 'subquery':
    case 'unary':
    case 'parentheses':
      return [expression.expression];
    case 'call':
      return expression.args;
    case 'aggregation':
      return expression.parameter === undefined
        ? [expression.expression]
        : [expression.parameter, expression.expression];
    case 'binary':
      return [expression.left, expression.right];
  }
}

export function isComparison(operator: BinaryOperator): operator is ComparisonOperator {
  return (COMPARISON_OPERATORS as readonly string[]).includes(operator);
}

export function isSetOperator(operator: BinaryOperator): operator is SetOperator {
  return (SET_OPERATORS as readonly string[]).includes(operator);
}

export function takesParameter(operator: AggregationOperator): boolean {
  switch (operator) {
    case 'topk':
    case 'bottomk':
    case 'count_values':
    case 'quantile':
    case 'limitk':
    case 'limit_ratio':
      return true;
    default:
      return false;
  }
}
