import { cpSync, rmSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';

/**
 * What is in a directory while it is in use, as a process that is killed leaves it. This thread does nothing else
 * meanwhile; files that others remove have it begin again.
 */
export async function copyDirectory(from: string, to: string): Promise<void> {
  for (;;) {
    try {
      cpSync(from, to, { recursive: true });
      return;
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'ENOENT') throw error;
      rmSync(to, { recursive: true, force: true });
      await setImmediate();
    }
  }
}
