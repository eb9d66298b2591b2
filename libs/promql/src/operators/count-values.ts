import { formatFloat, formatHistogram, LabelsBuilder } from '@narthex/model';
import { type OperatorContext } from '../engine/context.js';
import { ABSENT, FLOAT, StepSeries } from '../engine/step-series.js';
import { executionError } from '../errors.js';
import { type AggregateNode } from '../plan/plan.js';
import { isWellFormed, quoteText } from '../syntax/go-string.js';
import { groupLabels } from './grouping.js';
import { stringOf } from './string-argument.js';

/** `count_values`: how many samples of a group have each value, which becomes a label. */
export async function countValues(node: AggregateNode, context: OperatorContext): Promise<StepSeries[]> {
  const { run, steps } = context;
  const label = stringOf(node.parameter!);
  if (label === '' || !isWellFormed(label)) throw executionError(`invalid label name ${quoteText(label)}`);
  const clause = {
    without: node.without,
    grouping: node.without ? node.grouping : [...node.grouping, label],
  };
  const vector = await context.vector(node.inner);
  const found = new Map<string, StepSeries>();
  for (const series of vector) {
    if (run.isDue) await run.rest();
    // A series mostly stays at few values.
    const byText = new Map<string, StepSeries>();
    for (let step = 0; step < steps.count; step++) {
      if (series.kinds[step] === ABSENT) continue;
      const text =
        series.kinds[step] === FLOAT
          ? formatFloat(series.values[step]!)
          : formatHistogram(series.histograms![step]!);
      let counts = byText.get(text);
      if (counts === undefined) {
        const labels = groupLabels(new LabelsBuilder(series.labels).set(label, text).labels(), clause);
        counts = found.get(labels.key) ?? new StepSeries(labels, false, steps.count);
        found.set(labels.key, counts);
        byText.set(text, counts);
      }
      counts.setFloat(step, counts.kinds[step] === ABSENT ? 1 : counts.values[step]! + 1);
    }
  }
  return [...found.values()];
}
