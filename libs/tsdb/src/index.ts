export { type RetentionSettings } from './compact/retention-settings.js';
export { TsdbDatabase, type TsdbOptions } from './database.js';
export { type FloatChunkEncoding } from './head/chunk-format.js';
export { type ReplayStats } from './disk/wal-replay.js';
export { MaintenanceError, type MaintenanceErrorCode } from './errors.js';
export { runMaintenanceWorker } from './maintenance/maintenance-worker.js';
export { QueryFlags, STOP_REASON, type QueryFlag, type StopReason } from './threads/query-flags.js';
export { type BoundedSelect, type SelectBound } from './read/select-bound.js';
export {
  openSharedReader,
  type HeadShare,
  type SharedHeadHandles,
  type SharedReader,
} from './threads/shared-head.js';
export { listBlockFolders, removeBlock, removeUnfinishedBlocks } from './block/block-folders.js';
export {
  type BlockCompaction,
  type BlockMeta,
  type BlockParent,
  type BlockStats,
  OUT_OF_ORDER_HINT,
  readBlockMeta,
  writeBlockMeta,
} from './block/block-meta.js';
export { BlockReader, type BlockReaderOptions } from './block/block-reader.js';
export { type BlockSeriesCursor } from './block/block-series-cursor.js';
export { BlockWriter, type BlockWriterOptions } from './block/block-writer.js';
export { mergeBlocks, type MergeOptions } from './block/merge-blocks.js';
export { isUlid, makeUlid, ulidTimeMs } from './block/ulid.js';
export { SampleBlockWriter, type SampleBlockWriterOptions } from './backfill/sample-block-writer.js';
export { ReadOnlyError } from './read-only/errors.js';
export { ReadOnlyDatabase, type ReadOnlyOptions } from './read-only/read-only-database.js';
