import { IdMap } from '../blocks/id-map.js';
import { type LabelIds, LabelIdsWriter, type TextIds } from '../blocks/text-ids.js';
import { type FoundSeries } from './found-series.js';
import { type IndexReader } from './index-reader.js';
import { SeriesEntry } from './series-entry.js';

/** The labels of series of a block as ids of texts. */
export function blockLabelIds(index: IndexReader, found: FoundSeries, texts: TextIds): LabelIds {
  const labels = new LabelIdsWriter(found.length);
  const entry = new SeriesEntry();
  const ids = new IdMap();
  const idOf = (symbol: number): number => {
    let id = ids.get(symbol);
    if (id < 0) ids.add(symbol, (id = texts.id(index.symbols.read(symbol))));
    return id;
  };
  // The labels of the series before are mostly those of the next as well.
  const lastSymbols: number[] = [];
  const lastIds: number[] = [];
  for (let i = 0; i < found.length; i++) {
    index.labelSymbols(found.refs[i]!, entry);
    const count = 2 * entry.labelCount;
    for (let at = 0; at < count; at++) {
      const symbol = entry.symbols[at]!;
      if (lastSymbols[at] === symbol) continue;
      lastSymbols[at] = symbol;
      lastIds[at] = idOf(symbol);
    }
    for (let at = 0; at < count; at += 2) labels.add(lastIds[at]!, lastIds[at + 1]!);
    labels.close();
  }
  return labels;
}
