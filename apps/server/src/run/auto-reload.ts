import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Clock, sleep } from '@narthex/process';

export interface AutoReloadOptions {
  readonly clock: Clock;
  readonly intervalMs: number;
  /** The files that count: the configuration, rule files and so on, as they are named now. */
  readonly files: () => readonly string[];
  readonly reload: () => Promise<void>;
}

/** Reloads when the content of a file changed. Runs until the signal aborts. */
export async function reloadOnChange(options: AutoReloadOptions, signal: AbortSignal): Promise<void> {
  const { clock, intervalMs, files, reload } = options;
  let known = await contentOf(files());
  while (await sleep(clock, intervalMs, signal)) {
    const now = await contentOf(files());
    if (now === known) continue;
    await reload();
    // What the new configuration names counts from now on.
    known = await contentOf(files());
  }
}

async function contentOf(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) {
    // A file that is not there is a content of its own: the reload will say what is wrong.
    const content = await readFile(file).catch(() => undefined);
    hash.update(`${file}\0${content === undefined ? 'missing' : content.length}\0`).update(content ?? '');
  }
  return hash.digest('hex');
}
