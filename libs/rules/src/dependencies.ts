import { type Matcher, METRIC_NAME } from '@narthex/model';
import { childrenOf, type Expression, parseExpression, type ParserOptions } from '@narthex/promql';
import { ALERTS, ALERTS_FOR_STATE } from './alert-series.js';
import { type Rule } from './rule.js';

type Batches = readonly (readonly number[])[];

/**
 * Which rules of a group may be evaluated at the same time, as upstream decides it
 * (https://prometheus.io/docs/prometheus/latest/feature_flags/#concurrent-evaluation-of-independent-rules):
 * first those that read no other rule's series, then, one by one, those that stand in between, then those that nobody
 * reads. Where it cannot be told what a rule reads, all go one by one.
 */
export function evaluationBatches(
  rules: readonly Pick<Rule, 'name' | 'expression'>[],
  options: ParserOptions = {},
): Batches {
  const inputs = rules.map(({ expression }) => namesRead(parseExpression(expression, options)));
  const reads = inputs.map((matchers) =>
    matchers?.some((matcher) => rules.some(({ name }) => matcher.matches(name))),
  );
  if (reads.includes(undefined)) return rules.map((_, index) => [index]);
  const isRead = rules.map(({ name }) =>
    inputs.some((matchers) => matchers?.some((one) => one.matches(name))),
  );
  const places = [...rules.keys()];
  const first = places.filter((place) => reads[place] === false);
  const between = places.filter((place) => reads[place] === true && isRead[place] === true);
  const last = places.filter((place) => reads[place] === true && isRead[place] === false);
  return [first, ...between.map((place) => [place]), last].filter(({ length }) => length > 0);
}

/**
 * What an expression demands of the names of metrics, selector by selector. Undefined when a selector takes any name, or
 * the series that alerts leave.
 */
function namesRead(expression: Expression): readonly Matcher[] | undefined {
  if (expression.kind === 'vectorSelector') {
    const matcher = expression.matchers.find(({ name }) => name === METRIC_NAME);
    if (matcher === undefined || [ALERTS, ALERTS_FOR_STATE].some((name) => matcher.matches(name)))
      return undefined;
    return [matcher];
  }
  const found = childrenOf(expression).map(namesRead);
  return found.every((matchers) => matchers !== undefined) ? found.flat() : undefined;
}
