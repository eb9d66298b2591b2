import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/**
 * The path of one of the Go programs whose behaviour is ours to match (`prometheus`, `promtool`, `amtool`, …), for
 * tests that run side by side with it; undefined where it is not installed, and such tests then leave themselves out.
 *
 * Looked for in `$PEERS_DIR/root/usr/bin` (default: `~/.cache/peers`), then in `$PATH`.
 */
export function peerProgram(name: string): string | undefined {
  const unpacked = join(process.env.PEERS_DIR ?? join(homedir(), '.cache', 'peers'), 'root', 'usr', 'bin');
  const folders = [unpacked, ...(process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
