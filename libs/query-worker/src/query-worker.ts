import { PromqlError, type SeriesOffer } from '@narthex/promql';
import { StopFlag } from './stop-flag.js';
import { PartWriter } from './part-writer.js';
import {
  type FromWorker,
  type QueryMessage,
  type QueryNotes,
  type QueryTask,
  type ToWorker,
} from './protocol.js';
import { type HelpMessage } from './split/messages.js';
import { packVector, type VectorSample } from './vector-columns.js';
import { type Wire } from './worker-thread.js';

/** What computes the answers, in the worker or, in tests, beside it. */
export interface TaskRunner {
  /** Computes a task whose answer is JSON, and hands it to `write` in pieces; `write` resolves when there is room. */
  json(
    task: QueryTask,
    context: TaskContext,
    write: (bytes: Uint8Array) => Promise<void>,
  ): Promise<QueryNotes>;
  vector(
    query: string,
    timeMs: number,
    context: TaskContext,
  ): Promise<{ readonly samples: readonly VectorSample[]; readonly notes: QueryNotes }>;
  /** Computes series for a query of another worker, until there are no more or it may not stay. */
  help?(offer: SeriesOffer, context: HelpContext): Promise<void>;
  close(): void;
}

export interface TaskContext {
  /** To be asked between batches: why to stop, if so. */
  readonly interruption: (stage: string) => PromqlError | undefined;
  /** The step of subqueries that name none, in ms. */
  readonly subqueryStepMs: number;
  /** Asks other workers to help, if they have nothing else to do. */
  readonly offer?: (offer: SeriesOffer) => void;
}

export interface HelpContext {
  /** The helper's place at the board of the offer. */
  readonly seat: number;
  readonly interruption: (stage: string) => PromqlError | undefined;
  /** False when the worker has queries of its own. */
  readonly mayStay: () => boolean;
}

/** The worker's side of the protocol. Queries run side by side, taking turns where the engine yields. */
export class QueryWorker<Setup> {
  readonly #wire: Wire;
  readonly #open: (setup: Setup) => TaskRunner;
  readonly #idle: { readonly begin: () => void; readonly end: () => void } | undefined;
  #runner: TaskRunner | undefined;
  readonly #writers = new Map<number, { readonly writer: PartWriter; readonly stopFlag: StopFlag }>();

  /** @param idle is told when queries begin and end */
  constructor(
    wire: Wire,
    open: (setup: Setup) => TaskRunner,
    idle?: { readonly begin: () => void; readonly end: () => void },
  ) {
    this.#wire = wire;
    this.#open = open;
    this.#idle = idle;
  }

  start(): void {
    this.#wire.onMessage((message) => this.#receive(message as ToWorker<Setup>));
  }

  #receive(message: ToWorker<Setup>): void {
    switch (message.kind) {
      case 'open':
        this.#runner = this.#open(message.setup);
        return;
      case 'query':
        void this.#answer(message);
        return;
      case 'help':
        void this.#help(message);
        return;
      case 'credit':
        this.#writers.get(message.id)?.writer.addCredits(message.count);
        return;
      case 'drop': {
        const query = this.#writers.get(message.id);
        query?.stopFlag.cancel();
        query?.writer.drop();
        return;
      }
    }
  }

  async #answer({ id, task, subqueryStepMs, stopFlag: buffer }: QueryMessage): Promise<void> {
    const stopFlag = new StopFlag(buffer);
    const writer = new PartWriter(id, (message, transfer) => this.#post(message, transfer));
    this.#writers.set(id, { writer, stopFlag });
    this.#idle?.begin();
    const context: TaskContext = {
      subqueryStepMs,
      interruption: (stage) => stopFlag.interruption(stage),
      offer: (offer) => this.#post({ kind: 'offer', id, offer }),
    };
    try {
      if (this.#runner === undefined) throw new Error('the worker was not opened');
      const notes = await this.#compute(this.#runner, id, task, context, writer);
      const bytes = writer.takeLast();
      if (bytes === undefined) this.#post({ kind: 'done', id, notes });
      else this.#post({ kind: 'done', id, notes, bytes }, [bytes.buffer]);
    } catch (error) {
      const code = error instanceof PromqlError ? error.code : 'internal';
      this.#post({
        kind: 'failed',
        id,
        code,
        message: error instanceof Error ? error.message : String(error),
      });
    } finally {
      this.#writers.delete(id);
      this.#idle?.end();
    }
  }

  async #help({ help, offer, seat, stopFlag: buffer }: HelpMessage): Promise<void> {
    const stopFlag = new StopFlag(buffer);
    this.#idle?.begin();
    try {
      await this.#runner?.help?.(offer, {
        seat,
        interruption: (stage) => stopFlag.interruption(stage),
        mayStay: () => this.#writers.size === 0,
      });
    } finally {
      this.#idle?.end();
      this.#post({ kind: 'helped', help });
    }
  }

  async #compute(
    runner: TaskRunner,
    id: number,
    task: QueryTask,
    context: TaskContext,
    writer: PartWriter,
  ): Promise<QueryNotes> {
    if (task.form !== 'vector') return runner.json(task, context, (bytes) => writer.write(bytes));
    const { samples, notes } = await runner.vector(task.query, task.timeMs, context);
    const vector = packVector(samples);
    this.#post({ kind: 'vector', id, vector }, [vector.ends.buffer, vector.values.buffer] as ArrayBuffer[]);
    return notes;
  }

  #post(message: FromWorker, transfer?: readonly ArrayBuffer[]): void {
    this.#wire.post(message, transfer);
  }
}
