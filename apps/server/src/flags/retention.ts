import { formatByteSize } from '@narthex/config';
import { formatDuration } from '@narthex/model';
import { type ServerConfig } from '@narthex/server-config';
import { type RetentionSettings } from '@narthex/tsdb';
import { type ServerFlags } from './flags.js';

export const DEFAULT_RETENTION_MS: number = 15 * 86_400_000;
const LONGEST_BLOCK_MS = 31 * 86_400_000;

/** What is kept: what the configuration says, where it says something, else what the flags say, else 15 days. */
export function retentionOf(flags: ServerFlags, config?: ServerConfig['config']): RetentionSettings {
  const { sizeBytes, ...others } = givenRetention(flags, config);
  // A negative size is accepted, and is none, as upstream has it.
  return { ...others, sizeBytes: Math.max(0, sizeBytes) };
}

function givenRetention(flags: ServerFlags, config?: ServerConfig['config']): RetentionSettings {
  const configured = config?.storage.tsdb?.retention;
  if (configured !== undefined && (configured.time > 0 || configured.size > 0 || configured.percentage > 0)) {
    const { time: timeMs, size: sizeBytes, percentage } = configured;
    return { timeMs, sizeBytes, percentage };
  }
  return { timeMs: retentionTimeMs(flags), sizeBytes: flags['storage.tsdb.retention.size'], percentage: 0 };
}

/** True when neither flag is given, so that the default is in force. */
export function isDefaultRetention(flags: ServerFlags): boolean {
  return flags['storage.tsdb.retention.time'] === 0 && flags['storage.tsdb.retention.size'] === 0;
}

/** The limits of what is kept, as `runtimeinfo` tells them: a negative size too. */
export function storageRetention(flags: ServerFlags, config?: ServerConfig['config']): string {
  const { timeMs, sizeBytes, percentage } = givenRetention(flags, config);
  const time = timeMs === 0 ? [] : [formatDuration(timeMs)];
  const size = sizeBytes === 0 ? [] : [formatByteSize(sizeBytes)];
  const part = percentage === 0 ? [] : [`${percentage}%`];
  return [...time, ...size, ...part].join(' or ');
}

/** The longest block: what its flag says, else a tenth of the retention time, else 31 days. */
export function maxBlockDurationMs(flags: ServerFlags, { timeMs }: RetentionSettings): number {
  const longestMs = timeMs === 0 ? LONGEST_BLOCK_MS : Math.min(LONGEST_BLOCK_MS, Math.trunc(timeMs / 10));
  return flags['storage.tsdb.max-block-duration'] || longestMs;
}

function retentionTimeMs(flags: ServerFlags): number {
  return isDefaultRetention(flags) ? DEFAULT_RETENTION_MS : flags['storage.tsdb.retention.time'];
}

/** The flags with upstream's defaults where they depend on one another. */
export function withStorageDefaults(flags: ServerFlags): ServerFlags {
  return {
    ...flags,
    'storage.tsdb.retention.time': retentionTimeMs(flags),
    'storage.tsdb.max-block-duration': maxBlockDurationMs(flags, retentionOf(flags)),
  };
}
