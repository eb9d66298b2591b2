import { METRIC_NAME, quoteGo } from '@narthex/model';
import { PromqlParseError } from '../errors.js';
import {
  type Aggregation,
  type Binary,
  type Call,
  type Expression,
  isComparison,
  isSetOperator,
  typeOf,
  type VectorSelector,
} from './ast.js';
import { type ValueType } from './value-type.js';
import { formatPosition } from './position.js';

const SHOWN: Readonly<Record<ValueType, string>> = {
  scalar: 'scalar',
  string: 'string',
  vector: 'instant vector',
  matrix: 'range vector',
};

/**
 * Checks that operators and functions get the types they take. Gives the expression back with the matching of vectors
 * taken off operators that have a scalar side.
 * @throws PromqlParseError for what upstream would complain about first.
 */
export function checkTypes(expression: Expression, query: string): Expression {
  return new Checker(query).check(expression);
}

class Checker {
  readonly #query: string;

  constructor(query: string) {
    this.#query = query;
  }

  check(node: Expression, bypassEmptyMatchers = false): Expression {
    switch (node.kind) {
      case 'number':
      case 'string':
        return node;
      case 'vectorSelector':
        this.#selector(node, bypassEmptyMatchers);
        return node;
      case 'matrixSelector':
        this.#selector(node.selector, false);
        return node;
      case 'parentheses':
        return { ...node, expression: this.check(node.expression) };
      case 'unary': {
        const expression = this.check(node.expression);
        const type = typeOf(expression);
        if (type !== 'scalar' && type !== 'vector') {
          const allowed = 'unary expression only allowed on expressions of type scalar or instant vector';
          this.#fail(node, `${allowed}, got ${quoteGo(SHOWN[type])}`);
        }
        return { ...node, expression };
      }
      case 'subquery': {
        const expression = this.check(node.expression);
        const type = typeOf(expression);
        if (type !== 'vector')
          this.#fail(node, `subquery is only allowed on instant vector, got ${type} instead`);
        return { ...node, expression };
      }
      case 'aggregation':
        return this.#aggregation(node);
      case 'binary':
        return this.#binary(node);
      case 'call':
        return this.#call(node);
    }
  }

  #aggregation(node: Aggregation): Expression {
    const expression = this.#expect(node.expression, 'vector', 'aggregation expression');
    if (node.parameter === undefined) return { ...node, expression };
    const wanted = node.operator === 'count_values' ? 'string' : 'scalar';
    return { ...node, expression, parameter: this.#expect(node.parameter, wanted, 'aggregation parameter') };
  }

  #expect(node: Expression, wanted: ValueType, context: string): Expression {
    const checked = this.check(node);
    const type = typeOf(checked);
    if (type !== wanted) this.#fail(node, `expected type ${SHOWN[wanted]} in ${context}, got ${SHOWN[type]}`);
    return checked;
  }

  #binary(node: Binary): Expression {
    const left = this.check(node.left);
    const right = this.check(node.right);
    const { operator, matching } = node;
    const leftType = typeOf(left);
    const rightType = typeOf(right);
    const operatorStart = this.#skipSpace(node.left.position.end);
    if (node.returnBool && !isComparison(operator)) {
      this.#failAt(operatorStart, 'bool modifier can only be used on comparison operators');
    }
    if (isComparison(operator) && !node.returnBool && leftType === 'scalar' && rightType === 'scalar') {
      this.#failAt(operatorStart, 'comparisons between scalars must use BOOL modifier');
    }
    const twice =
      matching?.on === true ? matching.labels.find((label) => matching.include.includes(label)) : undefined;
    if (twice !== undefined) {
      this.#failAt(operatorStart, `label ${quoteGo(twice)} must not occur in ON and GROUP clause at once`);
    }
    for (const [side, type] of [[node.left, leftType] as const, [node.right, rightType] as const]) {
      if (type !== 'scalar' && type !== 'vector') {
        this.#fail(side, 'binary expression must contain only scalar and instant vector types');
      }
    }
    const hasFill = matching?.fillLeft !== undefined || matching?.fillRight !== undefined;
    if (leftType !== 'vector' || rightType !== 'vector') {
      if (matching !== undefined && matching.labels.length > 0) {
        this.#fail(node, 'vector matching only allowed between instant vectors');
      }
      if (hasFill) this.#fail(node, 'filling in missing series only allowed between instant vectors');
      if (isSetOperator(operator)) {
        this.#fail(node, `set operator ${quoteGo(operator)} not allowed in binary scalar expression`);
      }
      return { ...node, left, right, matching: undefined };
    }
    if (isSetOperator(operator)) {
      if (matching?.cardinality !== 'many-to-many') {
        this.#fail(node, `no grouping allowed for ${quoteGo(operator)} operation`);
      }
      if (hasFill) this.#fail(node, 'filling in missing series not allowed for set operators');
    }
    return { ...node, left, right };
  }

  #call(node: Call): Expression {
    const { name, argTypes, variadic } = node.function;
    const count = node.args.length;
    const shown = `argument(s) in call to ${quoteGo(name)}, got ${count}`;
    if (variadic === 0) {
      if (count !== argTypes.length) this.#fail(node, `expected ${argTypes.length} ${shown}`);
    } else {
      const least = argTypes.length - 1;
      if (count < least) this.#fail(node, `expected at least ${least} ${shown}`);
      if (variadic > 0 && count > least + variadic)
        this.#fail(node, `expected at most ${least + variadic} ${shown}`);
    }
    if (name === 'info' && node.args[1] !== undefined) this.#infoLabels(node, node.args[1]);
    const args = node.args.map((arg, i) => {
      const wanted = argTypes[Math.min(i, argTypes.length - 1)]!;
      const checked = this.check(arg, name === 'info' && i === 1);
      const type = typeOf(checked);
      if (type !== wanted) {
        this.#fail(
          arg,
          `expected type ${SHOWN[wanted]} in call to function ${quoteGo(name)}, got ${SHOWN[type]}`,
        );
      }
      return checked;
    });
    return { ...node, args };
  }

  #infoLabels(node: Call, labels: Expression): void {
    const type = typeOf(labels);
    if (type !== 'vector') {
      this.#fail(node, `expected type instant vector in call to function "info", got ${SHOWN[type]}`);
    }
    if (labels.kind !== 'vectorSelector') this.#fail(labels, 'expected label selectors only');
    if (labels.metricName !== '') {
      this.#fail(labels, 'expected label selectors only, got vector selector instead');
    }
  }

  #selector(node: VectorSelector, bypassEmptyMatchers: boolean): void {
    if (node.metricName !== '') {
      const other = node.matchers.slice(0, -1).find((matcher) => matcher.name === METRIC_NAME);
      if (other !== undefined) {
        const names = `${quoteGo(node.metricName)} or ${quoteGo(other.value)}`;
        this.#fail(node, `metric name must not be set twice: ${names}`);
      }
    } else if (!bypassEmptyMatchers && node.matchers.every((matcher) => matcher.matchesEmpty)) {
      this.#fail(node, 'vector selector must contain at least one non-empty matcher');
    }
  }

  #skipSpace(offset: number): number {
    let at = offset;
    while (/[ \t\n\r]/.test(this.#query[at] ?? '')) at++;
    return at;
  }

  #fail(node: Expression, reason: string): never {
    this.#failAt(node.position.start, reason);
  }

  #failAt(offset: number, reason: string): never {
    throw new PromqlParseError(formatPosition(this.#query, offset), reason, offset);
  }
}
