import { type Labels, Matcher } from '@narthex/model';
import { type ChunkQueryable, type Queryable, SampleColumns, type SeriesSet } from '@narthex/storage';
import { appendChunkSamples } from '../samples/chunk-samples.js';

export const HINTS = {
  startMs: 0,
  endMs: 0,
  stepMs: 0,
  rangeMs: 0,
  func: '',
  grouping: [],
  by: false,
  limit: 0,
};
export const EVERYTHING: readonly Matcher[] = [new Matcher('=~', '__name__', '.+')];

/** By series, each sample as `time:value`. */
export type Dump = Record<string, string>;

export function readSet(set: SeriesSet): Dump {
  const columns = new SampleColumns();
  const found: Dump = {};
  for (let i = 0; i < set.length; i++) {
    columns.clear();
    set.read(i, columns);
    if (columns.length > 0) found[keyOf(set.labels(i))] = textOf(columns);
  }
  return found;
}

/** All samples of a time range. */
export async function dump(db: Queryable, minTimeMs = -Infinity, maxTimeMs = Infinity): Promise<Dump> {
  const querier = db.querier(minTimeMs, maxTimeMs);
  try {
    return readSet(await querier.select(true, HINTS, EVERYTHING));
  } finally {
    querier.close();
  }
}

/** As {@link dump}, by way of chunks, which must not overlap and must tell the truth about their times. */
export async function dumpChunks(
  db: ChunkQueryable,
  minTimeMs = -Infinity,
  maxTimeMs = Infinity,
): Promise<Dump> {
  const querier = db.chunkQuerier(minTimeMs, maxTimeMs);
  try {
    const set = await querier.select(true, HINTS, EVERYTHING);
    const found: Dump = {};
    for (let i = 0; i < set.length; i++) {
      let lastMs = -Infinity;
      const columns = new SampleColumns();
      for (const chunk of set.chunks(i)) {
        const all = new SampleColumns();
        appendChunkSamples(chunk, -Infinity, Infinity, undefined, all);
        if (all.timestampsMs[0] !== chunk.minTimeMs || all.timestampsMs[all.length - 1] !== chunk.maxTimeMs)
          throw new Error('a chunk lies about its times');
        if (chunk.minTimeMs <= lastMs) throw new Error('chunks overlap');
        lastMs = chunk.maxTimeMs;
        appendChunkSamples(chunk, minTimeMs, maxTimeMs, undefined, columns);
      }
      if (columns.length > 0) found[keyOf(set.labels(i))] = textOf(columns);
    }
    return found;
  } finally {
    querier.close();
  }
}

/** Histograms as count, sum and how many buckets have something in them. */
function textOf({ timestampsMs, values, histograms, length }: SampleColumns): string {
  return Array.from({ length }, (_, i) => {
    const histogram = histograms?.[i];
    if (histogram === undefined) return `${timestampsMs[i]}:${values[i]}`;
    const buckets = [...histogram.positiveBuckets, ...histogram.negativeBuckets].filter((count) => count > 0);
    return `${timestampsMs[i]}:${histogram.count}/${histogram.sum}/${buckets.length}`;
  }).join(' ');
}

function keyOf(labels: Labels): string {
  return labels.get('series');
}
