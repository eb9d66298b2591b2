import { formatByteSize } from '@narthex/config';
import { formatDuration } from '@narthex/model';
import { type ServerFlags } from './flags.js';

const DEFAULT_RETENTION_MS = 15 * 86_400_000;
const LONGEST_BLOCK_MS = 31 * 86_400_000;

/** The limits of what is kept, as `runtimeinfo` tells them. */
export function storageRetention(flags: ServerFlags): string {
  const timeMs = retentionTimeMs(flags);
  const sizeBytes = flags['storage.tsdb.retention.size'];
  const time = timeMs === 0 ? [] : [formatDuration(timeMs)];
  const size = sizeBytes === 0 ? [] : [formatByteSize(sizeBytes)];
  return [...time, ...size].join(' or ');
}

function retentionTimeMs(flags: ServerFlags): number {
  const timeMs = flags['storage.tsdb.retention.time'];
  return timeMs === 0 && flags['storage.tsdb.retention.size'] === 0 ? DEFAULT_RETENTION_MS : timeMs;
}

/** The flags with upstream's defaults where they depend on one another. */
export function withStorageDefaults(flags: ServerFlags): ServerFlags {
  const timeMs = retentionTimeMs(flags);
  const blockMs = timeMs === 0 ? LONGEST_BLOCK_MS : Math.min(LONGEST_BLOCK_MS, timeMs / 10);
  return {
    ...flags,
    'storage.tsdb.retention.time': timeMs,
    'storage.tsdb.max-block-duration': flags['storage.tsdb.max-block-duration'] || blockMs,
  };
}
