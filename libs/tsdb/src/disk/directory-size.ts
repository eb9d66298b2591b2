import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What the files below a folder take, in bytes; 0 when it is not there. */
export function directorySizeBytes(path: string): number {
  let bytes = 0;
  try {
    for (const entry of readdirSync(path, { withFileTypes: true, recursive: true })) {
      if (!entry.isFile()) continue;
      bytes += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return bytes;
}

/** The folders of what is not in blocks: the logs and the full chunks of the head. */
const HEAD_FOLDERS = ['wal', 'wbl', 'chunks_head'];

/** What the head of a data directory takes on disk, in bytes; retention by size counts it. */
export function headSizeBytes(path: string): number {
  return HEAD_FOLDERS.reduce((sum, name) => sum + directorySizeBytes(join(path, name)), 0);
}
