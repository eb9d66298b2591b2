import { type Transferable } from 'node:worker_threads';
import { type SeriesOffer } from '@narthex/promql';
import { QueryPoolError } from './errors.js';
import { type LiveQuery } from './live-query.js';
import { type FromWorker, type QueryTask, type ToWorker } from './protocol.js';
import { GivenHelps } from './split/given-helps.js';
import { type HelpMessage } from './split/messages.js';
import { type WorkerThread } from './worker-thread.js';

/** What a worker is opened with. */
export interface WorkerSetup<Setup> {
  readonly setup: Setup;
  /** What of it has to be transferred. */
  readonly transfer: readonly Transferable[];
  /** Called when the worker is gone: what it held is free. */
  readonly release: () => void;
}

export interface WorkerSlotOptions<Setup> {
  readonly spawn: () => WorkerThread;
  readonly open: () => WorkerSetup<Setup>;
  /** Called when a worker died by itself. */
  readonly onDeath: (reason: Error) => void;
  /** Called when a query has work that others may help with. */
  readonly onOffer?: (offer: SeriesOffer, stopFlag: SharedArrayBuffer) => void;
}

interface Opened {
  readonly thread: WorkerThread;
  readonly release: () => void;
}

/** A place for one worker: started when the first query comes or before, and again after a death. */
export class WorkerSlot<Setup> {
  readonly #options: WorkerSlotOptions<Setup>;
  #opened: Opened | undefined;
  readonly #queries = new Map<number, LiveQuery>();
  readonly #helps = new GivenHelps();

  constructor(options: WorkerSlotOptions<Setup>) {
    this.#options = options;
  }

  /** Queries that its worker is busy with. */
  get load(): number {
    return this.#queries.size;
  }

  /** Helps that its worker is busy with. */
  get helps(): number {
    return this.#helps.count;
  }

  get started(): boolean {
    return this.#opened !== undefined;
  }

  /** Starts the worker if there is none. */
  start(): void {
    this.#opened ??= this.#start();
  }

  submit(query: LiveQuery, task: QueryTask, subqueryStepMs: number): void {
    const { thread } = (this.#opened ??= this.#start());
    this.#queries.set(query.id, query);
    this.#post(thread, {
      kind: 'query',
      id: query.id,
      task,
      subqueryStepMs,
      stopFlag: query.stopFlag.buffer,
    });
  }

  /** Asks its worker, which is started if there is none, to help with a query of another. */
  help(message: HelpMessage): void {
    const { thread } = (this.#opened ??= this.#start());
    this.#helps.begin(message);
    this.#post(thread, message);
  }

  giveCredit(id: number): void {
    if (this.#opened !== undefined) this.#post(this.#opened.thread, { kind: 'credit', id, count: 1 });
  }

  /** Forgets a query; what is left of it is stopped. */
  release(query: LiveQuery): void {
    if (!this.#queries.delete(query.id)) return;
    query.stopFlag.cancel();
    if (this.#opened !== undefined) this.#post(this.#opened.thread, { kind: 'drop', id: query.id });
  }

  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    this.#failAll(new QueryPoolError('CLOSED', 'the server is shutting down'));
    await opened?.thread.terminate();
    opened?.release();
  }

  #start(): Opened {
    const thread = this.#options.spawn();
    const { setup, transfer, release } = this.#options.open();
    thread.onMessage((message) => this.#receive(message as FromWorker));
    thread.onExit((reason) => {
      if (this.#opened?.thread !== thread) return;
      this.#opened = undefined;
      release();
      this.#helps.abandon();
      this.#options.onDeath(reason);
      this.#failAll(
        new QueryPoolError('WORKER_DIED', `query worker died: ${reason.message}`, { cause: reason }),
      );
    });
    this.#post(thread, { kind: 'open', setup }, transfer);
    return { thread, release };
  }

  #receive(message: FromWorker): void {
    if (message.kind === 'helped') {
      this.#helps.end(message.help);
      return;
    }
    const query = this.#queries.get(message.id);
    if (query === undefined) return;
    if (message.kind === 'offer') {
      this.#options.onOffer?.(message.offer, query.stopFlag.buffer);
      return;
    }
    if (message.kind === 'done' || message.kind === 'failed') this.#queries.delete(message.id);
    query.receive(message);
  }

  #failAll(error: Error): void {
    const queries = [...this.#queries.values()];
    this.#queries.clear();
    for (const query of queries) {
      query.stopFlag.cancel();
      query.fail(error);
    }
  }

  #post(thread: WorkerThread, message: ToWorker<Setup>, transfer: readonly Transferable[] = []): void {
    thread.post(message, transfer);
  }
}
