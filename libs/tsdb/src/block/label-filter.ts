import { type Matcher } from '@narthex/model';
import { type IndexReader } from './index-reader.js';
import { SeriesEntry } from './series-entry.js';

/** Up to so many series are looked at in any case. */
const FEW_SERIES = 64;

/**
 * Whether to look at the labels of so many series takes less than to go through all values of a name and the series
 * of those that pass. Measured: 0.8 µs a series against 0.4 µs a value and up to 0.1 µs a series of the block.
 */
export function isCheaperByLabels(index: IndexReader, count: number, name: string): boolean {
  if (count <= FEW_SERIES) return true;
  return 8 * count <= 4 * index.valueCount(name) + index.seriesCount;
}

/** Those of the series whose labels the matcher passes. */
export function filterByLabel(index: IndexReader, refs: Uint32Array, matcher: Matcher): Uint32Array {
  const kept = new Uint32Array(refs.length);
  let length = 0;
  const entry = new SeriesEntry();
  const verdicts = new Map<number, boolean>();
  const absent = matcher.matches('');
  for (const ref of refs) {
    index.series(ref, entry);
    const value = valueOf(index, entry, matcher.name);
    let passes = absent;
    if (value !== undefined) {
      const known = verdicts.get(value);
      passes = known ?? matcher.matches(index.symbols.lookup(value));
      if (known === undefined) verdicts.set(value, passes);
    }
    if (passes) kept[length++] = ref;
  }
  return kept.subarray(0, length);
}

/** The symbol of a label's value; undefined when the series has no such label. */
function valueOf(index: IndexReader, { labelCount, symbols }: SeriesEntry, name: string): number | undefined {
  for (let i = 0; i < labelCount; i++) if (index.nameOf(symbols[2 * i]!) === name) return symbols[2 * i + 1]!;
  return undefined;
}
