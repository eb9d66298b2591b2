import {
  addHistograms,
  compactHistogram,
  COUNTER_RESET_HINT,
  divideHistogram,
  histogramsEqual,
  type HistogramMerge,
  IncompatibleHistogramsError,
  type NativeHistogram,
  scaleHistogram,
  subtractHistograms,
  trimHistogram,
  withHint,
} from '@narthex/model';
import {
  counterResetCollision,
  customBucketsReconciled,
  incompatibleBucketLayout,
  incompatibleTypes,
} from '../engine/annotation-texts.js';
import { type Annotation } from '../engine/annotations.js';
import {
  type ArithmeticOperator,
  type BinaryOperator,
  type ComparisonOperator,
  isComparison,
} from '../syntax/ast.js';
import { type PositionRange } from '../syntax/position.js';
import { goPow } from './go-math.js';

const ARITHMETIC: Readonly<Record<ArithmeticOperator, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
  '^': goPow,
  atan2: Math.atan2,
};

const COMPARISON: Readonly<Record<ComparisonOperator, (left: number, right: number) => boolean>> = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};

export function arithmeticOf(operator: ArithmeticOperator): (left: number, right: number) => number {
  return ARITHMETIC[operator];
}

export function comparisonOf(operator: ComparisonOperator): (left: number, right: number) => boolean {
  return COMPARISON[operator];
}

export function isArithmetic(operator: BinaryOperator): operator is ArithmeticOperator {
  return operator in ARITHMETIC;
}

/** Two scalars make a scalar; comparisons give 0 or 1. */
export function scalarOperation(operator: BinaryOperator): (left: number, right: number) => number {
  if (isComparison(operator)) {
    const compare = COMPARISON[operator];
    return (left, right) => (compare(left, right) ? 1 : 0);
  }
  return isArithmetic(operator) ? ARITHMETIC[operator] : () => NaN;
}

/** One side of an operation on samples. */
export type Operand = number | NativeHistogram;

/** What an operation on samples gives. */
export interface OperationResult {
  /** Undefined when it makes no sense. */
  readonly value: Operand | undefined;
  /** Whether a comparison holds. */
  readonly keep: boolean;
  /** What there is to say about it. */
  readonly remark?: Annotation;
}

/** An operation with a histogram on either side; without a value, but with a remark, when there is none such. */
export function operateOnHistograms(
  operator: BinaryOperator,
  left: Operand,
  right: Operand,
  position: PositionRange,
): OperationResult {
  if (typeof left === 'number' && typeof right === 'number') {
    return refuse('float', operator, 'float', position);
  }
  if (typeof left === 'number') {
    if (operator === '*') return kept(compactHistogram(scaleHistogram(right as NativeHistogram, left)));
    return refuse('float', operator, 'histogram', position);
  }
  if (typeof right === 'number') {
    switch (operator) {
      case '*':
        return kept(compactHistogram(scaleHistogram(left, right)));
      case '/':
        return kept(compactHistogram(divideHistogram(left, right)));
      case '</':
        return kept(trimHistogram(left, 'upper', right));
      case '>/':
        return kept(trimHistogram(left, 'lower', right));
      default:
        return refuse('histogram', operator, 'float', position);
    }
  }
  switch (operator) {
    case '+':
    case '-':
      return merge(operator, left, right, position);
    case '==':
      return { value: left, keep: histogramsEqual(left, right) };
    case '!=':
      return { value: left, keep: !histogramsEqual(left, right) };
    default:
      return refuse('histogram', operator, 'histogram', position);
  }
}

function refused(remark: Annotation): OperationResult {
  return { value: undefined, keep: false, remark };
}

function kept(value: NativeHistogram): OperationResult {
  return { value, keep: true };
}

function refuse(
  left: 'float' | 'histogram',
  operator: BinaryOperator,
  right: 'float' | 'histogram',
  position: PositionRange,
): OperationResult {
  return refused(incompatibleTypes(left, operator, right, position));
}

function merge(
  operator: '+' | '-',
  left: NativeHistogram,
  right: NativeHistogram,
  position: PositionRange,
): OperationResult {
  let merged: HistogramMerge;
  try {
    merged = operator === '+' ? addHistograms(left, right) : subtractHistograms(left, right);
  } catch (error) {
    if (!(error instanceof IncompatibleHistogramsError)) throw error;
    return refused(incompatibleBucketLayout(operator, position));
  }
  const operation = operator === '+' ? 'addition' : 'subtraction';
  if (merged.counterResetCollision) return refused(counterResetCollision(operation, position));
  // A difference may go down at any time.
  const histogram =
    operator === '-' ? withHint(merged.histogram, COUNTER_RESET_HINT.gauge) : merged.histogram;
  const result = kept(compactHistogram(histogram));
  return merged.boundsReconciled
    ? { ...result, remark: customBucketsReconciled(operation, position) }
    : result;
}
