import { readdirSync, readFileSync } from 'node:fs';
import { HostFileError } from '../errors.js';

/**
 * The kernel makes up these files while they are read, from memory: reading them at once takes microseconds, and
 * handing them to the thread pool many times that. What may hang (statfs of a dead mount) goes elsewhere.
 */
export function readText(path: string): string {
  return readFileSync(path, 'utf8');
}

/** The file's text; undefined where there is none. */
export function readTextIfThere(path: string): string | undefined {
  try {
    return readText(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The file's text without space around it; undefined where it is missing or cannot be read, as sysfs often answers. */
export function readAttribute(path: string): string | undefined {
  try {
    return readText(path).trim();
  } catch {
    return undefined;
  }
}

/** A number in an attribute file, decimal or with `0x`; undefined where there is none. */
export function readNumberIfThere(path: string): number | undefined {
  const text = readAttribute(path);
  return text === undefined ? undefined : toNumber(text);
}

/** @throws HostFileError when the file holds no number */
export function readNumber(path: string): number {
  const value = toNumber(readText(path).trim());
  if (value === undefined) throw new HostFileError(`no number in ${path}`);
  return value;
}

/** The lines of a file, without a last empty one. */
export function readLines(path: string): string[] {
  const lines = readText(path).split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Names in a directory, sorted; undefined where there is none. */
export function listDirectoryIfThere(path: string): string[] | undefined {
  try {
    return readdirSync(path).sort();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The words of a line. */
export function fieldsOf(line: string): string[] {
  const trimmed = line.trim();
  return trimmed === '' ? [] : trimmed.split(/\s+/);
}

/** A number as Go's strconv reads one with base 0 or as a float; undefined for anything else. */
export function toNumber(text: string): number | undefined {
  if (!/^[+-]?(0x[0-9a-f]+|(\d+\.?\d*|\.\d+)(e[+-]?\d+)?)$/i.test(text)) return undefined;
  return text.startsWith('-') ? -Number(text.slice(1)) : Number(text.replace('+', ''));
}

/** The code of a system error, as `ENOENT`; undefined for anything else that was thrown. */
export function systemErrorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

function isMissing(error: unknown): boolean {
  const code = systemErrorCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}
