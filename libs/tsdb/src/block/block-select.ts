import { type Matcher } from '@narthex/model';
import { type SelectHints } from '@narthex/storage';
import { FoundSeries } from './found-series.js';
import { type IndexReader } from './index-reader.js';
import { coversAll } from '../samples/intervals.js';
import { matchingSeries } from './matching-series.js';
import { SeriesEntry } from './series-entry.js';
import { type Tombstones } from './tombstones.js';

/** The matching series that have a chunk in the range, of which not all is deleted; in the order of labels. */
export function selectSeries(
  index: IndexReader,
  tombstones: Tombstones,
  startMs: number,
  endMs: number,
  matchers: readonly Matcher[],
  hints: Pick<SelectHints, 'limit'>,
): FoundSeries {
  const refs = matchingSeries(index, matchers);
  const found = new FoundSeries(hints.limit > 0 ? Math.min(refs.length, hints.limit) : refs.length);
  const entry = new SeriesEntry();
  for (const ref of refs) {
    if (found.length === found.refs.length) break;
    index.series(ref, entry);
    const deleted = tombstones.of(ref);
    for (let i = 0; i < entry.chunkCount; i++) {
      const [minMs, maxMs] = [entry.minTimesMs[i]!, entry.maxTimesMs[i]!];
      if (minMs > endMs) break;
      if (maxMs < startMs || coversAll(deleted, minMs, maxMs)) continue;
      found.addChunk(entry.chunkRefs[i]!, minMs, maxMs);
    }
    found.close(ref);
  }
  return found;
}
