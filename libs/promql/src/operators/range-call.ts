import { type Labels, METRIC_NAME } from '@narthex/model';
import { SampleColumns, type SeriesSet } from '@narthex/storage';
import { possibleNonCounter, possibleNonCounterLabel } from '../engine/annotation-texts.js';
import { type OperatorContext, type VisitSeries } from '../engine/context.js';
import { NameRemover, removeNames } from '../engine/merge-series.js';
import { FLOAT, StepSeries } from '../engine/step-series.js';
import { SampleCounts } from '../engine/sample-counts.js';
import { type StepMemory, StepScratch, StepSlab } from '../engine/step-slab.js';
import { Steps } from '../engine/steps.js';
import { executionError } from '../errors.js';
import { newRangeFunction } from '../functions/range-functions.js';
import { visitSeries } from '../parallel/visit-series.js';
import { type CallNode, type PlanNode, type RangeSelectNode, type SubqueryNode } from '../plan/plan.js';
import { keepHistogramStats } from './histogram-stats.js';
import { type PositionRange } from '../syntax/position.js';
import { RangeSamples } from './range-samples.js';
import { WindowEvaluator, type WindowRange } from './window-evaluator.js';

const ANCHORED_FUNCTIONS = ['changes', 'delta', 'increase', 'rate', 'resets'];
const SMOOTHED_FUNCTIONS = ['delta', 'increase', 'rate'];

/** Evaluates a function of a range vector: for each series, window by window, over all steps. */
export async function callRangeFunction(
  node: CallNode,
  range: RangeSelectNode | SubqueryNode,
  context: OperatorContext,
): Promise<StepSeries[]> {
  const found: StepSeries[] = [];
  await visitResults(node, range, context, new StepSlab(), (series) => found.push(series));
  return keepsName(node) ? found : removeNames(found, context.delayedNameRemoval, 'never');
}

/** As {@link callRangeFunction}, series by series. */
export async function eachRangeResult(
  node: CallNode,
  range: RangeSelectNode | SubqueryNode,
  context: OperatorContext,
  visit: VisitSeries,
): Promise<void> {
  const names = keepsName(node) ? undefined : new NameRemover(context.delayedNameRemoval);
  await visitResults(node, range, context, new StepScratch(), (series, samples) => {
    names?.remove(series);
    visit(series, samples);
  });
  names?.finish();
}

/** These act like an offset, so what comes out is still the metric. */
function keepsName({ name }: CallNode): boolean {
  return name === 'last_over_time' || name === 'first_over_time';
}

async function visitResults(
  node: CallNode,
  range: RangeSelectNode | SubqueryNode,
  context: OperatorContext,
  memory: StepMemory,
  visit: VisitSeries,
): Promise<void> {
  checkExtension(node, range);
  const scalars: Float64Array[] = [];
  for (const arg of node.args) if (arg !== range) scalars.push(await context.scalar(arg));
  const position = positionOf(node.args[0]!);
  const call = newRangeFunction({
    name: node.name,
    annotations: context.annotations,
    position,
    rangeMs: range.rangeMs,
    anchored: range.kind === 'rangeSelect' && range.anchored,
    smoothed: range.kind === 'rangeSelect' && range.smoothed,
    startTimestamps: context.startTimestamps,
    scalars,
  });
  const evaluator = new WindowEvaluator(call, windowRangeOf(range), context, memory);
  const isRate = node.name === 'rate' || node.name === 'increase';
  const keep = (series: StepSeries, labels: Labels, samples: number, largest: number): void => {
    if (samples === 0) return;
    context.run.hold(samples);
    // The last window is still there.
    context.run.pass(largest);
    if (isRate) checkCounter(series, labels, position, context);
    visit(series, samples);
  };
  const evaluate = (samples: RangeSamples): Promise<void> | undefined => {
    const evaluated = evaluator.evaluate(samples);
    const { labels } = samples;
    if (evaluated instanceof Promise) {
      return evaluated.then((series) => {
        if (series !== undefined) keep(series, labels, series.sampleCount, evaluator.largest);
      });
    }
    if (evaluated !== undefined) keep(evaluated, labels, evaluated.sampleCount, evaluator.largest);
    return undefined;
  };
  if (range.kind === 'subquery') {
    await forEachSeries(range, context, evaluate);
    return;
  }
  const { run, steps, counts, lookbackMs, startTimestamps } = context;
  const set = context.sources.get(range.selection)!;
  const columns = new SampleColumns();
  await visitSeries({
    context,
    set,
    columns,
    work: () => {
      const { startMs, endMs, stepMs } = steps;
      const { offsetMs, fixedMs, rangeMs, anchored, smoothed } = range;
      const times = { startMs, endMs, stepMs, lookbackMs, offsetMs, fixedMs, rangeMs };
      return { kind: 'range', name: node.name, ...times, anchored, smoothed, scalars, startTimestamps };
    },
    own: (index) => evaluate(readSeries(range, set, index, columns)),
    take: (index, { samples, largest, looked, values, kinds }) => {
      run.pass(largest);
      counts.addTotal(looked);
      if (samples === 0) return;
      const labels = set.labels(index);
      const series = new StepSeries(labels, false, steps.count, memory);
      series.values.set(values);
      series.kinds.set(kinds);
      keep(series, labels, samples, largest);
    },
  });
}

function windowRangeOf(range: RangeSelectNode | SubqueryNode): WindowRange {
  return range.kind === 'rangeSelect' ? range : { ...range, anchored: false, smoothed: false };
}

/** The samples of one series of a selection; they are in the columns, and valid until these are used again. */
function readSeries(
  range: RangeSelectNode,
  set: SeriesSet,
  index: number,
  columns: SampleColumns,
): RangeSamples {
  columns.clear();
  set.read(index, columns);
  if (range.statsOnly) keepHistogramStats(columns);
  return RangeSamples.fromColumns(set.labels(index), columns);
}

/** Where remarks about a call point to: its first argument. Upstream has lost the place of a subquery by then. */
function positionOf(argument: PlanNode): PositionRange {
  return argument.kind === 'subquery' ? { start: 0, end: 0 } : argument.position;
}

/**
 * Calls `visit` with the samples of each series of a range vector, which are valid until it returns or what it returns
 * resolves. What a subquery looks at inside goes to counts of its own: for most, only the windows over it matter.
 */
export async function forEachSeries(
  range: RangeSelectNode | SubqueryNode,
  context: OperatorContext,
  visit: (samples: RangeSamples) => Promise<void> | undefined,
  innerCounts = new SampleCounts(),
): Promise<void> {
  const { run, steps } = context;
  if (range.kind === 'subquery') {
    const inner = subquerySteps(range, steps);
    // One series of more steps than may be in memory is refused before there is room made for it.
    run.pass(inner.count);
    const series = await context.vector(range.inner, { steps: inner, counts: innerCounts });
    let samples = 0;
    for (const one of series) {
      if (run.isDue) await run.rest();
      samples += one.sampleCount;
      const busy = visit(RangeSamples.fromSteps(one, inner));
      if (busy !== undefined) await busy;
    }
    run.release(samples);
    return;
  }
  const set = context.sources.get(range.selection)!;
  const columns = new SampleColumns();
  for (let i = 0; i < set.length; i++) {
    if (run.isDue) await run.rest();
    const busy = visit(readSeries(range, set, i, columns));
    if (busy !== undefined) await busy;
  }
}

/** The steps of a subquery: multiples of its own step, from right behind the first window's start. */
function subquerySteps({ offsetMs, fixedMs, rangeMs, stepMs }: SubqueryNode, outer: Steps): Steps {
  const startMs = (fixedMs ?? outer.startMs) - offsetMs - rangeMs;
  const endMs = (fixedMs ?? outer.endMs) - offsetMs;
  return new Steps((Math.floor(startMs / stepMs) + 1) * stepMs, endMs, stepMs);
}

function checkExtension({ name }: CallNode, range: RangeSelectNode | SubqueryNode): void {
  if (range.kind === 'subquery') return;
  for (const [modifier, allowed] of [
    ['anchored', ANCHORED_FUNCTIONS],
    ['smoothed', SMOOTHED_FUNCTIONS],
  ] as const) {
    if (range[modifier] && !allowed.includes(name)) {
      throw executionError(
        `${modifier} modifier can only be used with: ${allowed.join(', ')} - not with ${name}`,
      );
    }
  }
}

const COUNTER_SUFFIXES = ['_total', '_sum', '_count', '_bucket'];

/** Remarks on a rate of what does not look like a counter. */
function checkCounter(
  series: StepSeries,
  labels: Labels,
  position: PositionRange,
  { annotations, typeAndUnitLabels }: OperatorContext,
): void {
  const name = labels.get(METRIC_NAME);
  if (name === '' || !series.kinds.includes(FLOAT)) return;
  if (typeAndUnitLabels) {
    const type = labels.get('__type__');
    if (type !== 'counter' && type !== 'histogram')
      annotations.add(possibleNonCounterLabel(name, type, position));
  } else if (!COUNTER_SUFFIXES.some((suffix) => name.endsWith(suffix))) {
    annotations.add(possibleNonCounter(name, position));
  }
}
