import { type OperatorContext } from '../engine/context.js';
import { type StepSeries } from '../engine/step-series.js';
import { executionError } from '../errors.js';
import { INSTANT_FUNCTIONS } from '../functions/instant-functions.js';
import { type CallNode, type RangeSelectNode, type SubqueryNode } from '../plan/plan.js';
import { callAbsent, callAbsentOverTime } from './absent-call.js';
import { callOnHistograms, HISTOGRAM_FUNCTIONS } from './histogram-call.js';
import { callInfo } from './info-call.js';
import { callClamp, callOnFloats, callRound } from './instant-call.js';
import { callLabelJoin, callLabelReplace } from './label-call.js';
import { callHistogramFraction, callHistogramQuantile, callHistogramQuantiles } from './quantile-call.js';
import { callRangeFunction } from './range-call.js';
import { callVector } from './scalar-call.js';
import { callSort, callSortByLabel } from './sort-call.js';
import { callTimestamp } from './timestamp-call.js';

type Operator = (node: CallNode, context: OperatorContext) => Promise<StepSeries[]>;

/** Functions with an operator of their own. */
const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ['absent', callAbsent],
  ['absent_over_time', callAbsentOverTime],
  ['clamp', callClamp],
  ['clamp_max', callClamp],
  ['clamp_min', callClamp],
  ['histogram_fraction', callHistogramFraction],
  ['histogram_quantile', callHistogramQuantile],
  ['histogram_quantiles', callHistogramQuantiles],
  ['info', callInfo],
  ['label_join', callLabelJoin],
  ['label_replace', callLabelReplace],
  ['round', callRound],
  ['sort', callSort],
  ['sort_by_label', callSortByLabel],
  ['sort_by_label_desc', callSortByLabel],
  ['sort_desc', callSort],
  ['start_timestamp', callTimestamp],
  ['timestamp', callTimestamp],
  ['vector', callVector],
]);

/** The range vector that a function of such is called with; undefined for others. */
export function rangeArgument({ name, args }: CallNode): RangeSelectNode | SubqueryNode | undefined {
  if (OPERATORS.has(name)) return undefined;
  for (const arg of args) if (arg.kind === 'rangeSelect' || arg.kind === 'subquery') return arg;
  return undefined;
}

/** Functions that change labels, or look for more series: what they are called with stays in memory as it is. */
const ON_WHOLE_SERIES: readonly string[] = ['info', 'label_join', 'label_replace'];

/** Whether upstream calls a function for one step after the other. */
export function isCalledStepByStep({ name, args }: CallNode): boolean {
  if (ON_WHOLE_SERIES.includes(name)) return false;
  return !args.some(({ kind }) => kind === 'rangeSelect' || kind === 'subquery');
}

/** Evaluates a function whose value is a vector. */
export async function callFunction(node: CallNode, context: OperatorContext): Promise<StepSeries[]> {
  const operator = OPERATORS.get(node.name);
  if (operator !== undefined) return operator(node, context);
  const range = rangeArgument(node);
  if (range !== undefined) return callRangeFunction(node, range, context);
  const onFloats = INSTANT_FUNCTIONS.get(node.name);
  if (onFloats !== undefined) return callOnFloats(node, onFloats, context);
  const onHistograms = HISTOGRAM_FUNCTIONS.get(node.name);
  if (onHistograms !== undefined) return callOnHistograms(node, onHistograms, context);
  throw executionError(`unknown function "${node.name}"`);
}
