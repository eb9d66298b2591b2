import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listBlockFolders } from '@narthex/tsdb';
import { type BlockMetas } from '../api/tsdb-blocks.js';

/** Reads what the blocks of a data directory say of themselves; one that goes meanwhile is left out. */
export function blockMetas(directory: string): BlockMetas {
  return async () => {
    const found = await Promise.all(listBlockFolders(directory).map(metaOf));
    return found.filter((meta) => meta !== undefined).sort((a, b) => Number(a.minTime) - Number(b.minTime));
  };
}

async function metaOf(folder: string): Promise<Record<string, unknown> | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, 'meta.json'), 'utf8')) as Record<string, unknown>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
