import { Matcher, METRIC_NAME } from '@narthex/model';
import { type ChunkQuerier, type ChunkSeriesSet } from '@narthex/storage';
import { type TextWriter } from './text-writer.js';
import { type Rest } from './label-answers.js';
import { type HeadStatisticsTask } from './protocol.js';

/** Between two looks at the stop flag. */
const BATCH = 500;

/** The head alone, without blocks. */
export interface CountableHead {
  chunkQuerier(
    minTimeMs: number,
    maxTimeMs: number,
  ): Pick<ChunkQuerier, 'close'> & {
    select(
      ...question: Parameters<ChunkQuerier['select']>
    ): Promise<ChunkSeriesSet & { chunkCount(index: number): number }>;
  };
}

type Counts = ReadonlyMap<string, number>;

const NONE: Counts = new Map();

/** Counts series by their labels, as `/status/tsdb` shows it. */
export async function writeHeadStatistics(
  head: CountableHead,
  task: HeadStatisticsTask,
  writer: TextWriter,
  rest: Rest,
): Promise<void> {
  const { minTimeMs, maxTimeMs, limit } = task;
  const seriesByValue = new Map<string, Map<string, number>>();
  let numSeries: number;
  let chunkCount = 0;
  const querier = head.chunkQuerier(minTimeMs, maxTimeMs);
  try {
    const hints = {
      startMs: minTimeMs,
      endMs: maxTimeMs,
      stepMs: 0,
      rangeMs: 0,
      func: '',
      grouping: [],
      by: false,
      limit: 0,
    };
    const found = await querier.select(false, hints, [new Matcher('=~', METRIC_NAME, '.*')]);
    numSeries = found.length;
    for (let i = 0; i < found.length; i++) {
      if (i % BATCH === 0) await rest();
      for (const [name, value] of found.labels(i)) {
        let values = seriesByValue.get(name);
        if (values === undefined) seriesByValue.set(name, (values = new Map<string, number>()));
        values.set(value, (values.get(value) ?? 0) + 1);
      }
      chunkCount += found.chunkCount(i);
    }
  } finally {
    querier.close();
  }
  const names = [...seriesByValue];
  const pairs = new Map<string, number>();
  for (const [name, values] of names)
    for (const [value, count] of values) pairs.set(`${name}=${value}`, count);
  writer.text(
    JSON.stringify({
      headStats: { numSeries, numLabelPairs: pairs.size, chunkCount, minTime: minTimeMs, maxTime: maxTimeMs },
      seriesCountByMetricName: largest(seriesByValue.get(METRIC_NAME) ?? NONE, limit),
      labelValueCountByLabelName: largest(new Map(names.map(([name, values]) => [name, values.size])), limit),
      memoryInBytesByLabelName: largest(
        new Map(names.map(([name, values]) => [name, bytesOf(values)])),
        limit,
      ),
      seriesCountByLabelValuePair: largest(pairs, limit),
    }),
  );
}

/** What the values of a label would take if every series held its own. */
function bytesOf(values: Counts): number {
  let bytes = 0;
  for (const [value, count] of values) bytes += Buffer.byteLength(value) * count;
  return bytes;
}

function largest(counts: Counts, limit: number): { readonly name: string; readonly value: number }[] {
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, limit)
    .map(([name, value]) => ({ name, value }));
}
