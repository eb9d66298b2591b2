import { type Dirent, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CREATION_SUFFIX, DELETION_SUFFIX } from './block-writer.js';
import { isUlid } from './ulid.js';

/** The folders of the blocks in a data directory, by name and so by age. */
export function listBlockFolders(directory: string): string[] {
  return folders(directory)
    .filter(isUlid)
    .sort()
    .map((name) => join(directory, name));
}

/** Removes a block so that a crash on the way leaves none that is half there. */
export function removeBlock(folder: string): void {
  const leaving = `${folder}${DELETION_SUFFIX}`;
  rmSync(leaving, { recursive: true, force: true });
  renameSync(folder, leaving);
  rmSync(leaving, { recursive: true, force: true });
}

/** Removes what writers and removals that did not come to their end left behind. Returns the names. */
export function removeUnfinishedBlocks(directory: string): string[] {
  const left = folders(directory).filter((name) => {
    const suffix = [CREATION_SUFFIX, DELETION_SUFFIX].find((each) => name.endsWith(each));
    return suffix !== undefined && isUlid(name.slice(0, -suffix.length));
  });
  for (const name of left) rmSync(join(directory, name), { recursive: true, force: true });
  return left;
}

function folders(directory: string): string[] {
  const entries: Dirent[] = readdirSync(directory, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
