import { open, type FileHandle } from 'node:fs/promises';
import { Counter, Gauge, type Registry } from '@narthex/client';
import { type Clock, type Logger, type TraceSpan } from '@narthex/process';
import { PromqlError } from '@narthex/promql';
import { type EvaluatedQuery } from '@narthex/query-worker';
import { goJson } from '../api/envelope.js';
import { queryStats } from '../api/query-stats.js';

export interface QueryLogOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Registry;
}

type QuerySpan = Pick<TraceSpan, 'spanId' | 'traceId'>;

/** Stands in the log, as upstream has it, where there is none. */
const NO_SPAN: QuerySpan = { spanId: '0'.repeat(16), traceId: '0'.repeat(32) };

/** Of a query that failed before anything was measured. */
const NOTHING = {
  timings: { preparation: 0, evaluation: 0, sorting: 0 },
  samples: { totalQueryableSamples: 0, peakSamples: 0 },
};

/**
 * The file of `global.query_log_file`: a line of JSON for each query that was evaluated, whoever asked
 * (https://prometheus.io/docs/guides/query-log/).
 */
export class QueryLog {
  readonly #options: QueryLogOptions;
  readonly #failures: Counter;
  #file: FileHandle | undefined;
  /** Lines are written one after another. */
  #writing: Promise<unknown> = Promise.resolve();

  constructor(options: QueryLogOptions) {
    this.#options = options;
    const registers = [options.registry];
    const isOpen = (): boolean => this.#file !== undefined;
    new Gauge({
      name: 'prometheus_engine_query_log_enabled',
      help: 'State of the query log.',
      registers,
      collect() {
        this.set(isOpen() ? 1 : 0);
      },
    });
    this.#failures = new Counter({
      name: 'prometheus_engine_query_log_failures_total',
      help: 'The number of query log failures.',
      registers,
    });
  }

  /**
   * Opens the file anew, as after a rotation; none for an empty path.
   * @throws when it cannot be opened; then the one before stays.
   */
  async open(path: string): Promise<void> {
    const file = path === '' ? undefined : await open(path, 'a', 0o666);
    const before = this.#file;
    this.#file = file;
    await this.#writing;
    await before?.close();
  }

  /** Queries that could not be parsed are no queries yet. `span` is that of the evaluation, where spans are recorded. */
  write(query: EvaluatedQuery, span: QuerySpan = NO_SPAN): void {
    const file = this.#file;
    if (file === undefined || (query.error instanceof PromqlError && query.error.code === 'bad_data')) return;
    const line = `${goJson(entryOf(query, this.#options.clock.nowMs(), span))}\n`;
    this.#writing = this.#writing
      .then(() => file.appendFile(line))
      .catch((error: unknown) => {
        this.#failures.inc();
        const err = error instanceof Error ? error : new Error(String(error));
        this.#options.logger.error("can't log query", { err });
      });
  }

  async close(): Promise<void> {
    await this.open('');
  }
}

function entryOf(query: EvaluatedQuery, nowMs: number, span: QuerySpan): unknown {
  const { task, origin, error, notes, queuedSeconds } = query;
  const { startMs, endMs, stepMs } =
    task.form === 'range' ? task : { startMs: task.timeMs, endMs: task.timeMs, stepMs: 0 };
  return {
    time: new Date(nowMs).toISOString(),
    level: 'INFO',
    source: 'query-log.ts',
    msg: 'promql query logged',
    params: {
      end: new Date(endMs).toISOString(),
      query: task.query,
      start: new Date(startMs).toISOString(),
      step: Math.trunc(stepMs / 1000),
    },
    ...(error === undefined ? {} : { error: error.message }),
    stats: queryStats(notes ?? NOTHING, queuedSeconds),
    spanID: span.spanId,
    traceID: span.traceId,
    ...origin,
  };
}
