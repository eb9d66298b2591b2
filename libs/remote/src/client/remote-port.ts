import { type MessagePort } from 'node:worker_threads';
import { type FromReader, type RemoteSelect, type StoreAnswer, type ToReader } from './port-protocol.js';

/** How often a reader that waits for stores looks whether it is to stop. */
const LOOK_INTERVAL_MS = 50;

/** What a thread needs to ask the stores: survives structured clone; the port must be transferred. */
export interface RemotePortHandles {
  readonly port: MessagePort;
  /** How many stores there are; see `RemoteReadStorage.storeCount`. */
  readonly storeCount: Int32Array;
}

/** A reader's end of the way to the stores, which another thread asks. */
export class RemotePort {
  readonly #port: MessagePort;
  readonly #storeCount: Int32Array;
  readonly #waiting = new Map<number, (answers: readonly StoreAnswer[]) => void>();
  #lastId = 0;

  constructor({ port, storeCount }: RemotePortHandles) {
    this.#port = port;
    this.#storeCount = storeCount;
    port.on('message', ({ id, answers }: ToReader) => {
      const take = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) port.unref();
      take?.(answers);
    });
    // Whoever waits keeps the thread, an open port does not.
    port.unref();
  }

  get hasStores(): boolean {
    return Atomics.load(this.#storeCount, 0) > 0;
  }

  /** What the stores say; nothing as soon as `isInterrupted` says that nobody wants it. */
  select(select: RemoteSelect, isInterrupted: () => boolean): Promise<readonly StoreAnswer[]> {
    const id = ++this.#lastId;
    return this.#ask({ kind: 'select', id, select }, isInterrupted);
  }

  labels(minTimeMs: number, maxTimeMs: number): Promise<readonly StoreAnswer[]> {
    const id = ++this.#lastId;
    return this.#ask({ kind: 'labels', id, minTimeMs, maxTimeMs }, () => false);
  }

  close(): void {
    this.#port.close();
  }

  async #ask(message: FromReader, isInterrupted: () => boolean): Promise<readonly StoreAnswer[]> {
    const { id } = message;
    let look: NodeJS.Timeout | undefined;
    try {
      return await new Promise<readonly StoreAnswer[]>((resolve) => {
        this.#waiting.set(id, resolve);
        this.#port.ref();
        this.#port.postMessage(message);
        look = setInterval(() => {
          if (!isInterrupted()) return;
          this.#port.postMessage({ kind: 'abort', id } satisfies FromReader);
          resolve([]);
        }, LOOK_INTERVAL_MS);
      });
    } finally {
      clearInterval(look);
    }
  }
}
