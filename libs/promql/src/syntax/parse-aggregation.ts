import { type Aggregation, type AggregationOperator, takesParameter } from './ast.js';
import { parseArguments } from './parse-call.js';
import { parseGrouping } from './parse-grouping.js';
import { type ExpressionParser, type ParserOptions } from './parser-options.js';
import { type TokenStream } from './token-stream.js';

/** True before an aggregation operator that is not the name of a metric. */
export function startsAggregation(tokens: TokenStream): boolean {
  const { word } = tokens.following;
  return tokens.current.kind === 'aggregator' && (word === '(' || word === 'by' || word === 'without');
}

interface Clause {
  readonly grouping: readonly string[];
  readonly without: boolean;
}

/** Reads `sum by (job) (…)`, `sum(…) without (job)`, `topk(3, …)`. */
export function parseAggregation(
  tokens: TokenStream,
  options: ParserOptions,
  parseArgument: ExpressionParser,
): Aggregation {
  const token = tokens.take();
  const operator = token.word as AggregationOperator;
  return tokens.nested(() => {
    const before = parseClause(tokens);
    if (!tokens.is('(')) tokens.unexpected();
    const args = parseArguments(tokens, options, parseArgument);
    // A clause may follow: what cannot be read there is complained of before what was read.
    if (before === undefined && tokens.current.kind === 'error') tokens.unexpected();
    const clause = before ?? parseClause(tokens) ?? { grouping: [], without: false };
    const experimental = operator === 'limitk' || operator === 'limit_ratio';
    if (args.length === 0) tokens.fail(token.start, 'no arguments for aggregate expression provided');
    if (experimental && options.experimentalFunctions !== true) {
      const flag = '--enable-feature=promql-experimental-functions';
      tokens.fail(token.start, `${operator}() is experimental and must be enabled with ${flag}`);
    }
    const wanted = takesParameter(operator) ? 2 : 1;
    if (args.length !== wanted) {
      const counts = `expected ${wanted}, got ${args.length}`;
      tokens.fail(token.start, `wrong number of arguments for aggregate expression provided, ${counts}`);
    }
    return {
      kind: 'aggregation',
      operator,
      expression: args[wanted - 1]!,
      parameter: wanted === 2 ? args[0] : undefined,
      ...clause,
      position: { start: token.start, end: tokens.lastEnd },
    };
  }, 'aggregation');
}

function parseClause(tokens: TokenStream): Clause | undefined {
  if (!tokens.is('by') && !tokens.is('without')) return undefined;
  const without = tokens.take().word === 'without';
  return { grouping: parseGrouping(tokens), without };
}
