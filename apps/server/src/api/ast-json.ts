import { formatFloat } from '@narthex/model';
import { type Expression, type Subquery, type VectorSelector } from '@narthex/promql';

/** An expression as `/parse_query` shows it, for the tree view of the pages: keys in the order of their names. */
export function astJson(expression: Expression): unknown {
  switch (expression.kind) {
    case 'number':
      return { type: 'numberLiteral', val: formatFloat(expression.value) };
    case 'string':
      return { type: 'stringLiteral', val: expression.value };
    case 'vectorSelector':
      return { ...selectorJson(expression), type: 'vectorSelector' };
    case 'matrixSelector': {
      const { startOrEnd, timestamp, ...selector } = selectorJson(expression.selector);
      return { ...selector, range: expression.rangeMs, startOrEnd, timestamp, type: 'matrixSelector' };
    }
    case 'subquery': {
      const { offset, startOrEnd, timestamp } = modifiersJson(expression);
      const { rangeMs: range, stepMs: step } = expression;
      return {
        expr: astJson(expression.expression),
        offset,
        range,
        startOrEnd,
        step,
        timestamp,
        type: 'subquery',
      };
    }
    case 'call': {
      const { name, argTypes, returnType, variadic } = expression.function;
      return {
        args: expression.args.map(astJson),
        func: { argTypes, name, returnType, variadic },
        type: 'call',
      };
    }
    case 'aggregation': {
      const { operator: op, grouping, parameter, without } = expression;
      const param = parameter === undefined ? null : astJson(parameter);
      return { expr: astJson(expression.expression), grouping, op, param, type: 'aggregation', without };
    }
    case 'binary': {
      const { left, right, returnBool: bool, operator: op, matching } = expression;
      return {
        bool,
        lhs: astJson(left),
        matching:
          matching === undefined
            ? null
            : {
                card: matching.cardinality,
                include: matching.include,
                labels: matching.labels,
                on: matching.on,
              },
        op,
        rhs: astJson(right),
        type: 'binaryExpr',
      };
    }
    case 'unary':
      return { expr: astJson(expression.expression), op: expression.operator, type: 'unaryExpr' };
    case 'parentheses':
      return { expr: astJson(expression.expression), type: 'parenExpr' };
  }
}

function selectorJson(
  selector: VectorSelector,
): Modifiers & { readonly matchers: unknown; readonly name: string } {
  const matchers = selector.matchers.map(({ name, type, value }) => ({ name, type, value }));
  return { matchers, name: selector.metricName, ...modifiersJson(selector) };
}

interface Modifiers {
  readonly offset: number;
  readonly startOrEnd: 'start' | 'end' | null;
  readonly timestamp: number | null;
}

function modifiersJson({ offsetMs, startOrEnd, timestampMs }: VectorSelector | Subquery): Modifiers {
  return { offset: offsetMs, startOrEnd: startOrEnd ?? null, timestamp: timestampMs ?? null };
}
