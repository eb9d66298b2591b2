import { Labels } from '@narthex/model';
import { type Clock } from '@narthex/process';
import {
  Engine,
  type EngineFeatures,
  helpWithSeries,
  PromqlError,
  type QueryControl,
  type QueryResult,
  type SeriesOffer,
} from '@narthex/promql';
import { type Queryable, type SeriesSet } from '@narthex/storage';
import { writeFederation } from './federation.js';
import { type CountableHead, writeHeadStatistics } from './head-statistics.js';
import { TextWriter } from './text-writer.js';
import { writeQueryValue } from './json/query-value.js';
import { PointsKernels } from './json/points-kernels.js';
import { type Rest, writeLabelAnswer, writeSeriesAnswer } from './label-answers.js';
import { limitValue, TRUNCATED } from './limit-value.js';
import { type QueryNotes, type QueryTask } from './protocol.js';
import { type HelpContext, type TaskContext, type TaskRunner } from './query-worker.js';
import { type VectorSample } from './vector-columns.js';

/** What all queries of a worker share. */
export interface EngineLimits {
  readonly lookbackDeltaMs: number;
  readonly maxSamples: number;
  readonly timeoutMs: number;
  /** What of the language is switched on. */
  readonly features?: EngineFeatures;
  /** See the engine's option. */
  readonly leastSharedSamples?: number;
}

export interface EngineRunnerOptions {
  readonly storage: Queryable & {
    /** Undefined where nothing is asked of it. */
    readonly head?: CountableHead;
    /** The same, for a query that may be stopped: whatever it waits for ends then. */
    interruptible?(isInterrupted: () => boolean): Queryable;
    /** What is here alone, where the storage asks others too. */
    readonly local?: Queryable;
    /** Opens series that another thread has given away; undefined when they cannot be read here. */
    takeOver?(series: object): { readonly set: SeriesSet; close(): void } | undefined;
    close(): void;
  };
  readonly limits: EngineLimits;
  readonly clock: Clock;
}

const STAGE = 'expression evaluation';

/** Tasks that pass by the engine. */
type ReadTask = Exclude<QueryTask, { form: 'instant' | 'range' | 'vector' }>;

/** Answers tasks with the PromQL engine over a storage. */
export class EngineRunner implements TaskRunner {
  readonly #options: EngineRunnerOptions;
  /** By the step of subqueries that name none, which changes with the configuration. */
  readonly #engines = new Map<number, Engine>();
  readonly #kernels = new PointsKernels();

  constructor(options: EngineRunnerOptions) {
    this.#options = options;
  }

  async json(
    task: QueryTask,
    context: TaskContext,
    write: (bytes: Uint8Array) => Promise<void>,
  ): Promise<QueryNotes> {
    const writer = new TextWriter(write);
    switch (task.form) {
      case 'instant':
      case 'range': {
        const result = await this.#evaluate(task, context);
        const { value, truncated } = limitValue(result.value, task.limit);
        await writeQueryValue(writer, value, this.#kernels, task.form === 'range' ? task : undefined);
        return notesOf(result, truncated ? [TRUNCATED] : []);
      }
      case 'series':
      case 'labelNames':
      case 'labelValues':
      case 'federation':
      case 'headStatistics': {
        const warnings = await this.#read(task, writer, restOf(context));
        await writer.flush();
        return { ...NO_NOTES, warnings };
      }
      case 'vector':
        throw new Error('a vector is no JSON');
    }
  }

  async vector(
    query: string,
    timeMs: number,
    context: TaskContext,
  ): Promise<{ readonly samples: readonly VectorSample[]; readonly notes: QueryNotes }> {
    const result = await this.#evaluate({ form: 'instant', query, timeMs, limit: 0 }, context);
    return { samples: vectorOf(result), notes: notesOf(result, []) };
  }

  async #read(task: ReadTask, writer: TextWriter, rest: Rest): Promise<readonly string[]> {
    const { storage } = this.#options;
    switch (task.form) {
      case 'series':
        return writeSeriesAnswer(storage, task, writer, rest);
      case 'labelNames':
      case 'labelValues':
        return writeLabelAnswer(storage, task, writer, rest);
      case 'federation':
        return writeFederation(storage.local ?? storage, task, writer, rest);
      case 'headStatistics':
        if (storage.head === undefined) throw new Error('this storage has no head to count');
        await writeHeadStatistics(storage.head, task, writer, rest);
        return [];
    }
  }

  async help(offer: SeriesOffer, { seat, interruption, mayStay }: HelpContext): Promise<void> {
    const { storage, clock } = this.#options;
    const control: QueryControl = { cancelled: () => interruption(STAGE) !== undefined, pause: nextTurn };
    const open = (): ReturnType<NonNullable<typeof storage.takeOver>> => storage.takeOver?.(offer.series);
    await helpWithSeries({ offer, seat, clock, control, open, mayStay });
  }

  close(): void {
    this.#options.storage.close();
  }

  async #evaluate(
    task: Extract<QueryTask, { form: 'instant' | 'range' }>,
    context: TaskContext,
  ): Promise<QueryResult> {
    const isInterrupted = (): boolean => context.interruption(STAGE) !== undefined;
    const storage = this.#options.storage.interruptible?.(isInterrupted) ?? this.#options.storage;
    const engine = this.#engine(context.subqueryStepMs);
    const control: QueryControl = {
      cancelled: isInterrupted,
      pause: nextTurn,
      ...(context.offer === undefined ? {} : { offer: context.offer }),
    };
    const options = {
      ...(task.lookbackMs === undefined ? {} : { lookbackDeltaMs: task.lookbackMs }),
      samplesPerStep: task.samplesPerStep === true,
    };
    try {
      if (task.form === 'instant') {
        return await engine.instant(storage, task.query, { ...options, timestampMs: task.timeMs }, control);
      }
      const { startMs, endMs, stepMs } = task;
      return await engine.range(storage, task.query, { ...options, startMs, endMs, stepMs }, control);
    } catch (error) {
      // The engine knows that it was stopped; why, the flag tells.
      throw context.interruption(STAGE) ?? error;
    }
  }

  #engine(defaultSubqueryStepMs: number): Engine {
    let engine = this.#engines.get(defaultSubqueryStepMs);
    if (engine === undefined) {
      const { clock, limits } = this.#options;
      engine = new Engine({ clock, ...limits, defaultSubqueryStepMs });
      this.#engines.clear();
      this.#engines.set(defaultSubqueryStepMs, engine);
    }
    return engine;
  }
}

const NO_NOTES: QueryNotes = {
  warnings: [],
  infos: [],
  samples: { totalQueryableSamples: 0, peakSamples: 0 },
  timings: { preparation: 0, evaluation: 0, sorting: 0 },
};

function notesOf({ warnings, infos, stats }: QueryResult, more: readonly string[]): QueryNotes {
  const { totalQueryableSamples, peakSamples, preparationSeconds, evaluationSeconds, sortSeconds } = stats;
  return {
    warnings: [...warnings, ...more],
    infos,
    samples: {
      ...(stats.samplesPerStep === undefined
        ? {}
        : {
            totalQueryableSamplesPerStep: stats.samplesPerStep.map(
              ([timestampMs, samples]): [number, number] => [timestampMs / 1000, samples],
            ),
          }),
      totalQueryableSamples,
      peakSamples,
    },
    timings: { preparation: preparationSeconds, evaluation: evaluationSeconds, sorting: sortSeconds },
  };
}

/** A rule's expression has to give a vector; a scalar counts as one element without labels. */
function vectorOf({ value }: QueryResult): readonly VectorSample[] {
  switch (value.type) {
    case 'vector':
      return value.samples;
    case 'scalar':
      return [{ labels: Labels.EMPTY, value: value.value }];
    default:
      throw new PromqlError('execution', 'rule result is not a vector or scalar');
  }
}

function restOf(context: TaskContext): Rest {
  return async () => {
    const interruption = context.interruption(STAGE);
    if (interruption !== undefined) throw interruption;
    await nextTurn();
  };
}

/** Lets messages and other queries have their turn. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
