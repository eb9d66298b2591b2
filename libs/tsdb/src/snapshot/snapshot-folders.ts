import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

const NAME = /^chunk_snapshot\.(\d+)\.(\d+)$/;

/** A folder with a snapshot of the head, and up to where in the log it goes. */
export interface SnapshotFolder {
  readonly path: string;
  readonly segment: number;
  readonly offsetBytes: number;
}

/** `chunk_snapshot.000003.0000032768` for a log that ends at 32768 in segment 3. */
export function snapshotPath(directory: string, segment: number, offsetBytes: number): string {
  const name = `chunk_snapshot.${String(segment).padStart(6, '0')}.${String(offsetBytes).padStart(10, '0')}`;
  return join(directory, name);
}

/** The snapshots of a data directory, the newest last. */
export function listSnapshots(directory: string): SnapshotFolder[] {
  return readdirSync(directory)
    .flatMap((name) => {
      const match = NAME.exec(name);
      if (match === null) return [];
      return [{ path: join(directory, name), segment: Number(match[1]), offsetBytes: Number(match[2]) }];
    })
    .sort((a, b) => a.segment - b.segment || a.offsetBytes - b.offsetBytes);
}

/** Deletes all snapshots but the one with this path. */
export async function deleteOtherSnapshots(directory: string, kept: string | undefined): Promise<void> {
  for (const { path } of listSnapshots(directory)) {
    if (path !== kept) await rm(path, { recursive: true, force: true });
  }
}
