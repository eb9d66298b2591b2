import { type Expression } from './ast.js';
import { printAggregationHead, printBinaryOperator, printExpression, printSubquerySuffix } from './print.js';

/** What is longer goes over several lines. */
const MAX_LINE_LENGTH = 100;
const INDENT = '  ';

/**
 * Prints an expression over as many lines as it takes to keep them short
 * (https://github.com/prometheus/prometheus/blob/main/promql/parser/prettier_rules.md).
 */
export function prettyExpression(expression: Expression): string {
  return pretty(expression, 0);
}

/** Each line begins with the indentation of its level. */
function pretty(node: Expression, level: number): string {
  const margin = INDENT.repeat(level);
  const line = printExpression(node);
  const fits = line.length <= MAX_LINE_LENGTH;
  switch (node.kind) {
    case 'aggregation': {
      if (fits) return margin + line;
      const parameter = node.parameter === undefined ? '' : `${pretty(node.parameter, level + 1)},\n`;
      const body = pretty(node.expression, level + 1);
      return `${margin}${printAggregationHead(node)}(\n${parameter}${body}\n${margin})`;
    }
    case 'binary': {
      if (fits) return margin + line;
      const [left, right] = [pretty(node.left, level + 1), pretty(node.right, level + 1)];
      return `${left}\n${margin}${printBinaryOperator(node)}\n${right}`;
    }
    case 'call': {
      if (fits) return margin + line;
      const args = node.args.map((arg) => pretty(arg, level + 1)).join(',\n');
      return `${margin}${node.function.name}(\n${args}\n${margin})`;
    }
    case 'parentheses':
      if (fits) return margin + line;
      return `${margin}(\n${pretty(node.expression, level + 1)}\n${margin})`;
    case 'subquery':
      // The expression brings the margin along; on one line there is none, as upstream has it.
      return fits ? line : pretty(node.expression, level) + printSubquerySuffix(node);
    case 'unary':
      return margin + node.operator + pretty(node.expression, level).trim();
    default:
      return margin + line;
  }
}
