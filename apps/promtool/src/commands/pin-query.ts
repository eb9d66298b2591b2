import { childrenOf, type Expression, printExpression } from '@narthex/promql';

/** Their results depend on the time of evaluation, whatever their arguments look at. */
const TIME_DEPENDENT = new Set([
  'day_of_month',
  'day_of_week',
  'day_of_year',
  'days_in_month',
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

/**
 * The query with every outermost selector and subquery fixed to a time by `@`; undefined for one whose result depends
 * on the time of evaluation all the same.
 */
export function pinQuery(query: Expression, timestampMs: number): string | undefined {
  const pinned = pin(query, timestampMs);
  return pinned === undefined ? undefined : printExpression(pinned);
}

function pin(node: Expression, timestampMs: number): Expression | undefined {
  switch (node.kind) {
    case 'number':
    case 'string':
      return node;
    case 'vectorSelector':
      return node.timestampMs === undefined ? { ...node, timestampMs } : node;
    case 'subquery':
      if (hasTimeDependentCall(node.expression)) return undefined;
      return node.timestampMs === undefined ? { ...node, timestampMs } : node;
    case 'matrixSelector': {
      const selector = pin(node.selector, timestampMs);
      return selector?.kind === 'vectorSelector' ? { ...node, selector } : undefined;
    }
    case 'unary':
    case 'parentheses': {
      const expression = pin(node.expression, timestampMs);
      return expression && { ...node, expression };
    }
    case 'call': {
      if (TIME_DEPENDENT.has(node.function.name)) return undefined;
      const args = node.args.map((arg) => pin(arg, timestampMs));
      return args.every((arg) => arg !== undefined) ? { ...node, args } : undefined;
    }
    case 'aggregation': {
      const expression = pin(node.expression, timestampMs);
      const parameter = node.parameter && pin(node.parameter, timestampMs);
      if (expression === undefined || (node.parameter !== undefined && parameter === undefined))
        return undefined;
      return { ...node, expression, parameter };
    }
    case 'binary': {
      const [left, right] = [pin(node.left, timestampMs), pin(node.right, timestampMs)];
      return left && right && { ...node, left, right };
    }
  }
}

function hasTimeDependentCall(node: Expression): boolean {
  if (node.kind === 'call' && TIME_DEPENDENT.has(node.function.name)) return true;
  return childrenOf(node).some(hasTimeDependentCall);
}
