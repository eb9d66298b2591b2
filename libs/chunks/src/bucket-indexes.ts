import { type BucketSpan } from '@narthex/model';

/** The indexes of the buckets that spans describe, ascending. */
export function indexesOf(spans: readonly BucketSpan[]): number[] {
  const indexes: number[] = [];
  let index = 0;
  for (const { offset, length } of spans) {
    index += offset;
    for (let i = 0; i < length; i++) indexes.push(index++);
  }
  return indexes;
}

/** The spans of ascending indexes, one for each run without a gap. */
export function spansOf(indexes: readonly number[]): BucketSpan[] {
  const spans: BucketSpan[] = [];
  let end = 0;
  for (let i = 0; i < indexes.length;) {
    let length = 1;
    while (indexes[i + length] === indexes[i]! + length) length++;
    spans.push({ offset: indexes[i]! - end, length });
    end = indexes[i]! + length;
    i += length;
  }
  return spans;
}

/** What two sets of buckets have apart from each other. */
export interface IndexUnion {
  readonly indexes: readonly number[];
  /** Some are in the second set alone. */
  readonly added: boolean;
  /** Some are in the first set alone. */
  readonly missing: boolean;
}

/** Both sets together. `visit` gets the place of each bucket in the sets, or −1; the union ends where it gives false. */
export function unite(
  first: readonly number[],
  second: readonly number[],
  visit: (inFirst: number, inSecond: number) => boolean = () => true,
): IndexUnion | undefined {
  const indexes: number[] = [];
  let added = false;
  let missing = false;
  for (let i = 0, k = 0; i < first.length || k < second.length;) {
    const a = first[i] ?? Infinity;
    const b = second[k] ?? Infinity;
    if (a > b) added = true;
    if (a < b) missing = true;
    if (!visit(a <= b ? i : -1, b <= a ? k : -1)) return undefined;
    indexes.push(Math.min(a, b));
    if (a <= b) i++;
    if (b <= a) k++;
  }
  return { indexes, added, missing };
}

/** The counts of some buckets spread over more of them, 0 in the others. */
export function spread(
  counts: readonly number[],
  from: readonly number[],
  to: readonly number[],
): readonly number[] {
  if (from.length === to.length) return counts;
  const spreadOut: number[] = [];
  for (let at = 0, i = 0; at < to.length; at++) spreadOut.push(from[i] === to[at] ? (counts[i++] ?? 0) : 0);
  return spreadOut;
}
