import { type MessagePort, type Transferable, type Worker } from 'node:worker_threads';

/** One end of the wire between main and a worker. */
export interface Wire {
  post(message: unknown, transfer?: readonly Transferable[]): void;
  onMessage(listen: (message: unknown) => void): void;
}

/** A worker as main sees it. */
export interface WorkerThread extends Wire {
  /** Called once, when the worker is gone: with the reason unless it was asked to go. */
  onExit(listen: (reason: Error) => void): void;
  terminate(): Promise<void>;
}

export function wireOf(port: MessagePort): Wire {
  return {
    post: (message, transfer = []) => port.postMessage(message, [...transfer]),
    onMessage: (listen) => void port.on('message', listen),
  };
}

export function threadOf(worker: Worker): WorkerThread {
  let reason: Error | undefined;
  worker.on('error', (error) => (reason = error instanceof Error ? error : new Error(String(error))));
  return {
    post: (message, transfer = []) => worker.postMessage(message, [...transfer]),
    onMessage: (listen) => void worker.on('message', listen),
    onExit: (listen) => void worker.once('exit', (code) => listen(reason ?? new Error(`exit code ${code}`))),
    terminate: async () => {
      await worker.terminate();
    },
  };
}
