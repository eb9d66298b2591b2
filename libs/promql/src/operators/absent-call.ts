import { Labels, LabelsBuilder, type Matcher, METRIC_NAME } from '@narthex/model';
import { type OperatorContext } from '../engine/context.js';
import { ABSENT, StepSeries } from '../engine/step-series.js';
import { type CallNode, type PlanNode } from '../plan/plan.js';
import { forEachSeries } from './range-call.js';
import { histogramsIn } from './window-evaluator.js';
import { RangeWindow } from './range-samples.js';

/** `absent`: one where a vector is empty. */
export async function callAbsent(node: CallNode, context: OperatorContext): Promise<StepSeries[]> {
  const argument = node.args[0]!;
  const present = new Uint8Array(context.steps.count);
  for (const series of await context.vector(argument)) {
    for (let step = 0; step < present.length; step++) if (series.kinds[step] !== ABSENT) present[step] = 1;
  }
  return onesWhereAbsent(present, labelsOf(argument), false);
}

/** `absent_over_time`: one where no series has a sample in the window. */
export async function callAbsentOverTime(node: CallNode, context: OperatorContext): Promise<StepSeries[]> {
  const range = node.args[0]!;
  if (range.kind !== 'rangeSelect' && range.kind !== 'subquery') return [];
  const { steps, counts, run } = context;
  const present = new Uint8Array(steps.count);
  const window = new RangeWindow();
  await forEachSeries(range, context, (samples) => {
    window.reset(samples);
    for (let step = 0; step < steps.count; step++) {
      const endMs = (range.fixedMs ?? steps.at(step)) - range.offsetMs;
      window.moveTo(endMs - range.rangeMs, endMs);
      if (window.isEmpty) continue;
      present[step] = 1;
      const inWindow = window.floatCount + histogramsIn(window);
      counts.add(step, inWindow);
      run.pass(inWindow);
    }
  });
  return onesWhereAbsent(present, labelsOf(range), true);
}

function onesWhereAbsent(present: Uint8Array, labels: Labels, dropName: boolean): StepSeries[] {
  const series = new StepSeries(labels, dropName, present.length);
  for (let step = 0; step < present.length; step++) if (present[step] === 0) series.setFloat(step, 1);
  return series.isEmpty ? [] : [series];
}

/** The labels that a selector asks to be equal to one value, each named once. */
function labelsOf(node: PlanNode): Labels {
  const selector = node.kind === 'invariant' ? node.inner : node;
  if (selector.kind !== 'instantSelect' && selector.kind !== 'rangeSelect') return Labels.EMPTY;
  if (selector.kind === 'instantSelect' && selector.hasSign) return Labels.EMPTY;
  return equalLabels(inOrderOfSearch(selector.selection.matchers));
}

/**
 * Conditions in the order in which upstream's storage leaves them behind: those that only take series away come last
 * (upstream's tsdb/querier.go, PostingsForMatchers), and which comes first decides what {@link equalLabels} makes of
 * several for one label.
 */
function inOrderOfSearch(matchers: readonly Matcher[]): readonly Matcher[] {
  const needed = new Set(matchers.filter((matcher) => !matcher.matchesEmpty).map(({ name }) => name));
  const takesAway = ({ name, type, matchesEmpty }: Matcher): boolean =>
    !needed.has(name) || (matchesEmpty && (type === '!=' || type === '!~'));
  return [...matchers.filter((one) => !takesAway(one)), ...matchers.filter(takesAway)];
}

function equalLabels(matchers: readonly Matcher[]): Labels {
  const builder = new LabelsBuilder();
  const seen = new Set<string>();
  for (const { name, type, value } of matchers) {
    if (name === METRIC_NAME) continue;
    if (type === '=' && !seen.has(name)) {
      builder.set(name, value);
      seen.add(name);
    } else builder.delete(name);
  }
  return builder.labels();
}
