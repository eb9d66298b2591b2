import { type Secret } from '@narthex/config';
import { readFile } from 'node:fs/promises';

/**
 * A secret given inline or in a file, which is read each time so that it may change. '' when neither is given.
 * @throws Error of the file system
 */
export async function revealSecret(inline: Secret | undefined, file: string): Promise<string> {
  if (inline !== undefined || file === '') return inline?.reveal() ?? '';
  return (await readFile(file, 'utf8')).trim();
}
