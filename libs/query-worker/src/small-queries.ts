import { type Clock } from '@narthex/process';
import { type Queryable } from '@narthex/storage';
import { type BoundedSelect, type SelectBound } from '@narthex/tsdb';
import { type EngineLimits, EngineRunner } from './engine-runner.js';
import { type InstantTask, type QueryNotes, type RangeTask, type VectorTask } from './protocol.js';
import { queryShape, type QueryShape } from './query-shape.js';
import { type TaskContext } from './query-worker.js';
import { type VectorSample } from './vector-columns.js';

/** What main's thread does for queries, at most: each limit stands for well below a millisecond of work. */
const MOST_CHARACTERS = 1_000;
const MOST_SERIES = 64;
const MOST_SAMPLES = 4_096;
/** Values that all parts of the expression make, at all steps. */
const MOST_VALUES = 2_048;
const MOST_FILE_CHUNKS = 64;
/** So much time of one turn of the event loop goes to small queries; what comes then goes to a worker. */
const MOST_MS_A_TURN = 4;
/** A query that reads files and takes longer has met a slow disk: for a while no other is to. */
const SLOW_MS = 8;
const FILES_SHUNNED_MS = 60_000;
/** Expressions whose shapes are remembered. */
const MOST_SHAPES = 512;

type CountedTask = InstantTask | RangeTask | VectorTask;

/** A storage that can tell beforehand how little a select reads. */
export interface BoundedStorage extends Queryable {
  selectBound(select: BoundedSelect): SelectBound | undefined;
}

export interface SmallQueriesOptions {
  readonly storage: BoundedStorage;
  readonly limits: EngineLimits;
  readonly clock: Clock;
  /** Whether no query is to be taken now: while there are stores besides this storage. */
  readonly isOff?: () => boolean;
  /** Calls back in the next turn of the event loop. */
  readonly nextTurn?: (callback: () => void) => void;
}

/**
 * Picks out the queries that take less work than sending them to a worker does: those that provably read few samples of
 * few series, from the head alone. They are answered in the thread that calls, within a small part of its time. Others,
 * however fast, are not worth it: this thread would have to warm up to code that the workers know well.
 */
export class SmallQueries {
  readonly #options: SmallQueriesOptions;
  readonly #nextTurn: (callback: () => void) => void;
  #runner: EngineRunner | undefined;
  readonly #shapes = new Map<string, QueryShape | undefined>();
  #spentMs = 0;
  #isTurnAwaited = false;
  #noFilesUntilMs = -Infinity;

  constructor(options: SmallQueriesOptions) {
    this.#options = options;
    this.#nextTurn = options.nextTurn ?? ((callback) => void setImmediate(callback));
  }

  /** Takes a query to be answered right now, or leaves it to a worker: then undefined. */
  take(task: CountedTask): SmallQuery | undefined {
    if (task.query.length > MOST_CHARACTERS || this.#spentMs >= MOST_MS_A_TURN) return undefined;
    const { clock, isOff } = this.#options;
    if (isOff?.() === true) return undefined;
    const startMs = clock.monotonicMs();
    const fileChunks = this.#fileChunksOf(task);
    const isTaken = fileChunks !== undefined && (fileChunks === 0 || startMs >= this.#noFilesUntilMs);
    const end = (): void => {
      const tookMs = clock.monotonicMs() - startMs;
      this.#spend(tookMs);
      if (isTaken && fileChunks > 0 && tookMs > SLOW_MS) this.#noFilesUntilMs = startMs + FILES_SHUNNED_MS;
    };
    if (isTaken) return new SmallQuery(task, (this.#runner ??= this.#open()), end);
    end();
    return undefined;
  }

  #open(): EngineRunner {
    const { storage, limits, clock } = this.#options;
    const reading = {
      querier: (minTimeMs: number, maxTimeMs: number) => storage.querier(minTimeMs, maxTimeMs),
      close: () => undefined,
    };
    return new EngineRunner({ storage: reading, limits, clock });
  }

  #spend(ms: number): void {
    this.#spentMs += ms;
    if (this.#isTurnAwaited) return;
    this.#isTurnAwaited = true;
    this.#nextTurn(() => {
      this.#isTurnAwaited = false;
      this.#spentMs = 0;
    });
  }

  /** How many chunks a small query reads from files; undefined for one that is not small. */
  #fileChunksOf(task: CountedTask): number | undefined {
    const shape = this.#shapeOf(task.query);
    if (shape === undefined) return undefined;
    const { startMs, endMs, stepMs } =
      task.form === 'range' ? task : { startMs: task.timeMs, endMs: task.timeMs, stepMs: 1 };
    const stepCount = Math.floor((endMs - startMs) / stepMs) + 1;
    const lookbackMs =
      (task.form === 'vector' ? undefined : task.lookbackMs) ?? this.#options.limits.lookbackDeltaMs;
    let series = 1;
    let samples = 0;
    let fileChunks = 0;
    for (const { matchers, offsetMs, rangeMs } of shape.selectors) {
      const bound = this.#options.storage.selectBound({
        minTimeMs: startMs - offsetMs - (rangeMs ?? lookbackMs),
        maxTimeMs: endMs - offsetMs,
        matchers,
        newestOnly: rangeMs === undefined && startMs === endMs,
        mostSeries: MOST_SERIES,
      });
      if (bound === undefined) return undefined;
      series += bound.seriesCount;
      samples += bound.sampleCount;
      fileChunks += bound.fileChunkCount;
    }
    const isSmall =
      samples <= MOST_SAMPLES &&
      fileChunks <= MOST_FILE_CHUNKS &&
      series * stepCount * shape.nodeCount <= MOST_VALUES;
    return isSmall ? fileChunks : undefined;
  }

  #shapeOf(query: string): QueryShape | undefined {
    const known = this.#shapes.get(query);
    if (known !== undefined || this.#shapes.has(query)) return known;
    const shape = queryShape(query, this.#options.limits.features ?? {});
    if (this.#shapes.size >= MOST_SHAPES) this.#shapes.clear();
    this.#shapes.set(query, shape);
    return shape;
  }
}

/** A query that was taken: to be asked once for its answer, and ended. */
export class SmallQuery {
  /** Tells what it has cost. */
  readonly end: () => void;
  readonly #task: CountedTask;
  readonly #runner: EngineRunner;

  constructor(task: CountedTask, runner: EngineRunner, end: () => void) {
    this.#task = task;
    this.#runner = runner;
    this.end = end;
  }

  /** @throws PromqlError */
  async json(subqueryStepMs: number): Promise<{ readonly bytes: Uint8Array; readonly notes: QueryNotes }> {
    const parts: Uint8Array[] = [];
    const write = (bytes: Uint8Array): Promise<void> => {
      parts.push(bytes.slice());
      return DONE;
    };
    const notes = await this.#runner.json(this.#task, contextWith(subqueryStepMs), write);
    return { bytes: parts.length === 1 ? parts[0]! : Buffer.concat(parts), notes };
  }

  /** @throws PromqlError */
  vector(
    subqueryStepMs: number,
  ): Promise<{ readonly samples: readonly VectorSample[]; readonly notes: QueryNotes }> {
    const { query } = this.#task;
    if (this.#task.form !== 'vector') throw new TypeError('this query answers in JSON');
    return this.#runner.vector(query, this.#task.timeMs, contextWith(subqueryStepMs));
  }
}

const DONE = Promise.resolve();

/** It is over before anybody could want it to stop. */
function contextWith(subqueryStepMs: number): TaskContext {
  return { interruption: () => undefined, subqueryStepMs };
}
