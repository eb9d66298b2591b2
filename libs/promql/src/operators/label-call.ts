import { LabelsBuilder, METRIC_NAME } from '@narthex/model';
import { compileAnchored, RegexpError, type AnchoredRegexp } from '@narthex/regexp';
import { type OperatorContext } from '../engine/context.js';
import { mergeDuplicates } from '../engine/merge-series.js';
import { type StepSeries } from '../engine/step-series.js';
import { executionError } from '../errors.js';
import { type CallNode } from '../plan/plan.js';
import { isWellFormed } from '../syntax/go-string.js';
import { stringOf } from './string-argument.js';

/** `label_replace(v, destination, replacement, source, pattern)`. */
export async function callLabelReplace(node: CallNode, context: OperatorContext): Promise<StepSeries[]> {
  const [destination, replacement, source, pattern] = node.args.slice(1).map(stringOf) as [
    string,
    string,
    string,
    string,
  ];
  const regexp = compile(pattern);
  checkLabel(destination, 'destination', node.name);
  const vector = await context.vector(node.args[0]!);
  for (const series of vector) {
    const value = regexp.expand(series.labels.get(source), replacement);
    if (value !== undefined) setLabel(series, destination, value);
  }
  return mergeDuplicates(vector, 'apart');
}

/** `label_join(v, destination, separator, source, …)`. */
export async function callLabelJoin(node: CallNode, context: OperatorContext): Promise<StepSeries[]> {
  const [destination, separator, ...sources] = node.args.slice(1).map(stringOf) as [
    string,
    string,
    ...string[],
  ];
  for (const source of sources) checkLabel(source, 'source', node.name);
  checkLabel(destination, 'destination', node.name);
  const vector = await context.vector(node.args[0]!);
  for (const series of vector) {
    setLabel(series, destination, sources.map((source) => series.labels.get(source)).join(separator));
  }
  return mergeDuplicates(vector, 'apart');
}

/** A name that is set anew stays. */
function setLabel(series: StepSeries, name: string, value: string): void {
  series.labels = new LabelsBuilder(series.labels).set(name, value).labels();
  if (name === METRIC_NAME) series.dropName = false;
}

function compile(pattern: string): AnchoredRegexp {
  try {
    return compileAnchored(pattern, 'relabel');
  } catch (error) {
    if (!(error instanceof RegexpError)) throw error;
    throw executionError(`invalid regular expression in label_replace(): ${pattern}`, { cause: error });
  }
}

function checkLabel(name: string, role: 'source' | 'destination', functionName: string): void {
  if (name === '' || !isWellFormed(name))
    throw executionError(`invalid ${role} label name in ${functionName}(): ${name}`);
}
