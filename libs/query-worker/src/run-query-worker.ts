import { type MessagePort } from 'node:worker_threads';
import { systemClock } from '@narthex/process';
import { openSharedReader, type SharedHeadHandles } from '@narthex/tsdb';
import { type EngineLimits, EngineRunner } from './engine-runner.js';
import { IdleCollector, threadHeap } from './idle-collector.js';
import { QueryWorker } from './query-worker.js';
import { wireOf } from './worker-thread.js';

/** What a query worker is opened with. */
export interface QueryWorkerSetup {
  readonly handles: SharedHeadHandles;
  readonly engine: EngineLimits;
}

/** Answers queries that come through the port: all that the worker's own file has to call. */
export function runQueryWorker(port: MessagePort): void {
  const open = ({ handles, engine }: QueryWorkerSetup): EngineRunner =>
    new EngineRunner({ storage: openSharedReader(handles), limits: engine, clock: systemClock });
  const idle = new IdleCollector(systemClock, threadHeap());
  new QueryWorker<QueryWorkerSetup>(wireOf(port), open, idle).start();
}
