import { type Registry } from '@narthex/client';
import { type Clock, type Logger, type TraceSpan, type Tracing } from '@narthex/process';
import { PromqlError } from '@narthex/promql';
import { StopFlag } from './stop-flag.js';
import { QueryPoolError } from './errors.js';
import { Gate } from './gate.js';
import { LiveQuery } from './live-query.js';
import { QueryMetrics } from './metrics.js';
import {
  type InstantTask,
  type QueryNotes,
  type QueryTask,
  type RangeTask,
  type VectorTask,
} from './protocol.js';
import { HelpFinder } from './split/find-helpers.js';
import { type SmallQueries, type SmallQuery } from './small-queries.js';
import { unpackVector, type VectorSample } from './vector-columns.js';
import { type WorkerSetup, WorkerSlot } from './worker-slot.js';
import { type WorkerThread } from './worker-thread.js';

export interface QueryPoolOptions<Setup> {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly spawn: () => WorkerThread;
  /** Prepares what the worker at this place is opened with. */
  readonly open: (worker: number) => WorkerSetup<Setup>;
  /** Workers for queries at most; rules have one of their own beside them. */
  readonly workers: number;
  /** Queries at the same time (`--query.max-concurrency`). */
  readonly maxConcurrency: number;
  /** The longest time of a query, waiting included (`--query.timeout`). */
  readonly timeoutMs: number;
  /** The step of subqueries that name none, in ms: the evaluation interval in force. */
  readonly subqueryStepMs: () => number;
  /** Told of every query that the engine was asked to evaluate, when it is done: for the query log. */
  readonly onEvaluated?: (query: EvaluatedQuery) => void;
  /** Told of every query when its evaluation begins; returns what is called when it ends. */
  readonly onBegin?: (query: string) => () => void;
  /** Knows the span that a query is asked for in. */
  readonly tracing?: Pick<Tracing, 'current'> | undefined;
  /** Queries that are answered in this thread. */
  readonly small?: SmallQueries | undefined;
}

/** Who asked: fields of the query log's line. */
export type QueryOrigin = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A query after its evaluation. */
export interface EvaluatedQuery {
  readonly task: InstantTask | RangeTask | VectorTask;
  readonly origin: QueryOrigin | undefined;
  readonly queuedSeconds: number;
  /** Since it was asked, waiting included. */
  readonly elapsedSeconds: number;
  /** The span that it was asked for in. */
  readonly span: TraceSpan | undefined;
  /** Undefined when the query failed. */
  readonly notes: QueryNotes | undefined;
  readonly error: Error | undefined;
}

/** An AbortSignal, or what is like one: making that is a good part of what a small query costs. */
export interface Interest {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once: true }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

export interface QueryLimits {
  /** Shorter than the pool's own. */
  readonly timeoutMs?: number | undefined;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: Interest | undefined;
  readonly origin?: QueryOrigin | undefined;
}

/** An answer in JSON, arriving. */
export interface JsonAnswer {
  /**
   * The data in pieces. Taking one asks for the next; leaving early stops the query.
   * @throws PromqlError, QueryPoolError when the query failed on the way.
   */
  readonly parts: AsyncIterable<Uint8Array>;
  /** The data, when all of it is there as one piece: then nothing has to be taken, and {@link notes} are known. */
  readonly whole?: Uint8Array | undefined;
  /** Known when all parts have been taken. */
  readonly notes: () => QueryNotes;
  /** Seconds that the query waited for its turn. */
  readonly queuedSeconds: number;
}

export interface VectorAnswer {
  readonly samples: readonly VectorSample[];
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

/** Main's side of the query workers: limits, turns, workers, answers. */
export class QueryPool<Setup> {
  readonly #options: QueryPoolOptions<Setup>;
  readonly #slots: readonly WorkerSlot<Setup>[];
  readonly #gate: Gate;
  readonly #helpers: HelpFinder;
  readonly #metrics: QueryMetrics;
  #lastId = 0;
  #closed = false;

  constructor(options: QueryPoolOptions<Setup>) {
    this.#options = options;
    this.#gate = new Gate(options.maxConcurrency);
    this.#slots = Array.from({ length: Math.max(1, options.workers) + 1 }, (_, worker) => this.#slot(worker));
    this.#helpers = new HelpFinder(() => (this.#closed ? [] : this.#slots.slice(0, -1)));
    this.#metrics = new QueryMetrics(options.registry, {
      active: () => this.#gate.size,
      maxConcurrency: options.maxConcurrency,
      nowMs: () => options.clock.monotonicMs(),
    });
  }

  /** Workers that run now. */
  get runningWorkers(): number {
    return this.#slots.filter((slot) => slot.started).length;
  }

  /**
   * Answers a task in JSON. Resolves when the first piece is there, or the whole of an empty answer.
   * @throws PromqlError as upstream's; QueryPoolError when the worker died.
   */
  async json(task: QueryTask, limits: QueryLimits = {}): Promise<JsonAnswer> {
    const small = this.#small(task, limits);
    if (small !== undefined) {
      const { bytes, notes } = await this.#answerSmall(small, { task, limits }, (step) => small.json(step));
      return { parts: onePart(bytes), whole: bytes, notes: () => notes, queuedSeconds: 0 };
    }
    const run = await this.#begin(task, limits, () => this.#lightest());
    try {
      const first = await run.query.nextPart();
      // The result is there: how long its reader takes is not the query's time.
      run.stopTimer();
      const isWhole = run.query.isTaken;
      if (isWhole) run.end();
      return {
        parts: partsOf(run, first),
        whole: isWhole ? (first ?? NOTHING) : undefined,
        notes: () => run.query.notes,
        queuedSeconds: run.queuedSeconds,
      };
    } catch (error) {
      run.end();
      throw error;
    }
  }

  /** Answers an instant query as data, in the worker that is kept for rules. */
  async vector(query: string, timeMs: number, origin?: QueryOrigin): Promise<VectorAnswer> {
    const task = { form: 'vector', query, timeMs } as const;
    const small = this.#small(task, { origin });
    if (small !== undefined) {
      const asked = { task, limits: { origin } };
      const { samples, notes } = await this.#answerSmall(small, asked, (step) => small.vector(step));
      return { samples, warnings: notes.warnings, infos: notes.infos };
    }
    const rulesSlot = this.#slots[this.#slots.length - 1]!;
    const run = await this.#begin(task, { origin }, () => rulesSlot);
    try {
      await run.query.nextPart();
      const { warnings, infos } = run.query.notes;
      return { samples: unpackVector(run.query.vector), warnings, infos };
    } finally {
      run.end();
    }
  }

  /** Starts a worker, so that the first query need not wait for that. */
  warmUp(): void {
    if (!this.#closed) this.#slots[0]!.start();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#slots.map((slot) => slot.close()));
  }

  #slot(worker: number): WorkerSlot<Setup> {
    const { spawn, open, logger } = this.#options;
    return new WorkerSlot({
      spawn,
      open: () => open(worker),
      onDeath: (reason) => {
        logger.error('Query worker died', { worker, err: reason });
        this.#metrics.workerDeaths.inc();
      },
      onOffer: (offer, stopFlag) => this.#metrics.helps.inc(this.#helpers.find(offer, stopFlag)),
    });
  }

  /** The place with the least to do, a started one first; the last is the rules'. */
  #lightest(): WorkerSlot<Setup> {
    const [first, ...others] = this.#slots.slice(0, -1);
    return others.reduce((best, slot) => (slot.load < best.load ? slot : best), first!);
  }

  /** Undefined for a query that has to wait for its turn, may be broken off, or is not small. */
  #small(task: QueryTask, { timeoutMs, signal }: QueryLimits): SmallQuery | undefined {
    const { small } = this.#options;
    if (small === undefined || this.#closed || !isCounted(task)) return undefined;
    const mayEndEarly = signal?.aborted === true || this.#timeoutOf({ timeoutMs }) < MOST_SMALL_MS;
    return mayEndEarly || this.#gate.size >= this.#gate.limit ? undefined : small.take(task);
  }

  async #answerSmall<T extends { readonly notes: QueryNotes }>(
    query: SmallQuery,
    { task, limits }: Pick<Asked, 'task' | 'limits'>,
    answer: (subqueryStepMs: number) => Promise<T>,
  ): Promise<T> {
    const startMs = this.#options.clock.monotonicMs();
    const asked: Asked = { task, limits, startMs, span: this.#options.tracing?.current };
    try {
      const answered = await answer(this.#options.subqueryStepMs());
      this.#metrics.answered(answered.notes, 0);
      this.#evaluated(asked, { queuedSeconds: 0, notes: answered.notes });
      return answered;
    } catch (thrown) {
      const error = thrown instanceof PromqlError ? thrown : new PromqlError('internal', String(thrown));
      this.#evaluated(asked, { queuedSeconds: 0, error });
      throw error;
    } finally {
      query.end();
    }
  }

  async #begin(task: QueryTask, limits: QueryLimits, choose: () => WorkerSlot<Setup>): Promise<Run<Setup>> {
    if (this.#closed) throw new QueryPoolError('CLOSED', 'the server is shutting down');
    const { clock } = this.#options;
    const stopFlag = new StopFlag();
    const startMs = clock.monotonicMs();
    const asked: Asked = { task, limits, startMs, span: this.#options.tracing?.current };
    const watch = watchLimits(stopFlag, this.#timeoutOf(limits), limits.signal, clock);
    let leave: () => void;
    try {
      leave = isCounted(task) ? await this.#gate.enter(watch.interrupted) : () => undefined;
    } catch (error) {
      watch.end();
      this.#evaluated(asked, { queuedSeconds: secondsSince(startMs, clock), error: error as Error });
      throw error;
    }
    const queuedSeconds = secondsSince(startMs, clock);
    const query = new LiveQuery(++this.#lastId, stopFlag);
    if (isCounted(task)) {
      query.onNotes = (notes) => {
        this.#metrics.answered(notes, queuedSeconds);
        this.#evaluated(asked, { queuedSeconds, notes });
      };
      query.onFailure = (error) => this.#evaluated(asked, { queuedSeconds, error });
    }
    const ended = isCounted(task) ? this.#options.onBegin?.(task.query) : undefined;
    let hasEnded = false;
    const slot = choose();
    slot.submit(query, task, this.#options.subqueryStepMs());
    const end = (): void => {
      watch.end();
      if (!hasEnded) ended?.();
      hasEnded = true;
      leave();
      slot.release(query);
    };
    return {
      query,
      slot,
      end,
      stopTimer: watch.stopTimer,
      queuedSeconds: secondsSince(startMs, clock),
    };
  }

  #evaluated(
    { task, limits, startMs, span }: Asked,
    outcome: { queuedSeconds: number; notes?: QueryNotes; error?: Error },
  ): void {
    if (!isCounted(task)) return;
    const { queuedSeconds, notes, error } = outcome;
    const elapsedSeconds = secondsSince(startMs, this.#options.clock);
    const { origin } = limits;
    this.#options.onEvaluated?.({ task, origin, queuedSeconds, elapsedSeconds, span, notes, error });
  }

  #timeoutOf(limits: QueryLimits): number {
    return Math.min(limits.timeoutMs ?? Infinity, this.#options.timeoutMs);
  }
}

const NOTHING = new Uint8Array();
/** Whoever gives a query less time is served by a worker, which can be stopped. */
const MOST_SMALL_MS = 1_000;

interface Run<Setup> {
  readonly query: LiveQuery;
  readonly slot: WorkerSlot<Setup>;
  readonly queuedSeconds: number;
  readonly stopTimer: () => void;
  /** Frees the turn and stops what is left. May be called more than once. */
  readonly end: () => void;
}

/** A query as it came in. */
interface Asked {
  readonly task: QueryTask;
  readonly limits: QueryLimits;
  readonly startMs: number;
  readonly span: TraceSpan | undefined;
}

/** Upstream counts what its engine runs; requests for labels and series pass by the engine. */
function isCounted(task: QueryTask): task is InstantTask | RangeTask | VectorTask {
  return task.form === 'instant' || task.form === 'range' || task.form === 'vector';
}

function secondsSince(startMs: number, clock: Clock): number {
  return (clock.monotonicMs() - startMs) / 1000;
}

/** Raises the query's flag when time is up or nobody waits any more. */
function watchLimits(
  stopFlag: StopFlag,
  timeoutMs: number,
  signal: Interest | undefined,
  clock: Clock,
): { readonly interrupted: Promise<PromqlError>; readonly stopTimer: () => void; readonly end: () => void } {
  let interrupt: () => void = () => undefined;
  const interrupted = new Promise<PromqlError>((resolve) => {
    interrupt = () => {
      const error = stopFlag.interruption('query queue');
      if (error !== undefined) resolve(error);
    };
  });
  const stopTimer = clock.after(timeoutMs, () => {
    stopFlag.timeOut();
    interrupt();
  });
  const onAbort = (): void => {
    stopFlag.cancel();
    interrupt();
  };
  if (signal?.aborted === true) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  const end = (): void => {
    stopTimer();
    signal?.removeEventListener('abort', onAbort);
  };
  return { interrupted, stopTimer, end };
}

async function* onePart(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield await Promise.resolve(bytes);
}

async function* partsOf<Setup>(
  run: Run<Setup>,
  first: Uint8Array | undefined,
): AsyncGenerator<Uint8Array, void> {
  try {
    for (let part = first; part !== undefined; part = await run.query.nextPart()) {
      yield part;
      if (!run.query.hasEnded) run.slot.giveCredit(run.query.id);
    }
  } finally {
    run.end();
  }
}
