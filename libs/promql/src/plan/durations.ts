import { PromqlError } from '../errors.js';
import { type DurationExpression } from '../syntax/ast.js';

/** What `step()` and `range()` stand for in a duration, in seconds. */
export interface DurationContext {
  readonly stepSeconds: number;
  readonly rangeSeconds: number;
}

/**
 * Works out a duration in ms.
 * @throws PromqlError for a division by zero, for what upstream cannot hold, and unless `allowNegative`, for anything
 * not above zero.
 */
export function resolveDurationMs(
  expression: DurationExpression,
  context: DurationContext,
  allowNegative: boolean,
): number {
  const seconds = evaluate(expression, context);
  if (!(seconds > 0) && !allowNegative) throw failure(expression, 'duration must be greater than 0');
  if (!(Math.abs(seconds) <= 2 ** 63 / 1e9)) throw failure(expression, 'duration is out of range');
  return Math.trunc(seconds * 1000);
}

function evaluate(expression: DurationExpression, context: DurationContext): number {
  switch (expression.kind) {
    case 'durationNumber':
      return expression.seconds;
    case 'durationQuery':
      return expression.name === 'step' ? context.stepSeconds : context.rangeSeconds;
    case 'durationParentheses':
      return evaluate(expression.operand, context);
    case 'durationNegated':
      return -evaluate(expression.operand, context);
    case 'durationChoice': {
      const choose = expression.name === 'min_of' ? Math.min : Math.max;
      return choose(evaluate(expression.left, context), evaluate(expression.right, context));
    }
    case 'durationBinary':
      return operate(expression, evaluate(expression.left, context), evaluate(expression.right, context));
  }
}

type DurationBinary = Extract<DurationExpression, { kind: 'durationBinary' }>;

function operate(expression: DurationBinary, left: number, right: number): number {
  switch (expression.operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      if (right === 0) throw failure(expression, 'division by zero');
      return left / right;
    case '%':
      if (right === 0) throw failure(expression, 'modulo by zero');
      return left % right;
    case '^':
      return left ** right;
  }
}

/** Upstream names the place by its first character and the one behind its last, counted from 0. */
function failure({ position: { start, end } }: DurationExpression, message: string): PromqlError {
  return new PromqlError('bad_data', `${start}:${end}: ${message}`);
}
