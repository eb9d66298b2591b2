import { type Clock } from '@narthex/process';
import { STORAGE_ERROR_CODES, StorageError, type StorageErrorCode } from '@narthex/storage';
import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';
import { MAINTENANCE_ERROR_CODES, MaintenanceError, type MaintenanceErrorCode } from '../errors.js';
import { type HeadShare } from '../threads/shared-head.js';
import { runMaintenanceWorker } from './maintenance-worker.js';
import {
  type ErrorText,
  type FromMaintenance,
  type MaintenanceResults,
  type MaintenanceTask,
  type ToMaintenance,
} from './protocol.js';
import { StopWord } from './stop-word.js';

/** After so long without work the thread ends. */
const IDLE_MS = 5 * 60_000;

export interface MaintenanceThreadOptions {
  readonly clock: Clock;
  /** Starts a thread that calls `runMaintenanceWorker` with its port. Without it the work runs in this thread. */
  readonly spawn?: () => Worker;
  readonly share: () => HeadShare;
}

interface Pending {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

interface Opened {
  readonly end: Worker | MessagePort;
  readonly share: HeadShare;
  /** Has it go; resolves when it is gone. */
  readonly finish: () => Promise<void>;
}

/** The thread that does background work, as main sees it: started when there is some, ended when there is none. */
export class MaintenanceThread {
  readonly #options: MaintenanceThreadOptions;
  readonly #stop = new StopWord();
  readonly #pending = new Map<number, Pending>();
  #opened: Opened | undefined;
  #nextId = 1;
  #cancelIdle: () => void = () => undefined;
  #closed = false;

  constructor(options: MaintenanceThreadOptions) {
    this.#options = options;
  }

  /** True while it has a thread, or stands in for one. */
  get started(): boolean {
    return this.#opened !== undefined;
  }

  /**
   * Has a task done.
   * @throws StorageError what the work met in the data; MaintenanceError FAILED with the `reason` of the file system,
   *   CANCELLED after {@link cancel}, WORKER_DIED
   */
  run<T extends MaintenanceTask>(task: T): Promise<MaintenanceResults[T['kind']]> {
    if (this.#closed || this.#stop.stopped) {
      return Promise.reject(new MaintenanceError('CANCELLED', 'the database is closing'));
    }
    this.#cancelIdle();
    const { end } = (this.#opened ??= this.#start());
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      const message: ToMaintenance = { kind: 'task', id, task };
      end.postMessage(message);
    });
  }

  /** Asks running work to stop; what it has begun is removed. No more work is taken. */
  cancel(): void {
    this.#stop.stop();
  }

  /** Ends the thread. Work that still runs is left as it is: {@link cancel} and wait for it first. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelIdle();
    await this.#finish();
  }

  #start(): Opened {
    const { spawn, share: shareHead } = this.#options;
    const share = shareHead();
    const opened = spawn === undefined ? this.#inThisThread(share) : this.#inWorker(spawn(), share);
    const { end } = opened;
    // Worker and MessagePort both speak this way.
    (end as MessagePort).on('message', (message: FromMaintenance) => this.#receive(message));
    const open: ToMaintenance = { kind: 'open', handles: share.handles, stop: this.#stop.buffer };
    end.postMessage(open, [...share.transferList]);
    return opened;
  }

  #inThisThread(share: HeadShare): Opened {
    const { port1, port2 } = new MessageChannel();
    runMaintenanceWorker(port2);
    const finish = async (): Promise<void> => {
      await new Promise<void>((resolve) => {
        port1.once('close', resolve);
        port1.postMessage({ kind: 'close' } satisfies ToMaintenance);
      });
      share.release();
    };
    return { end: port1, share, finish };
  }

  #inWorker(worker: Worker, share: HeadShare): Opened {
    let died: unknown;
    worker.on('error', (error) => (died = error));
    worker.once('exit', (code) => {
      share.release();
      if (this.#opened?.end !== worker) return;
      this.#opened = undefined;
      const reason = died instanceof Error ? died.message : `exit code ${code}`;
      this.#failAll(
        new MaintenanceError('WORKER_DIED', `maintenance worker died: ${reason}`, { cause: died }),
      );
    });
    const finish = async (): Promise<void> => {
      await worker.terminate();
    };
    return { end: worker, share, finish };
  }

  #receive(message: FromMaintenance): void {
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return;
    this.#pending.delete(message.id);
    if (message.kind === 'done') pending.resolve(message.result as never);
    else pending.reject(revive(message.error));
    if (this.#pending.size > 0) return;
    this.#cancelIdle();
    this.#cancelIdle = this.#options.clock.after(IDLE_MS, () => void this.#finish());
  }

  async #finish(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    // Before the wait: a task that comes meanwhile has a thread of its own.
    this.#failAll(new MaintenanceError('CANCELLED', 'the database is closing'));
    await opened?.finish();
  }

  #failAll(error: Error): void {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of pending) reject(error);
  }
}

function revive({ message, code }: ErrorText): Error {
  if (code === undefined) return new MaintenanceError('FAILED', message);
  if (STORAGE_ERROR_CODES.includes(code as StorageErrorCode)) {
    return new StorageError(code as StorageErrorCode, message);
  }
  if (MAINTENANCE_ERROR_CODES.includes(code as MaintenanceErrorCode)) {
    return new MaintenanceError(code as MaintenanceErrorCode, message);
  }
  return new MaintenanceError('FAILED', message, { reason: code });
}
