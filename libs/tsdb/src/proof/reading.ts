import { Matcher } from '@narthex/model';
import {
  type ChunkQuerier,
  type ChunkQueryable,
  type Querier,
  type Queryable,
  SampleColumns,
  type SelectHints,
  type SeriesSet,
} from '@narthex/storage';
import { appendChunkSamples } from '../samples/chunk-samples.js';
import { labelsOf, sampleAt, SERIES_COUNT, textAt, textOfSample } from './proof-samples.js';
import { type Expectation } from './sample-model.js';

export const ALL: readonly Matcher[] = [new Matcher('=', '__name__', 'm')];
export const HINTS: SelectHints = {
  startMs: 0,
  endMs: 0,
  stepMs: 0,
  rangeMs: 0,
  func: '',
  grouping: [],
  by: false,
  limit: 0,
};

/** By series and time, what was read. */
export type Found = ReadonlyMap<number, ReadonlyMap<number, string>>;

export interface TimeRange {
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
}

export const EVER: TimeRange = { minTimeMs: -Infinity, maxTimeMs: Infinity };

export function samplesOf(set: SeriesSet): Found {
  const columns = new SampleColumns();
  return collect(set, (index) => {
    columns.clear();
    set.read(index, columns);
    return columns;
  });
}

export async function readSamples(db: Queryable, { minTimeMs, maxTimeMs }: TimeRange): Promise<Found> {
  const querier = db.querier(minTimeMs, maxTimeMs);
  try {
    return samplesOf(await querier.select(true, HINTS, ALL));
  } finally {
    querier.close();
  }
}

export async function readChunks(db: ChunkQueryable, { minTimeMs, maxTimeMs }: TimeRange): Promise<Found> {
  const querier: ChunkQuerier = db.chunkQuerier(minTimeMs, maxTimeMs);
  try {
    const set = await querier.select(true, HINTS, ALL);
    return collect(set, (index) => {
      const columns = new SampleColumns();
      for (const chunk of set.chunks(index)) {
        appendChunkSamples(chunk, minTimeMs, maxTimeMs, undefined, columns);
      }
      return columns;
    });
  } finally {
    querier.close();
  }
}

function collect(set: Pick<SeriesSet, 'length' | 'labels'>, read: (index: number) => SampleColumns): Found {
  const found = new Map<number, Map<number, string>>();
  let before = -1;
  for (let index = 0; index < set.length; index++) {
    const labels = set.labels(index);
    const series = Number(labels.get('series'));
    if (!labels.equals(labelsOf(series))) throw new Error(`labels of no series: ${labels.toString()}`);
    if (series <= before) throw new Error(`series ${series} stands behind series ${before}`);
    before = series;
    const columns = read(index);
    const samples = new Map<number, string>();
    let lastMs = -Infinity;
    for (let at = 0; at < columns.length; at++) {
      const timestampMs = columns.timestampsMs[at]!;
      if (timestampMs <= lastMs) throw new Error(`series ${series}: ${timestampMs} stands behind ${lastMs}`);
      lastMs = timestampMs;
      samples.set(timestampMs, textAt(columns, at));
    }
    found.set(series, samples);
  }
  return found;
}

/** In what the samples found are not those expected, a line each; at most ten. */
export function differences(
  found: Found,
  expected: Expectation,
  { minTimeMs, maxTimeMs }: TimeRange,
  history: (series: number, timestampMs: number) => string,
): string[] {
  const lines: string[] = [];
  expected.forEach((presence, series) => {
    const samples = found.get(series) ?? new Map<number, string>();
    for (const [timestampMs, state] of presence) {
      if (timestampMs < minTimeMs || timestampMs > maxTimeMs) continue;
      const text = samples.get(timestampMs);
      if (state === 'present' && text === undefined)
        lines.push(`series ${series} at ${timestampMs} is missing: ${history(series, timestampMs)}`);
      if (state === 'absent' && text !== undefined)
        lines.push(`series ${series} at ${timestampMs} is there: ${history(series, timestampMs)}`);
    }
    for (const [timestampMs, text] of samples) {
      if (timestampMs < minTimeMs || timestampMs > maxTimeMs)
        lines.push(`series ${series} at ${timestampMs} is out of range`);
      else if (!presence.has(timestampMs)) lines.push(`series ${series} at ${timestampMs} was never written`);
      const right = textOfSample(sampleAt(series, timestampMs));
      if (text !== right) lines.push(`series ${series} at ${timestampMs} is ${text}, not ${right}`);
    }
  });
  return lines.slice(0, 10);
}

/**
 * What is wrong with the listings of labels. Series whose samples are deleted or out of the range may be listed, as
 * upstream's are, but none that never were.
 */
export async function wrongListings(
  querier: Querier,
  expected: Expectation,
  known: ReadonlySet<number>,
  { minTimeMs, maxTimeMs }: TimeRange,
): Promise<string[]> {
  const needed = Array.from({ length: SERIES_COUNT }, (_, series) => series).filter((series) =>
    [...expected[series]!].some(
      ([timestampMs, state]) => state === 'present' && timestampMs >= minTimeMs && timestampMs <= maxTimeMs,
    ),
  );
  const lines: string[] = [];
  const { values } = await querier.labelValues('series', ALL, 0);
  const listed = new Set(values.map(Number));
  for (const series of needed) if (!listed.has(series)) lines.push(`series ${series} is not listed`);
  for (const series of listed) if (!known.has(series)) lines.push(`series ${series} is listed`);
  if (values.join() !== [...values].sort().join()) lines.push(`values are not sorted: ${values.join()}`);
  const names = (await querier.labelNames([], 0)).values.join();
  if (needed.length > 0 ? names !== '__name__,group,series' : !['', '__name__,group,series'].includes(names))
    lines.push(`label names are ${names}`);
  const set = await querier.select(true, { ...HINTS, func: 'series' }, ALL);
  const shown = new Set(Array.from({ length: set.length }, (_, i) => Number(set.labels(i).get('series'))));
  for (const series of needed) if (!shown.has(series)) lines.push(`series ${series} is not among the series`);
  for (const series of shown) if (!known.has(series)) lines.push(`series ${series} is among the series`);
  return lines;
}
