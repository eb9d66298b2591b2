import {
  compareText,
  formatDuration,
  formatFloat,
  formatFloatG,
  isPlainLabelName,
  type Matcher,
  METRIC_NAME,
} from '@narthex/model';
import {
  type Aggregation,
  type Binary,
  type DurationExpression,
  type Expression,
  type MatrixSelector,
  type Subquery,
  type TimeModifiers,
  type VectorSelector,
} from './ast.js';
import { quoteText } from './go-string.js';

/** Prints an expression as upstream's `String()` does: on one line, in one canonical way. */
export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'number':
      return expression.duration ? printSeconds(expression.value) : formatFloat(expression.value);
    case 'string':
      return quoteText(expression.value);
    case 'vectorSelector':
      return printVectorSelector(expression);
    case 'matrixSelector':
      return printMatrixSelector(expression);
    case 'subquery':
      return printExpression(expression.expression) + printSubquerySuffix(expression);
    case 'call':
      return `${expression.function.name}(${expression.args.map(printExpression).join(', ')})`;
    case 'aggregation': {
      const parameter =
        expression.parameter === undefined ? '' : `${printExpression(expression.parameter)}, `;
      return `${printAggregationHead(expression)}(${parameter}${printExpression(expression.expression)})`;
    }
    case 'binary':
      return `${printExpression(expression.left)} ${printBinaryOperator(expression)} ${printExpression(expression.right)}`;
    case 'unary':
      return expression.operator + printExpression(expression.expression);
    case 'parentheses':
      return `(${printExpression(expression.expression)})`;
  }
}

/** `sum by (job) ` and its like: what stands before the arguments. */
export function printAggregationHead({ operator, without, grouping }: Aggregation): string {
  if (without) return `${operator} without (${printLabels(grouping)}) `;
  return grouping.length > 0 ? `${operator} by (${printLabels(grouping)}) ` : operator;
}

/** The operator with `bool` and everything about matching. */
export function printBinaryOperator({ operator, returnBool, matching }: Binary): string {
  let text = operator + (returnBool ? ' bool' : '');
  if (matching === undefined) return text;
  const grouped = matching.cardinality === 'many-to-one' || matching.cardinality === 'one-to-many';
  if (matching.labels.length > 0 || matching.on || grouped) {
    text += ` ${matching.on ? 'on' : 'ignoring'} (${printLabels(matching.labels)})`;
  }
  if (grouped) {
    text += ` group_${matching.cardinality === 'many-to-one' ? 'left' : 'right'} (${printLabels(matching.include)})`;
  }
  const { fillLeft, fillRight } = matching;
  if (fillLeft !== undefined && Object.is(fillLeft, fillRight))
    return `${text} fill (${formatFloatG(fillLeft)})`;
  if (fillLeft !== undefined) text += ` fill_left (${formatFloatG(fillLeft)})`;
  if (fillRight !== undefined) text += ` fill_right (${formatFloatG(fillRight)})`;
  return text;
}

/** The range, step, `@` and `offset` of a subquery. */
export function printSubquerySuffix(subquery: Subquery): string {
  const range = printMsOrExpression(subquery.rangeMs, subquery.rangeExpression);
  const step =
    subquery.stepMs === 0 && subquery.stepExpression === undefined
      ? ''
      : printMsOrExpression(subquery.stepMs, subquery.stepExpression);
  return `[${range}:${step}]${printAt(subquery)}${printOffset(subquery)}`;
}

function printVectorSelector(selector: VectorSelector): string {
  return `${printSeries(selector)}${printAt(selector)}${printExtension(selector)}${printOffset(selector)}`;
}

function printMatrixSelector({ selector, rangeMs, rangeExpression }: MatrixSelector): string {
  const range = printMsOrExpression(rangeMs, rangeExpression);
  return `${printSeries(selector)}[${range}]${printExtension(selector)}${printAt(selector)}${printOffset(selector)}`;
}

function printSeries({ metricName, matchers }: VectorSelector): string {
  const shown = matchers
    .filter(
      ({ name, type, value }) =>
        !(name === METRIC_NAME && type === '=' && value === metricName && value !== ''),
    )
    .map(printMatcher)
    .sort(compareText);
  return shown.length === 0 ? metricName : `${metricName}{${shown.join(',')}}`;
}

function printMatcher({ name, type, value }: Matcher): string {
  return `${isPlainLabelName(name) ? name : quoteText(name)}${type}${quoteText(value)}`;
}

function printExtension({ anchored, smoothed }: VectorSelector): string {
  if (anchored) return ' anchored';
  return smoothed ? ' smoothed' : '';
}

function printAt({ timestampMs, startOrEnd }: TimeModifiers): string {
  if (timestampMs !== undefined) return ` @ ${(timestampMs / 1000).toFixed(3)}`;
  return startOrEnd === undefined ? '' : ` @ ${startOrEnd}()`;
}

function printOffset({ offsetMs, offsetExpression }: TimeModifiers): string {
  if (offsetExpression !== undefined) return ` offset ${printDuration(offsetExpression)}`;
  return offsetMs === 0 ? '' : ` offset ${formatDuration(offsetMs)}`;
}

function printMsOrExpression(ms: number, expression: DurationExpression | undefined): string {
  return expression === undefined ? formatDuration(ms) : printDuration(expression);
}

function printDuration(expression: DurationExpression): string {
  switch (expression.kind) {
    case 'durationNumber':
      return expression.duration ? printSeconds(expression.seconds) : formatFloat(expression.seconds);
    case 'durationQuery':
      return `${expression.name}()`;
    case 'durationChoice':
      return `${expression.name}(${printDuration(expression.left)}, ${printDuration(expression.right)})`;
    case 'durationNegated':
      return `-${printDuration(expression.operand)}`;
    case 'durationParentheses':
      return `(${printDuration(expression.operand)})`;
    case 'durationBinary':
      return `${printDuration(expression.left)} ${expression.operator} ${printDuration(expression.right)}`;
  }
}

function printSeconds(seconds: number): string {
  return formatDuration(Math.round(seconds * 1000));
}

function printLabels(labels: readonly string[]): string {
  return labels.map((label) => (isPlainLabelName(label) ? label : quoteText(label))).join(', ');
}
