import { type Matcher } from '@narthex/model';
import { type SelectHints } from '@narthex/storage';
import { type AggregationOperator, type BinaryOperator, type VectorMatching } from '../syntax/ast.js';
import { type PositionRange } from '../syntax/position.js';

/** One question to the storage; selectors that ask the same share it. */
export interface Selection {
  readonly matchers: readonly Matcher[];
  readonly hints: SelectHints;
}

/** Where a selector looks, seen from a step: `offsetMs` before the step, or before a fixed time. */
export interface TimeShift {
  readonly offsetMs: number;
  /** The time behind `@`, resolved; undefined to follow the steps. */
  readonly fixedMs: number | undefined;
}

interface NodeBase {
  readonly position: PositionRange;
}

export interface NumberNode extends NodeBase {
  readonly kind: 'number';
  readonly value: number;
}

export interface StringNode extends NodeBase {
  readonly kind: 'string';
  readonly value: string;
}

/** The latest sample of each series at each step. */
export interface InstantSelectNode extends NodeBase, TimeShift {
  readonly kind: 'instantSelect';
  selection: Selection;
  readonly smoothed: boolean;
  /** A plus stands before it: functions that look at selectors see an expression then. */
  readonly hasSign: boolean;
  /** Only count and sum of histograms are looked at. */
  statsOnly: boolean;
}

/** All samples of each series in a window before each step. */
export interface RangeSelectNode extends NodeBase, TimeShift {
  readonly kind: 'rangeSelect';
  selection: Selection;
  readonly rangeMs: number;
  readonly anchored: boolean;
  readonly smoothed: boolean;
  /** Only count and sum of histograms are looked at. */
  statsOnly: boolean;
}

/** An expression evaluated at steps of its own, in a window before each outer step. */
export interface SubqueryNode extends NodeBase, TimeShift {
  readonly kind: 'subquery';
  readonly inner: PlanNode;
  readonly rangeMs: number;
  readonly stepMs: number;
}

export interface CallNode extends NodeBase {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly PlanNode[];
  readonly returnsScalar: boolean;
}

export interface AggregateNode extends NodeBase {
  readonly kind: 'aggregate';
  readonly operator: AggregationOperator;
  readonly inner: PlanNode;
  readonly parameter: PlanNode | undefined;
  /** Sorted. */
  readonly grouping: readonly string[];
  readonly without: boolean;
}

export interface BinaryNode extends NodeBase {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: PlanNode;
  readonly right: PlanNode;
  readonly returnBool: boolean;
  readonly matching: VectorMatching | undefined;
  readonly isScalar: boolean;
}

export interface NegateNode extends NodeBase {
  readonly kind: 'negate';
  readonly inner: PlanNode;
  readonly isScalar: boolean;
}

/** An expression that is the same at every step: evaluated once. */
export interface InvariantNode extends NodeBase {
  readonly kind: 'invariant';
  readonly inner: PlanNode;
}

/** An expression made ready to run: times resolved, parentheses gone. */
export type PlanNode =
  | NumberNode
  | StringNode
  | InstantSelectNode
  | RangeSelectNode
  | SubqueryNode
  | CallNode
  | AggregateNode
  | BinaryNode
  | NegateNode
  | InvariantNode;

/** True when the value is one number a step. */
export function isScalarNode(node: PlanNode): boolean {
  switch (node.kind) {
    case 'number':
      return true;
    case 'call':
      return node.returnsScalar;
    case 'binary':
    case 'negate':
      return node.isScalar;
    case 'invariant':
      return isScalarNode(node.inner);
    default:
      return false;
  }
}

export function planChildren(node: PlanNode): readonly PlanNode[] {
  switch (node.kind) {
    case 'number':
    case 'string':
    case 'instantSelect':
    case 'rangeSelect':
      return [];
    case 'subquery':
    case 'negate':
    case 'invariant':
      return [node.inner];
    case 'call':
      return node.args;
    case 'aggregate':
      return node.parameter === undefined ? [node.inner] : [node.parameter, node.inner];
    case 'binary':
      return [node.left, node.right];
  }
}
