import { type MessagePort } from 'node:worker_threads';
import { systemClock } from '@narthex/process';
import { type RemotePortHandles } from '@narthex/remote';
import { openSharedReader, type SharedHeadHandles } from '@narthex/tsdb';
import { type EngineLimits, EngineRunner } from './engine-runner.js';
import { IdleCollector, threadHeap } from './idle-collector.js';
import { QueryWorker } from './query-worker.js';
import { withRemoteStores } from './remote-stores.js';
import { wireOf } from './worker-thread.js';

/** What a query worker is opened with. */
export interface QueryWorkerSetup {
  readonly handles: SharedHeadHandles;
  readonly engine: EngineLimits;
  /** The way to remote stores, where there may be any. */
  readonly remote?: RemotePortHandles;
}

/** Answers queries that come through the port: all that the worker's own file has to call. */
export function runQueryWorker(port: MessagePort): void {
  const open = ({ handles, engine, remote }: QueryWorkerSetup): EngineRunner => {
    const reader = openSharedReader(handles);
    const storage = remote === undefined ? reader : withRemoteStores(reader, remote);
    return new EngineRunner({ storage, limits: engine, clock: systemClock });
  };
  const idle = new IdleCollector(systemClock, threadHeap());
  new QueryWorker<QueryWorkerSetup>(wireOf(port), open, idle).start();
}
