import { compareText } from '@narthex/model';

/** Something counted, by name. */
export type Ranked = readonly [name: string, count: number];

/** `count name` lines, the largest first and equals by name, `limit` of them. */
export function rankedLines(entries: Iterable<Ranked>, limit: number): string {
  const sorted = [...entries].sort(([a, x], [b, y]) => y - x || compareText(a, b));
  return sorted
    .slice(0, Math.max(0, limit))
    .map(([name, count]) => `${count} ${name}\n`)
    .join('');
}
