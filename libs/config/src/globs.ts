import { compileAnchored, quoteMeta } from '@narthex/regexp';
import { lstat, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const META = /[*?[\\]/;

/**
 * The files that match a path with `*`, `?` and `[…]` in it, folder by folder in the order of their names, by the rules
 * of Go's `filepath.Glob` (https://pkg.go.dev/path/filepath#Match): nothing crosses a folder, a leading dot is no
 * exception, and what cannot be read matches nothing.
 * @throws Error with Go's words when the pattern is broken.
 */
export async function matchingFiles(pattern: string): Promise<readonly string[]> {
  checkGlob(pattern);
  return expand(pattern);
}

async function expand(pattern: string): Promise<readonly string[]> {
  if (!META.test(pattern)) return (await exists(pattern)) ? [pattern] : [];
  const parent = dirname(pattern);
  const segment = compileAnchored(globExpression(basename(pattern)));
  const folders = META.test(parent) && parent !== pattern ? await expand(parent) : [parent];
  const found: string[] = [];
  for (const folder of folders) {
    for (const name of await namesIn(folder)) {
      if (segment.matches(name)) found.push(pattern.includes('/') ? join(folder, name) : name);
    }
  }
  return found;
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function namesIn(folder: string): Promise<readonly string[]> {
  // A missing or unreadable folder is an absent answer here, as it is in Go.
  const names = await readdir(folder).catch(() => []);
  return names.sort();
}

/** @throws Error with Go's words when the pattern is broken. */
export function checkGlob(pattern: string): void {
  for (const segment of pattern.split('/')) globExpression(segment);
}

/** One segment of a glob as a regular expression. */
function globExpression(segment: string): string {
  let expression = '';
  for (let index = 0; index < segment.length;) {
    const character = segment.charAt(index++);
    if (character === '*') expression += '[^/]*';
    else if (character === '?') expression += '[^/]';
    else if (character === '[') {
      const end = classEnd(segment, index);
      expression += `[${segment.slice(index, end).replaceAll('[', '\\[')}]`;
      index = end + 1;
    } else if (character === '\\') {
      if (index >= segment.length) throw brokenPattern();
      expression += quoteMeta(segment.charAt(index++));
    } else expression += quoteMeta(character);
  }
  return expression;
}

function classEnd(segment: string, from: number): number {
  let index = segment.startsWith('^', from) ? from + 1 : from;
  const first = index;
  while (index < segment.length && (segment[index] !== ']' || index === first))
    index += segment[index] === '\\' ? 2 : 1;
  if (index >= segment.length || segment[first] === ']') throw brokenPattern();
  return index;
}

function brokenPattern(): Error {
  return new Error('syntax error in pattern');
}
