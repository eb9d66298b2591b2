import { closeSync, fsync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';

const fsyncAsync = promisify(fsync);

/** Makes a folder's list of names durable: fsync(2) of the folder itself, off the calling thread. */
export async function syncFolder(path: string): Promise<void> {
  const descriptor = openSync(path, 'r');
  try {
    await fsyncAsync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Replaces a small file so that at any moment either the old one or the new one is whole. */
export function replaceFile(path: string, contents: Uint8Array): void {
  const beside = `${path}.tmp`;
  const descriptor = openSync(beside, 'w', 0o666);
  try {
    try {
      for (let done = 0; done < contents.length;) done += writeSync(descriptor, contents, done);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(beside, path);
  } catch (cause) {
    rmSync(beside, { force: true });
    throw cause;
  }
}
