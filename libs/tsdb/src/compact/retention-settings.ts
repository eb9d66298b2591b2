import { statfsSync } from 'node:fs';
import { type RetentionLimits } from './retention.js';

/** What is kept, as it is set. Zero for no limit. */
export interface RetentionSettings extends RetentionLimits {
  /** Percent of the file system that blocks, log and head chunks may take; goes before the size in bytes. */
  readonly percentage: number;
}

/** The limits that settings mean on the file system of a directory. */
export function retentionLimits(
  { timeMs, sizeBytes, percentage }: RetentionSettings,
  directory: string,
): RetentionLimits {
  if (percentage === 0) return { timeMs, sizeBytes };
  const { blocks, bsize } = statfsSync(directory);
  return { timeMs, sizeBytes: Math.trunc((percentage * blocks * bsize) / 100) };
}
