export { ActiveQueries, type ActiveQueriesOptions } from './active-queries.js';
export { QueryPoolError } from './errors.js';
export {
  type FederationTask,
  type HeadStatisticsTask,
  type InstantTask,
  type LabelNamesTask,
  type LabelValuesTask,
  type MatcherData,
  type QueryNotes,
  type QueryTask,
  type QueryTimings,
  type RangeTask,
  type SampleStatistics,
  type SeriesTask,
  type VectorTask,
} from './protocol.js';
export {
  QueryPool,
  type EvaluatedQuery,
  type Interest,
  type JsonAnswer,
  type QueryLimits,
  type QueryOrigin,
  type QueryPoolOptions,
  type VectorAnswer,
} from './query-pool.js';
export { QueryWorker, type TaskContext, type TaskRunner } from './query-worker.js';
export { type BoundedStorage, SmallQueries, type SmallQueriesOptions } from './small-queries.js';
export { type VectorSample } from './vector-columns.js';
export { type WorkerSetup } from './worker-slot.js';
export { threadOf, wireOf, type Wire, type WorkerThread } from './worker-thread.js';
export { type EngineLimits, EngineRunner, type EngineRunnerOptions } from './engine-runner.js';
export { runQueryWorker, type QueryWorkerSetup } from './run-query-worker.js';
