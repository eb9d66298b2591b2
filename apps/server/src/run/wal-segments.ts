import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The first and last number of the log's segments in a folder of samples; undefined where there is no log. */
export function walSegments(
  storagePath: string,
): { readonly first: number; readonly last: number } | undefined {
  let names: readonly string[];
  try {
    names = readdirSync(join(storagePath, 'wal'));
  } catch {
    return undefined;
  }
  const numbers = names.filter((name) => /^\d+$/.test(name)).map(Number);
  return numbers.length === 0 ? undefined : { first: Math.min(...numbers), last: Math.max(...numbers) };
}
