import { compareText, type Labels } from '@narthex/model';
import { sortInRangeQuery } from '../engine/annotation-texts.js';
import { type OperatorContext } from '../engine/context.js';
import { FLOAT, type StepSeries } from '../engine/step-series.js';
import { compareNatural } from '../functions/natural-order.js';
import { type CallNode } from '../plan/plan.js';
import { stringOf } from './string-argument.js';

/** `sort` and `sort_desc`: by value, NaN last. Histograms fall away. */
export async function callSort(node: CallNode, context: OperatorContext): Promise<StepSeries[]> {
  const vector = await context.vector(node.args[0]!);
  warnInRangeQuery(node, context);
  for (const series of vector) {
    for (let step = 0; step < series.kinds.length; step++)
      if (series.kinds[step] !== FLOAT) series.clear(step);
    series.histograms = undefined;
  }
  if (!context.steps.isInstant) return vector;
  const sign = node.name === 'sort' ? 1 : -1;
  return vector
    .filter((series) => series.kinds[0] === FLOAT)
    .sort((a, b) => byValue(a.values[0]!, b.values[0]!, sign));
}

function byValue(a: number, b: number, sign: 1 | -1): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  if (Number.isNaN(b)) return -1;
  return a === b ? 0 : sign * (a < b ? -1 : 1);
}

/** `sort_by_label` and `sort_by_label_desc`: by the labels named, then by all. */
export async function callSortByLabel(node: CallNode, context: OperatorContext): Promise<StepSeries[]> {
  const vector = await context.vector(node.args[0]!);
  warnInRangeQuery(node, context);
  if (!context.steps.isInstant) return vector;
  const names = node.args.slice(1).map(stringOf);
  const sign = node.name === 'sort_by_label' ? 1 : -1;
  return vector.sort((a, b) => sign * byLabels(a.labels, b.labels, names));
}

function byLabels(a: Labels, b: Labels, names: readonly string[]): number {
  for (const name of names) {
    const left = a.get(name);
    const right = b.get(name);
    if (left !== right) return compareNatural(left, right) || compareText(left, right);
  }
  return a.compare(b);
}

function warnInRangeQuery(node: CallNode, { isRangeQuery, annotations }: OperatorContext): void {
  if (isRangeQuery) annotations.add(sortInRangeQuery(node.position));
}
