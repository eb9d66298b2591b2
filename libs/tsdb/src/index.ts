export { TsdbDatabase, type TsdbOptions } from './database.js';
export { type ReplayStats } from './disk/wal-replay.js';
export { QueryFlags, STOP_REASON, type QueryFlag, type StopReason } from './threads/query-flags.js';
export {
  openSharedReader,
  type HeadShare,
  type SharedHeadHandles,
  type SharedReader,
} from './threads/shared-head.js';
