import { type Labels, METRIC_NAME } from '@narthex/model';
import { SampleColumns } from '@narthex/storage';
import { possibleNonCounter, possibleNonCounterLabel } from '../engine/annotation-texts.js';
import { type OperatorContext, type VisitSeries } from '../engine/context.js';
import { NameRemover, removeNames } from '../engine/merge-series.js';
import { FLOAT, histogramSamples, StepSeries } from '../engine/step-series.js';
import { SampleCounts } from '../engine/sample-counts.js';
import { type StepMemory, StepScratch, StepSlab } from '../engine/step-slab.js';
import { Steps } from '../engine/steps.js';
import { executionError } from '../errors.js';
import { newRangeFunction } from '../functions/range-functions.js';
import { type RangeFunction } from '../functions/range-function.js';
import { type CallNode, type PlanNode, type RangeSelectNode, type SubqueryNode } from '../plan/plan.js';
import { FloatWindows } from './float-windows.js';
import { keepHistogramStats } from './histogram-stats.js';
import { type PositionRange } from '../syntax/position.js';
import { RangeSamples, RangeWindow } from './range-samples.js';

/** Samples of windows that are looked at in one go. */
const PIECE_SAMPLES = 200_000;
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
  const evaluator = new WindowEvaluator(call, range, context, memory);
  const isRate = node.name === 'rate' || node.name === 'increase';
  const keep = (series: StepSeries | undefined, labels: Labels): void => {
    if (series === undefined) return;
    const samples = series.sampleCount;
    if (samples === 0) return;
    context.run.hold(samples);
    if (isRate) checkCounter(series, labels, position, context);
    visit(series, samples);
  };
  await forEachSeries(range, context, (samples) => {
    const evaluated = evaluator.evaluate(samples);
    if (evaluated instanceof Promise) return evaluated.then((series) => keep(series, samples.labels));
    keep(evaluated, samples.labels);
    return undefined;
  });
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
    run.hold(inner.count);
    run.release(inner.count);
    const series = await context.vector(range.inner, { steps: inner, counts: innerCounts });
    for (const one of series) {
      if (run.isDue) await run.rest();
      const busy = visit(RangeSamples.fromSteps(one, inner));
      if (busy !== undefined) await busy;
      run.release(one.sampleCount);
    }
    return;
  }
  const set = context.sources.get(range.selection)!;
  const columns = new SampleColumns();
  for (let i = 0; i < set.length; i++) {
    if (run.isDue) await run.rest();
    columns.clear();
    set.read(i, columns);
    if (range.statsOnly) keepHistogramStats(columns);
    const busy = visit(RangeSamples.fromColumns(set.labels(i), columns));
    if (busy !== undefined) await busy;
  }
}

/** The steps of a subquery: multiples of its own step, from right behind the first window's start. */
function subquerySteps({ offsetMs, fixedMs, rangeMs, stepMs }: SubqueryNode, outer: Steps): Steps {
  const startMs = (fixedMs ?? outer.startMs) - offsetMs - rangeMs;
  const endMs = (fixedMs ?? outer.endMs) - offsetMs;
  return new Steps((Math.floor(startMs / stepMs) + 1) * stepMs, endMs, stepMs);
}

/** Runs one function over the windows of one series after another. */
class WindowEvaluator {
  readonly #function: RangeFunction;
  readonly #range: RangeSelectNode | SubqueryNode;
  readonly #context: OperatorContext;
  readonly #window = new RangeWindow();
  readonly #floatWindows: FloatWindows | undefined;
  readonly #memory: StepMemory;
  readonly #beforeMs: number;
  readonly #afterMs: number;

  constructor(
    rangeFunction: RangeFunction,
    range: RangeSelectNode | SubqueryNode,
    context: OperatorContext,
    memory: StepMemory,
  ) {
    this.#memory = memory;
    this.#function = rangeFunction;
    this.#range = range;
    this.#context = context;
    const smoothed = range.kind === 'rangeSelect' && range.smoothed;
    const anchored = range.kind === 'rangeSelect' && range.anchored;
    this.#beforeMs = smoothed || anchored ? context.lookbackMs : 0;
    this.#afterMs = smoothed ? context.lookbackMs : 0;
    if (!anchored && !smoothed && rangeFunction.computesFloats())
      this.#floatWindows = new FloatWindows(context.steps, range, range.rangeMs);
  }

  /**
   * The results of all windows; undefined when there are none. Where that takes long it rests in between, and a promise
   * comes of it.
   */
  evaluate(samples: RangeSamples): StepSeries | undefined | Promise<StepSeries | undefined> {
    if (this.#floatWindows !== undefined && samples.histogramCount === 0)
      return this.#evaluateFloats(samples, this.#floatWindows);
    return this.#evaluateWindows(samples);
  }

  async #evaluateWindows(samples: RangeSamples): Promise<StepSeries | undefined> {
    const { steps, run, counts } = this.#context;
    const { offsetMs, fixedMs, rangeMs } = this.#range;
    const window = this.#window;
    window.reset(samples);
    this.#function.begin(samples);
    let series: StepSeries | undefined;
    let held = 0;
    let sinceLook = 0;
    for (let step = 0; step < steps.count; step++) {
      window.step = step;
      window.timestampMs = steps.at(step);
      window.endMs = (fixedMs ?? window.timestampMs) - offsetMs;
      window.startMs = window.endMs - rangeMs;
      window.moveTo(window.startMs - this.#beforeMs, window.endMs + this.#afterMs);
      if (window.isEmpty) continue;
      const inWindow = window.floatCount + (samples.histogramCount === 0 ? 0 : histogramsIn(window));
      counts.add(step, inWindow);
      sinceLook += inWindow;
      if (sinceLook > PIECE_SAMPLES) {
        await run.restIfDue();
        sinceLook = 0;
      }
      if (inWindow > held) {
        run.hold(inWindow - held);
        held = inWindow;
      }
      if (!this.#function.compute(window)) continue;
      series ??= new StepSeries(samples.labels, samples.dropName, steps.count, this.#memory);
      if (this.#function.histogram !== undefined) series.setHistogram(step, this.#function.histogram);
      else series.setFloat(step, this.#function.value);
    }
    run.release(held);
    return series;
  }

  #evaluateFloats(
    samples: RangeSamples,
    windows: FloatWindows,
  ): StepSeries | undefined | Promise<StepSeries | undefined> {
    const { steps, run, counts } = this.#context;
    windows.cut(samples);
    const { sampleCount, largest } = windows;
    if (sampleCount === 0) return undefined;
    run.hold(largest);
    counts.addWindows(windows.from, windows.to, sampleCount);
    const series = new StepSeries(samples.labels, samples.dropName, steps.count, this.#memory);
    this.#function.begin(samples);
    this.#function.beginFloats(windows);
    if (sampleCount > PIECE_SAMPLES) return this.#inPieces(windows, series);
    this.#function.computeFloats(windows, series, 0, steps.count);
    run.release(largest);
    return series;
  }

  async #inPieces(windows: FloatWindows, series: StepSeries): Promise<StepSeries | undefined> {
    const { steps, run } = this.#context;
    for (let from = 0; from < steps.count;) {
      const to = windows.pieceEnd(from, PIECE_SAMPLES);
      this.#function.computeFloats(windows, series, from, to);
      from = to;
      await run.restIfDue();
    }
    run.release(windows.largest);
    return series;
  }
}

/** The size of the histograms in a window, in samples. */
export function histogramsIn(window: RangeWindow): number {
  let samples = 0;
  for (let i = window.histogramFrom; i < window.histogramTo; i++) {
    samples += histogramSamples(window.samples.histograms[i]!);
  }
  return samples;
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
