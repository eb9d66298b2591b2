import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CREATION_SUFFIX, DELETION_SUFFIX } from '../block/block-writer.js';
import { isUlid } from '../block/ulid.js';

/** The last one is that of Prometheus before 2.21, and of checkpoints and head snapshots up to now. */
const SUFFIXES = [CREATION_SUFFIX, DELETION_SUFFIX, '.tmp'];
const PREFIXES = ['checkpoint.', 'chunk_snapshot.'];

/** Removes the folders of whatever was being written or removed when a process ended. Returns their paths. */
export function removeLeftOvers(directory: string): string[] {
  const paths = readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && isLeftOver(entry.name))
    .map(({ name }) => join(directory, name));
  for (const path of paths) rmSync(path, { recursive: true, force: true });
  return paths;
}

function isLeftOver(name: string): boolean {
  const suffix = SUFFIXES.find((each) => name.endsWith(each));
  if (suffix === undefined) return false;
  return PREFIXES.some((prefix) => name.startsWith(prefix)) || isUlid(name.slice(0, -suffix.length));
}
