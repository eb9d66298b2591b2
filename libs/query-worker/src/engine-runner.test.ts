import { describe, expect, test } from '@jest/globals';
import { compareText, Labels, type Matcher, matchesAll, type NativeHistogram } from '@narthex/model';
import { type PromqlError } from '@narthex/promql';
import { type Querier, type Queryable, type SampleColumns } from '@narthex/storage';
import { ManualClock } from '@narthex/testkit';
import { EngineRunner } from './engine-runner.js';
import { type CountableHead } from './head-statistics.js';
import { type QueryNotes, type QueryTask } from './protocol.js';
import { StopFlag } from './stop-flag.js';

interface StoredSeries {
  readonly labels: Labels;
  readonly samples: readonly (readonly [timestampMs: number, value: number | NativeHistogram])[];
}

/** Series in memory, in the simplest way there is. */
class MemoryStorage implements Queryable {
  readonly #series: readonly StoredSeries[];
  openQueriers = 0;

  constructor(series: readonly StoredSeries[]) {
    this.#series = series;
  }

  querier(minTimeMs: number, maxTimeMs: number): Querier {
    return this.#open((found) => ({
      length: found.length,
      warnings: [],
      labels: (index: number) => found[index]!.labels,
      read: (index: number, into: SampleColumns) => {
        for (const [timestampMs, value] of found[index]!.samples) {
          if (timestampMs < minTimeMs || timestampMs > maxTimeMs) continue;
          if (typeof value === 'number') into.pushFloat(timestampMs, value);
          else into.pushHistogram(timestampMs, value);
        }
      },
    })) as Querier;
  }

  /** Of each series two chunks. */
  get head(): CountableHead {
    return {
      chunkQuerier: () =>
        this.#open((found) => ({
          length: found.length,
          warnings: [],
          labels: (index: number) => found[index]!.labels,
          chunkCount: () => 2,
        })) as ReturnType<CountableHead['chunkQuerier']>,
    };
  }

  close(): void {
    this.openQueriers = 0;
  }

  #open(view: (found: readonly StoredSeries[]) => unknown): unknown {
    this.openQueriers++;
    const matching = (matchers: readonly Matcher[]): readonly StoredSeries[] =>
      this.#series.filter(({ labels }) => matchesAll(labels, matchers));
    const sorted = (texts: Iterable<string>, limit: number): { values: string[]; warnings: string[] } => {
      const values = [...new Set(texts)].sort(compareText);
      return { values: limit > 0 ? values.slice(0, limit) : values, warnings: [] };
    };
    return {
      select: (inOrder: boolean, _hints: unknown, matchers: readonly Matcher[]) => {
        const found = [...matching(matchers)];
        if (inOrder) found.sort((a, b) => a.labels.compare(b.labels));
        return Promise.resolve(view(found));
      },
      labelNames: (matchers: readonly Matcher[], limit: number) =>
        Promise.resolve(
          sorted(
            matching(matchers).flatMap(({ labels }) => [...labels].map(([name]) => name)),
            limit,
          ),
        ),
      labelValues: (name: string, matchers: readonly Matcher[], limit: number) =>
        Promise.resolve(
          sorted(
            matching(matchers)
              .map(({ labels }) => labels.get(name))
              .filter((value) => value !== ''),
            limit,
          ),
        ),
      close: () => this.openQueriers--,
    };
  }
}

const histogram: NativeHistogram = {
  counterResetHint: 0,
  schema: 0,
  zeroThreshold: 0.5,
  zeroCount: 1,
  count: 6,
  sum: 3.5,
  positiveSpans: [{ offset: 1, length: 2 }],
  negativeSpans: [{ offset: 1, length: 1 }],
  positiveBuckets: [2, 0],
  negativeBuckets: [3],
  customValues: [],
};
const storage = new MemoryStorage([
  {
    labels: Labels.of({ __name__: 'up', job: 'b' }),
    samples: [
      [1000, 0],
      [2000, 1],
    ],
  },
  {
    labels: Labels.of({ __name__: 'up', job: 'a', instance: 'i' }),
    samples: [
      [1000, 1.5],
      [2500, NaN],
    ],
  },
  { labels: Labels.of({ __name__: 'size', job: 'a', text: 'x<y"\n' }), samples: [[2000, histogram]] },
]);
const runner = new EngineRunner({
  storage,
  clock: new ManualClock(),
  limits: { lookbackDeltaMs: 300_000, maxSamples: 100, timeoutMs: 60_000 },
});

async function run(task: QueryTask, flag = new StopFlag()): Promise<{ text: string; notes: QueryNotes }> {
  const parts: Uint8Array[] = [];
  const context = { subqueryStepMs: 1000, interruption: (stage: string) => flag.interruption(stage) };
  const notes = await runner.json(task, context, (bytes) => {
    parts.push(bytes.slice());
    return Promise.resolve();
  });
  expect(storage.openQueriers).toBe(0);
  return { text: Buffer.concat(parts).toString(), notes };
}

const instant = (query: string, timeMs = 2500, limit = 0): QueryTask => ({
  form: 'instant',
  query,
  timeMs,
  limit,
});
const a = '{"__name__":"up","instance":"i","job":"a"}';
const b = '{"__name__":"up","job":"b"}';

// In the form of the real server's answers.
describe('queries', () => {
  test.each<[QueryTask, string]>([
    [instant('1.5', -1500), '{"resultType":"scalar","result":[-1.5,"1.5"]}'],
    [instant('"a<b"', 0), '{"resultType":"string","result":[0,"a\\u003cb"]}'],
    [
      instant('sort(up)'),
      `{"resultType":"vector","result":[{"metric":${b},"value":[2.500,"1"]},{"metric":${a},"value":[2.500,"NaN"]}]}`,
    ],
    [
      instant('up{job="b"}[2s]', 2000),
      `{"resultType":"matrix","result":[{"metric":${b},"values":[[1,"0"],[2,"1"]]}]}`,
    ],
    [instant('nothing'), '{"resultType":"vector","result":[]}'],
    [
      instant('size', 2000),
      '{"resultType":"vector","result":[{"metric":{"__name__":"size","job":"a","text":"x<y\\"\\n"},"histogram":[2,{"count":"6","sum":"3.5","buckets":[[1,"-2","-1","3"],[3,"-0.5","0.5","1"],[0,"1","2","2"]]}]}]}',
    ],
    [
      { form: 'range', query: 'up', startMs: 1000, endMs: 2000, stepMs: 1000, limit: 1 },
      `{"resultType":"matrix","result":[{"metric":${a},"values":[[1,"1.5"],[2,"1.5"]]}]}`,
    ],
    [
      {
        form: 'range',
        query: 'count_over_time(up{job="b"}[2s:])',
        startMs: 2000,
        endMs: 2000,
        stepMs: 1,
        limit: 0,
      },
      '{"resultType":"matrix","result":[{"metric":{"job":"b"},"values":[[2,"2"]]}]}',
    ],
  ])('%j', async (task, expected) => {
    expect((await run(task)).text).toBe(expected);
  });

  test('a limit is told of', async () => {
    expect((await run(instant('up', 2500, 1))).notes.warnings).toEqual(['results truncated due to limit']);
    expect((await run(instant('up', 2500, 2))).notes.warnings).toEqual([]);
  });

  test.each<[string, string, string]>([
    ['sum(', 'bad_data', '1:5: parse error: unclosed left parenthesis'],
    [
      'count_over_time(up[1h:1ms])',
      'execution',
      'query processing would load too many samples into memory in query execution',
    ],
  ])('%s fails', async (query, code, message) => {
    await expect(run(instant(query))).rejects.toMatchObject({ code, message });
  });

  test.each<[keyof StopFlag, string, string]>([
    ['cancel', 'canceled', 'query was canceled in expression evaluation'],
    ['timeOut', 'timeout', 'query timed out in expression evaluation'],
  ])('a raised flag ends a query: %s', async (raise, code, message) => {
    const flag = new StopFlag();
    if (raise === 'cancel') flag.cancel();
    else flag.timeOut();
    const error = (await run(instant('up'), flag).catch((reason: unknown) => reason)) as PromqlError;
    expect([error.code, error.message]).toEqual([code, message]);
    expect(storage.openQueriers).toBe(0);
  });

  test('vectors for rules: scalars are one element, other types are refused', async () => {
    const context = { subqueryStepMs: 1000, interruption: () => undefined };
    const { samples } = await runner.vector('2 * 3', 0, context);
    expect(samples).toEqual([{ labels: Labels.EMPTY, value: 6 }]);
    await expect(runner.vector('"x"', 0, context)).rejects.toMatchObject({ code: 'execution' });
  });
});

describe('labels', () => {
  const range = { startMs: 0, endMs: 5000 };
  const up = [['=', '__name__', 'up']] as const;
  const jobA = [['=~', 'job', 'a|x']] as const;
  test.each<[QueryTask, string, readonly string[]]>([
    [{ form: 'series', ...range, selectors: [up], limit: 0 }, `[${b},${a}]`, []],
    [
      { form: 'series', ...range, selectors: [up, jobA], limit: 0 },
      `[${b},${a},{"__name__":"size","job":"a","text":"x<y\\"\\n"}]`,
      [],
    ],
    [{ form: 'series', ...range, selectors: [up], limit: 1 }, `[${b}]`, ['results truncated due to limit']],
    [{ form: 'series', startMs: 5, endMs: 1, selectors: [up], limit: 0 }, '[]', []],
    [{ form: 'labelNames', ...range, selectors: [], limit: 0 }, '["__name__","instance","job","text"]', []],
    [{ form: 'labelNames', ...range, selectors: [up], limit: 0 }, '["__name__","instance","job"]', []],
    [
      { form: 'labelNames', ...range, selectors: [up], limit: 2 },
      '["__name__","instance"]',
      ['results truncated due to limit'],
    ],
    [{ form: 'labelValues', name: 'job', ...range, selectors: [up, jobA], limit: 0 }, '["a","b"]', []],
    [{ form: 'labelValues', name: 'none', ...range, selectors: [], limit: 0 }, '[]', []],
  ])('%j', async (task, expected, warnings) => {
    const { text, notes } = await run(task);
    expect(text).toBe(expected);
    expect(notes.warnings).toEqual(warnings);
  });
});

test('federation writes last samples with external labels', async () => {
  const { text } = await run({
    form: 'federation',
    format: 'text',
    escaping: 'underscores',
    startMs: 0,
    endMs: 2000,
    selectors: [[['=~', '__name__', 'up|size']], [['=', 'job', 'b']]],
    externalLabels: [
      ['zone', 'z"'],
      ['job', 'no'],
    ],
  });
  expect(text).toBe(
    '# TYPE up untyped\nup{instance="i",job="a",zone="z\\""} 1.5 1000\nup{job="b",instance="",zone="z\\""} 1 2000\n',
  );
});

test('head statistics', async () => {
  const { text } = await run({ form: 'headStatistics', minTimeMs: 1000, maxTimeMs: 2500, limit: 2 });
  expect(JSON.parse(text)).toEqual({
    headStats: { numSeries: 3, numLabelPairs: 6, chunkCount: 6, minTime: 1000, maxTime: 2500 },
    seriesCountByMetricName: [
      { name: 'up', value: 2 },
      { name: 'size', value: 1 },
    ],
    labelValueCountByLabelName: [
      { name: '__name__', value: 2 },
      { name: 'job', value: 2 },
    ],
    memoryInBytesByLabelName: [
      { name: '__name__', value: 8 },
      { name: 'text', value: 5 },
    ],
    seriesCountByLabelValuePair: [
      { name: '__name__=up', value: 2 },
      { name: 'job=a', value: 2 },
    ],
  });
});
