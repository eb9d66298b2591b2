export {
  APPEND_OUTCOME,
  type Appendable,
  type Appender,
  type AppendOptions,
  type AppendOutcome,
  type CommitResult,
  type SeriesRef,
} from './append.js';
export {
  CHUNK_ENCODING,
  type ChunkEncoding,
  type ChunkQuerier,
  type ChunkQueryable,
  type ChunkRead,
  type ChunkSeriesSet,
} from './chunk-query.js';
export { SampleColumns } from './columns.js';
export { type Administration, type Database } from './database.js';
export { StorageError, STORAGE_ERROR_CODES, type StorageErrorCode } from './errors.js';
export { type Exemplar, type ExemplarQueryable, type ExemplarSeries } from './exemplar.js';
export {
  type LabelAnswer,
  type LabelQuerier,
  type Querier,
  type Queryable,
  type SelectHints,
  type SeriesSet,
  type SharedRoom,
} from './query.js';
