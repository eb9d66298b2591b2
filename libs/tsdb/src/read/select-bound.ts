import { NO_ADDRESS, type SharedAddress, type SharedViews } from '@narthex/bytes';
import { type Matcher } from '@narthex/model';
import { CHUNK_ENCODING } from '@narthex/storage';
import { type LabelIndex } from '../index/label-index.js';
import { ENTRY, PAIR, ROW } from '../shared/layout.js';
import { visitLeaves } from '../shared/leaf-list.js';
import { type RowFinder } from '../shared/row-table.js';

/** What a select reads at most. */
export interface SelectBound {
  readonly seriesCount: number;
  /** Samples to decode; a native histogram counts as many. */
  readonly sampleCount: number;
  /** Of the chunks with these samples, how many are in files. */
  readonly fileChunkCount: number;
}

export interface BoundedSelect {
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly matchers: readonly Matcher[];
  /** Only the last sample of each series is asked for. */
  readonly newestOnly: boolean;
  /** With more series there is no bound. */
  readonly mostSeries: number;
}

export interface SelectBoundParts {
  readonly views: SharedViews;
  readonly rows: RowFinder;
  readonly index: LabelIndex;
}

/** So many values of a label name are matched in some ten microseconds. */
const MOST_MATCHED_VALUES = 512;
/** Full chunks of a series that are looked at. */
const MOST_ENTRIES = 64;
const SAMPLES_A_HISTOGRAM = 50;
const NOTHING: SelectBound = { seriesCount: 0, sampleCount: 0, fileChunkCount: 0 };

/**
 * Bounds what a select reads from the head, in microseconds and without reading it: by the shortest list of series with
 * a label that one of the matchers asks for, and the chunks of these series. Undefined where finding the series or
 * telling the bound would be no small work itself. For main, which has the index.
 */
export function selectBound(parts: SelectBoundParts, select: BoundedSelect): SelectBound | undefined {
  const { index, views } = parts;
  let shortest: SharedAddress = NO_ADDRESS;
  let seriesCount = Infinity;
  for (const { name, type, value } of select.matchers) {
    if (type !== '=') {
      if (index.valueCount(name) > MOST_MATCHED_VALUES) return undefined;
      continue;
    }
    if (value === '') continue;
    const pair = index.pairOf(name, value);
    if (pair === NO_ADDRESS) return NOTHING;
    const count = views.words(pair)[views.wordIndex(pair) + PAIR.seriesCount]!;
    if (count >= seriesCount) continue;
    shortest = pair;
    seriesCount = count;
  }
  if (seriesCount > select.mostSeries) return undefined;
  const total = { samples: 0, files: 0, isKnown: true };
  visitLeaves(views, views.words(shortest)[views.wordIndex(shortest) + PAIR.postings]!, (ids, from, to) => {
    for (let i = from; i < to; i++) addSeries(parts, ids[i]!, select, total);
  });
  return total.isKnown ? { seriesCount, sampleCount: total.samples, fileChunkCount: total.files } : undefined;
}

interface Total {
  samples: number;
  files: number;
  isKnown: boolean;
}

function addSeries({ views, rows }: SelectBoundParts, id: number, select: BoundedSelect, total: Total): void {
  const { minTimeMs, maxTimeMs, newestOnly } = select;
  const row = rows.find(id);
  if (row === NO_ADDRESS) return;
  const words = views.words(row);
  const at = views.wordIndex(row);
  const timeAt = (word: number): number => views.doubles(row)[views.doubleIndex(row) + word / 2]!;
  if (words[at + ROW.ooo] !== NO_ADDRESS) total.isKnown = false;
  const lastTimeMs = timeAt(ROW.lastTime);
  if (lastTimeMs < minTimeMs) return;
  const isFloat = words[at + ROW.openEncoding] === CHUNK_ENCODING.xor;
  const openCount = words[at + ROW.count]! - words[at + ROW.openFirst]!;
  total.samples +=
    newestOnly && isFloat && lastTimeMs <= maxTimeMs ? 1 : openCount * (isFloat ? 1 : SAMPLES_A_HISTOGRAM);
  const entryCount = words[at + ROW.entryCount]!;
  if (newestOnly && lastTimeMs <= maxTimeMs && openCount > 0) return;
  if (entryCount === 0 || timeAt(ROW.openMinTime) <= minTimeMs) return;
  if (entryCount > MOST_ENTRIES) total.isKnown = false;
  else addChunks(views, words[at + ROW.firstEntry]!, select, total);
}

function addChunks(views: SharedViews, first: SharedAddress, select: BoundedSelect, total: Total): void {
  const { minTimeMs, maxTimeMs } = select;
  for (let entry = first; entry !== NO_ADDRESS;) {
    const words = views.words(entry);
    const at = views.wordIndex(entry);
    const times = views.doubles(entry);
    const timesAt = views.doubleIndex(entry);
    if (times[timesAt + ENTRY.minTime / 2]! > maxTimeMs) return;
    if (times[timesAt + ENTRY.maxTime / 2]! >= minTimeMs) {
      const countAndEncoding = words[at + ENTRY.countAndEncoding]!;
      const isFloat = countAndEncoding >>> 16 === CHUNK_ENCODING.xor;
      total.samples += (countAndEncoding & 0xff_ff) * (isFloat ? 1 : SAMPLES_A_HISTOGRAM);
      if (words[at + ENTRY.file] !== 0) total.files++;
    }
    entry = words[at + ENTRY.next]!;
  }
}
