import { type Matcher } from '@narthex/model';
import { childrenOf, type EngineFeatures, type Expression, parseExpression } from '@narthex/promql';

/** What a selector of an expression reads, for one step at time t: the samples of `(t-offset-range, t-offset]`. */
export interface SelectorShape {
  readonly matchers: readonly Matcher[];
  readonly offsetMs: number;
  /** Undefined for an instant selector. */
  readonly rangeMs: number | undefined;
}

/** What an expression costs, as far as its text tells. */
export interface QueryShape {
  readonly selectors: readonly SelectorShape[];
  readonly nodeCount: number;
}

const MOST_NODES = 32;
/** A query that cannot be parsed costs no more than being told so. */
const UNPARSED: QueryShape = { selectors: [], nodeCount: 1 };

/**
 * The shape of an expression that reads each of its selectors once, at the steps of the query; undefined for others:
 * those with subqueries, fixed or computed times, `info()`, or many parts.
 */
export function queryShape(query: string, features: EngineFeatures): QueryShape | undefined {
  let expression: Expression;
  try {
    expression = parseExpression(query, features);
  } catch {
    return UNPARSED;
  }
  const selectors: SelectorShape[] = [];
  const waiting: Expression[] = [expression];
  let nodeCount = 0;
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (++nodeCount > MOST_NODES || node.kind === 'subquery') return undefined;
    if (node.kind === 'call' && node.function.name === 'info') return undefined;
    if (node.kind === 'vectorSelector' || node.kind === 'matrixSelector') {
      const selector = selectorShape(node);
      if (selector === undefined) return undefined;
      selectors.push(selector);
    } else {
      waiting.push(...childrenOf(node));
    }
  }
  return { selectors, nodeCount };
}

function selectorShape(
  node: Extract<Expression, { kind: 'vectorSelector' | 'matrixSelector' }>,
): SelectorShape | undefined {
  const selector = node.kind === 'matrixSelector' ? node.selector : node;
  const { matchers, offsetMs, offsetExpression, timestampMs, startOrEnd, anchored, smoothed } = selector;
  const isFixed = timestampMs !== undefined || startOrEnd !== undefined;
  if (isFixed || offsetExpression !== undefined || anchored || smoothed) return undefined;
  if (node.kind === 'vectorSelector') return { matchers, offsetMs, rangeMs: undefined };
  return node.rangeExpression === undefined ? { matchers, offsetMs, rangeMs: node.rangeMs } : undefined;
}
