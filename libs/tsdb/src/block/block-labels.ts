import { type Matcher } from '@narthex/model';
import { type IndexReader } from './index-reader.js';
import { matchingSeries } from './matching-series.js';
import { overlap } from './postings-lists.js';
import { SeriesEntry } from './series-entry.js';

/** Up to so many series are looked at one by one; beyond, and beyond the number of values, the postings of every value are. */
const FEW_SERIES = 512;

/** The values of one label that series which pass the matchers have, in order; `limit` 0 for all. */
export function labelValues(
  index: IndexReader,
  name: string,
  matchers: readonly Matcher[],
  limit: number,
): readonly string[] {
  if (matchers.length === 0) return index.labelValues(name, limit);
  const refs = matchingSeries(index, matchers);
  if (refs.length > Math.max(FEW_SERIES, 2 * index.valueCount(name))) {
    const values: string[] = [];
    index.visitPostings(name, (value, having) => {
      if (overlap(having, refs)) values.push(value);
      return limit === 0 || values.length < limit;
    });
    return values;
  }
  const entry = new SeriesEntry();
  const symbols = new Set<number>();
  for (const ref of refs) {
    index.series(ref, entry);
    for (let i = 0; i < entry.labelCount; i++) {
      if (index.nameOf(entry.symbols[2 * i]!) === name) symbols.add(entry.symbols[2 * i + 1]!);
    }
  }
  return inOrder(symbols, limit, (symbol) => index.symbols.lookup(symbol));
}

/** The names of the labels that series which pass the matchers have, in order; `limit` 0 for all. */
export function labelNames(
  index: IndexReader,
  matchers: readonly Matcher[],
  limit: number,
): readonly string[] {
  if (matchers.length === 0) {
    const names = index.labelNames();
    return limit > 0 ? names.slice(0, limit) : names;
  }
  const entry = new SeriesEntry();
  const symbols = new Set<number>();
  for (const ref of matchingSeries(index, matchers)) {
    index.series(ref, entry);
    for (let i = 0; i < entry.labelCount; i++) symbols.add(entry.symbols[2 * i]!);
  }
  return inOrder(symbols, limit, (symbol) => index.nameOf(symbol));
}

/** Symbols are numbered in the order of their texts. */
function inOrder(symbols: ReadonlySet<number>, limit: number, lookup: (symbol: number) => string): string[] {
  const ordered = Uint32Array.from(symbols).sort();
  return Array.from(limit > 0 ? ordered.subarray(0, limit) : ordered, lookup);
}
