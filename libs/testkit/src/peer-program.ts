import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The path of one of the original Go programs (`prometheus`, `promtool`, `amtool`, …), for tests that run side by side
 * with it. They are looked for in the folder that `NARTHEX_PEERS` names; undefined where it is not set or holds no such
 * program, and such tests then leave themselves out by name.
 */
export function peerProgram(name: string): string | undefined {
  const folder = process.env.NARTHEX_PEERS ?? '';
  const path = join(folder, name);
  return folder !== '' && existsSync(path) ? path : undefined;
}
