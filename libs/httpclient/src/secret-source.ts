import { readFile } from 'node:fs/promises';
import { type Secret } from '@narthex/config';
import { HttpClientSetupError } from './errors.js';

const SYSTEM_TEXTS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EISDIR: 'is a directory',
};

/** Something that stands in the configuration itself or in a file of its own, which is read anew at each use. */
export interface SecretSource {
  readonly text: Secret | string | undefined;
  readonly file: string;
  /** A name in a secret manager; there is none, so it cannot be used. */
  readonly ref: string;
}

/**
 * The present value; undefined when nothing is configured. `what` names it in errors.
 * @throws HttpClientSetupError
 */
export async function readSecret(source: SecretSource, what: string): Promise<string | undefined> {
  const { text, file, ref } = source;
  if (text !== undefined && text !== '') return typeof text === 'string' ? text : text.reveal();
  if (ref !== '')
    throw new HttpClientSetupError(`unable to use ${what}: cannot use secret ref without manager`);
  if (file === '') return undefined;
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    const reason = `unable to read file ${file}: ${openFailure(file, cause)}`;
    throw new HttpClientSetupError(`unable to read ${what}: ${reason}`, { cause });
  }
}

/** Why a file could not be opened, in Go's words. */
export function openFailure(file: string, cause: unknown): string {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  return `open ${file}: ${SYSTEM_TEXTS[code] ?? message}`;
}
