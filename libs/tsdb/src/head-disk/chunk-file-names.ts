import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** A file of head chunks, by its number. */
export function chunkFilePath(folder: string, file: number): string {
  return join(folder, String(file).padStart(6, '0'));
}

/** The numbers of the files in a folder, ascending; none when there is no folder. */
export function listChunkFiles(folder: string): number[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return names
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}
