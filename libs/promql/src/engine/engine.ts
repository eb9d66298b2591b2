import { type SeriesSet, type Queryable, StorageError } from '@narthex/storage';
import { executionError, PromqlError } from '../errors.js';
import { BoardPool } from '../parallel/board-pool.js';
import { type Invite } from '../parallel/invite.js';
import { addHints } from '../plan/hints.js';
import { buildPlan } from '../plan/build.js';
import { type PlanNode, isScalarNode } from '../plan/plan.js';
import { markHistogramStats } from '../plan/histogram-stats.js';
import { shareSelections } from '../plan/share-selections.js';
import { type Expression, typeOf } from '../syntax/ast.js';
import { parseExpression } from '../syntax/parser.js';
import { Annotations } from './annotations.js';
import { type OtherSteps } from './context.js';
import { Evaluator } from './evaluator.js';
import { Execution } from './execution.js';
import { instantMatrix, instantVector, rangeMatrix, scalarMatrix } from './finish.js';
import {
  ENGINE_DEFAULTS,
  type EngineFeatures,
  type EngineOptions,
  type InstantRequest,
  type QueryControl,
  type QueryOptions,
  type RangeRequest,
} from './options.js';
import { type QueryResult, type QueryValue } from './result.js';
import { SampleCounts } from './sample-counts.js';
import { Sources } from './sources.js';
import { Steps } from './steps.js';

interface Times {
  readonly startMs: number;
  readonly endMs: number;
  /** 0 for an instant query. */
  readonly stepMs: number;
}

/** Answers PromQL queries over any storage. Holds nothing between queries but memory to be used again. */
export class Engine {
  readonly #options: Required<EngineOptions>;
  readonly #boards = new BoardPool();

  constructor(options: EngineOptions) {
    this.#options = { features: {}, ...ENGINE_DEFAULTS, ...options };
  }

  get features(): EngineFeatures {
    return this.#options.features;
  }

  /**
   * Parses a query with the engine's features.
   * @throws PromqlParseError
   */
  parse(query: string): Expression {
    return parseExpression(query, this.#options.features);
  }

  /**
   * Evaluates a query at one time.
   * @throws PromqlError
   */
  instant(
    queryable: Queryable,
    query: string,
    at: InstantRequest,
    control?: QueryControl,
  ): Promise<QueryResult> {
    const times = { startMs: at.timestampMs, endMs: at.timestampMs, stepMs: 0 };
    return this.#execute(queryable, query, times, at, control);
  }

  /**
   * Evaluates a query at every step from the start to the end.
   * @throws PromqlError
   */
  range(
    queryable: Queryable,
    query: string,
    range: RangeRequest,
    control?: QueryControl,
  ): Promise<QueryResult> {
    const { startMs, endMs, stepMs } = range;
    return this.#execute(queryable, query, { startMs, endMs, stepMs }, range, control);
  }

  async #execute(
    queryable: Queryable,
    query: string,
    times: Times,
    options: QueryOptions,
    control: QueryControl | undefined,
  ): Promise<QueryResult> {
    const { clock, maxSamples, defaultSubqueryStepMs } = this.#options;
    const beganMs = clock.monotonicMs();
    const expression = this.parse(query);
    if (times.stepMs !== 0) checkRangeType(expression);
    const timeoutMs = options.timeoutMs ?? this.#options.timeoutMs;
    const lookbackMs = options.lookbackDeltaMs ?? this.#options.lookbackDeltaMs;
    const run = new Execution({ clock, timeoutMs, maxSamples, control });
    const plan = buildPlan(expression, { ...times, defaultSubqueryStepMs });
    addHints(plan, times, lookbackMs);
    markHistogramStats(plan);
    const sources = new Sources(queryable);
    const perStep = options.samplesPerStep === true && this.#options.features.samplesPerStep === true;
    // Samples at each step are counted in one thread only.
    const invite = perStep ? undefined : this.#invite(control);
    try {
      run.check('query preparation');
      await sources.selectAll(shareSelections(plan));
      const preparedMs = clock.monotonicMs();
      const annotations = new Annotations();
      const steps = new Steps(times.startMs, times.endMs, times.stepMs);
      const counts = new SampleCounts(perStep ? steps.count : undefined);
      const evaluation = {
        invite,
        run,
        annotations,
        lookbackMs,
        isRangeQuery: times.stepMs !== 0,
        steps,
        counts,
      };
      const finish = await this.#evaluate(plan, expression, times, sources, evaluation);
      const evaluatedMs = clock.monotonicMs();
      const value = finish();
      run.check();
      return {
        value,
        warnings: [...sources.warnings, ...annotations.texts('warning', query)],
        infos: annotations.texts('info', query),
        stats: {
          totalQueryableSamples: counts.total,
          ...(counts.perStep === undefined ? {} : { samplesPerStep: atSteps(counts.perStep, steps) }),
          peakSamples: run.peakSamples,
          preparationSeconds: (preparedMs - beganMs) / 1000,
          evaluationSeconds: (evaluatedMs - preparedMs) / 1000,
          sortSeconds: (clock.monotonicMs() - evaluatedMs) / 1000,
        },
      };
    } catch (error) {
      throw asPromqlError(error);
    } finally {
      const leaving = invite?.leaving ?? [];
      if (leaving.length === 0) sources.close();
      else void Promise.all(leaving).then(() => sources.close());
    }
  }

  #invite(control: QueryControl | undefined): Invite | undefined {
    if (control?.offer === undefined) return undefined;
    const { leastSharedSamples: leastSamples } = this.#options;
    return { offer: (offer) => control.offer?.(offer), pool: this.#boards, leaving: [], leastSamples };
  }

  /** Computes; what is left is to put the answer in its final form and order. */
  async #evaluate(
    plan: PlanNode,
    expression: Expression,
    times: Times,
    sources: Sources,
    evaluation: Evaluation,
  ): Promise<() => QueryValue> {
    const {
      delayedNameRemoval = false,
      startTimestamps = false,
      typeAndUnitLabels = false,
    } = this.#options.features;
    const { steps, counts } = evaluation;
    const at = { steps, counts };
    const evaluator = new Evaluator({
      ...evaluation,
      sources: sources.sets,
      select: (selection): Promise<SeriesSet> => sources.select(selection),
      delayedNameRemoval,
      startTimestamps,
      typeAndUnitLabels,
    });
    const timestampMs = times.startMs;
    const type = typeOf(expression);
    if (plan.kind === 'string') return () => ({ type: 'string', timestampMs, value: plan.value });
    if (isScalarNode(plan)) {
      const values = await evaluator.scalar(plan, at);
      if (!evaluation.isRangeQuery) return () => ({ type: 'scalar', timestampMs, value: values[0]! });
      return () => scalarMatrix(values, steps);
    }
    if (type === 'matrix' && (plan.kind === 'rangeSelect' || plan.kind === 'subquery')) {
      const series = await instantMatrix(plan, evaluator.context(at));
      return () => ({ type: 'matrix', series });
    }
    const series = await evaluator.vector(plan, at);
    if (!evaluation.isRangeQuery) return () => instantVector(series, timestampMs, delayedNameRemoval);
    return () => rangeMatrix(series, steps, delayedNameRemoval);
  }
}

interface Evaluation extends OtherSteps {
  readonly invite: Invite | undefined;
  readonly run: Execution;
  readonly annotations: Annotations;
  readonly lookbackMs: number;
  readonly isRangeQuery: boolean;
}

function atSteps(values: Float64Array, steps: Steps): [number, number][] {
  return Array.from(values, (value, step) => [steps.at(step), value]);
}

function checkRangeType(expression: Expression): void {
  const type = typeOf(expression);
  if (type === 'vector' || type === 'scalar') return;
  const shown = type === 'matrix' ? 'range vector' : type;
  throw new PromqlError(
    'bad_data',
    `invalid expression type "${shown}" for range query, must be Scalar or instant Vector`,
  );
}

function asPromqlError(error: unknown): unknown {
  if (error instanceof PromqlError) return error;
  if (error instanceof StorageError)
    return executionError(`expanding series: ${error.message}`, { cause: error });
  if (error instanceof RangeError) {
    return new PromqlError('internal', `query is too large: ${error.message}`, { cause: error });
  }
  return error;
}
