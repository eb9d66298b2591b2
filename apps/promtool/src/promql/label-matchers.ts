import { type Matcher } from '@narthex/model';
import { type Expression, type VectorSelector } from '@narthex/promql';

/** The expression with other conditions in each of its selectors. */
export function withMatchers(
  node: Expression,
  change: (matchers: readonly Matcher[]) => readonly Matcher[],
): Expression {
  const inside = (child: Expression): Expression => withMatchers(child, change);
  const selector = (found: VectorSelector): VectorSelector => ({
    ...found,
    matchers: change(found.matchers),
  });
  switch (node.kind) {
    case 'number':
    case 'string':
      return node;
    case 'vectorSelector':
      return selector(node);
    case 'matrixSelector':
      return { ...node, selector: selector(node.selector) };
    case 'subquery':
    case 'unary':
    case 'parentheses':
      return { ...node, expression: inside(node.expression) };
    case 'call':
      return { ...node, args: node.args.map(inside) };
    case 'aggregation':
      return {
        ...node,
        expression: inside(node.expression),
        parameter: node.parameter && inside(node.parameter),
      };
    case 'binary':
      return { ...node, left: inside(node.left), right: inside(node.right) };
  }
}
