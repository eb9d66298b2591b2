import { describe, expect, test } from '@jest/globals';
import { Labels } from '@narthex/model';
import { MemoryStorage } from '@narthex/promqltest';
import { type Clock } from '@narthex/process';
import { type Queryable, type SeriesSet, StorageError } from '@narthex/storage';
import { ManualClock } from '@narthex/testkit';
import { PromqlError } from '../errors.js';
import { Engine } from './engine.js';
import { type EngineFeatures, type QueryControl } from './options.js';
import { type QueryValue } from './result.js';

const MINUTE = 60_000;

/** 100 counters of a sample each minute, and two gauges. */
function filled(): MemoryStorage {
  const storage = new MemoryStorage();
  const add = (labels: Labels, timestampMs: number, value: number): void =>
    storage.append(labels, { timestampMs, value, histogram: undefined, startTimestampMs: 0 });
  for (let i = 0; i < 100; i++) {
    const labels = Labels.of({ __name__: 'hits_total', i: String(i), half: String(i % 2) });
    for (let at = 0; at <= 10; at++) add(labels, at * MINUTE, at * 60 * (i + 1));
  }
  for (const at of [0, 1, 2]) {
    add(Labels.of({ __name__: 'a', x: '1' }), at * MINUTE, at);
    add(Labels.of({ __name__: 'b', x: '1' }), at * MINUTE, 10 * at);
  }
  return storage;
}

const storage = filled();

function engine(
  options: { features?: EngineFeatures; maxSamples?: number; timeoutMs?: number; clock?: Clock } = {},
): Engine {
  return new Engine({ clock: new ManualClock(), ...options });
}

/** A value as `labels time:value …` lines. */
function shown(value: QueryValue): string[] {
  switch (value.type) {
    case 'scalar':
    case 'string':
      return [`${value.timestampMs}:${value.value}`];
    case 'vector':
      return value.samples.map(
        ({ labels, timestampMs, value }) => `${labels.toString()} ${timestampMs}:${value}`,
      );
    case 'matrix':
      return value.series.map(({ labels, columns }) => {
        const points = [...columns.timestampsMs.subarray(0, columns.length)].map(
          (at, i) => `${at}:${columns.values[i]!}`,
        );
        return `${labels.toString()} ${points.join(' ')}`;
      });
  }
}

async function failure(run: Promise<unknown>): Promise<unknown> {
  const error: unknown = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(PromqlError);
  const { code, message } = error as PromqlError;
  return { code, message };
}

describe('instant queries', () => {
  test.each([
    ['1 + 2 * 3', 'scalar', ['60000:7']],
    ['"text"', 'string', ['60000:text']],
    ['a', 'vector', ['{__name__="a", x="1"} 60000:1']],
    ['a + on (x) b', 'vector', ['{x="1"} 60000:11']],
    ['a[2m]', 'matrix', ['{__name__="a", x="1"} 0:0 60000:1']],
    ['a[2m] offset 30s', 'matrix', ['{__name__="a", x="1"} 0:0']],
    ['a[1m:30s]', 'matrix', ['{__name__="a", x="1"} 30000:0 60000:1']],
    ['sum by (half) (hits_total)', 'vector', ['{half="0"} 60000:150000', '{half="1"} 60000:153000']],
    [
      'bottomk(2, hits_total)',
      'vector',
      [
        '{__name__="hits_total", half="0", i="0"} 60000:60',
        '{__name__="hits_total", half="1", i="1"} 60000:120',
      ],
    ],
    ['nothing', 'vector', []],
  ])('%s', async (query, type, lines) => {
    const { value, warnings, infos } = await engine().instant(storage, query, { timestampMs: MINUTE });
    expect(value.type).toBe(type);
    expect(shown(value)).toEqual(lines);
    expect([...warnings, ...infos]).toEqual([]);
  });
});

describe('range queries', () => {
  const range = { startMs: 0, endMs: 4 * MINUTE, stepMs: 2 * MINUTE };

  test.each([
    ['7', ['{} 0:7 120000:7 240000:7']],
    ['time()', ['{} 0:0 120000:120 240000:240']],
    ['a', ['{__name__="a", x="1"} 0:0 120000:2 240000:2']],
    ['rate(hits_total{i="3"}[2m]) * 60', ['{half="1", i="3"} 120000:240 240000:240']],
    ['a @ end()', ['{__name__="a", x="1"} 0:2 120000:2 240000:2']],
    ['max_over_time(a[2m:1m])', ['{x="1"} 0:0 120000:2 240000:2']],
    [
      '{__name__=~"b|a"}',
      ['{__name__="a", x="1"} 0:0 120000:2 240000:2', '{__name__="b", x="1"} 0:0 120000:20 240000:20'],
    ],
  ])('%s', async (query, lines) => {
    const { value } = await engine().range(storage, query, range);
    expect(value.type).toBe('matrix');
    expect(shown(value)).toEqual(lines);
  });

  test('the look-back may be given with the query', async () => {
    const { value } = await engine().range(storage, 'a', { ...range, lookbackDeltaMs: MINUTE });
    expect(shown(value)).toEqual(['{__name__="a", x="1"} 0:0 120000:2']);
  });
});

describe('refusals', () => {
  test.each([
    ['sum(', 'bad_data', '1:5: parse error: unclosed left parenthesis'],
    [
      'a + {x="1"}',
      'execution',
      'found duplicate series for the match group {x="1"} on the right hand-side of the ' +
        'operation: [{__name__="a", x="1"}, {__name__="b", x="1"}];many-to-many matching not allowed: matching labels ' +
        'must be unique on one side',
    ],
    [
      '{x="1"} + on (x) a',
      'execution',
      'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
    ],
    ['rate({x="1"}[5m])', 'execution', 'vector cannot contain metrics with the same labelset'],
    [
      'limitk(1, a)',
      'bad_data',
      '1:1: parse error: limitk() is experimental and must be enabled with ' +
        '--enable-feature=promql-experimental-functions',
    ],
    ['topk(NaN, a)', 'execution', 'Parameter value is NaN'],
    ['label_replace(a, "~", "", "x", "(")', 'execution', 'invalid regular expression in label_replace(): ('],
  ])('%s', async (query, code, message) => {
    expect(await failure(engine().instant(storage, query, { timestampMs: MINUTE }))).toEqual({
      code,
      message,
    });
  });

  test('a range query of a range vector', async () => {
    const range = { startMs: 0, endMs: MINUTE, stepMs: MINUTE };
    expect(await failure(engine().range(storage, 'a[5m]', range))).toEqual({
      code: 'bad_data',
      message: 'invalid expression type "range vector" for range query, must be Scalar or instant Vector',
    });
  });

  test('too many samples', async () => {
    const message = 'query processing would load too many samples into memory in query execution';
    for (const query of [
      'hits_total',
      'rate(hits_total[5m])',
      'sum(hits_total)',
      'max_over_time(hits_total[5m:1m])',
      'count_over_time(hits_total[1y:1ms])',
    ]) {
      const run = engine({ maxSamples: 50 }).instant(storage, query, { timestampMs: 5 * MINUTE });
      expect(await failure(run)).toEqual({ code: 'execution', message });
    }
    await engine({ maxSamples: 200 }).instant(storage, 'sum(hits_total)', { timestampMs: 5 * MINUTE });
  });
});

/** Time that passes only when it is told to. */
class StepClock implements Clock {
  ms = 0;
  nowMs = (): number => this.ms;
  monotonicMs = (): number => this.ms;
  after = (): never => {
    throw new Error('an engine waits for nothing');
  };
}

/** Time passes by a millisecond for each series read. */
function slow(clock: StepClock): Queryable {
  return {
    querier: (minMs, maxMs) => {
      const querier = storage.querier(minMs, maxMs);
      return Object.assign(Object.create(querier) as typeof querier, {
        labelValues: querier.labelValues.bind(querier),
        labelNames: querier.labelNames.bind(querier),
        close: () => querier.close(),
        select: async (...question: Parameters<typeof querier.select>): Promise<SeriesSet> => {
          const set = await querier.select(...question);
          return {
            length: set.length,
            warnings: ['the attic was closed'],
            labels: (i) => set.labels(i),
            read: (i, into) => {
              clock.ms++;
              set.read(i, into);
            },
          };
        },
      });
    },
  };
}

describe('a query that takes long', () => {
  const at = { timestampMs: 5 * MINUTE };

  test('pauses at least every ten milliseconds', async () => {
    const clock = new StepClock();
    const pauses: number[] = [];
    const control: QueryControl = {
      cancelled: () => false,
      pause: () => {
        pauses.push(clock.nowMs());
        return Promise.resolve();
      },
    };
    const { warnings } = await engine({ clock }).instant(
      slow(clock),
      'sum(rate(hits_total[5m]))',
      at,
      control,
    );
    expect(pauses.length).toBeGreaterThanOrEqual(10);
    for (const [i, pause] of pauses.entries()) expect(pause - (pauses[i - 1] ?? 0)).toBeLessThanOrEqual(10);
    expect(warnings).toEqual(['the attic was closed']);
  });

  test('is cancelled', async () => {
    const clock = new StepClock();
    const control: QueryControl = { cancelled: () => clock.nowMs() >= 20 };
    expect(await failure(engine({ clock }).instant(slow(clock), 'hits_total', at, control))).toEqual({
      code: 'canceled',
      message: 'query was canceled in expression evaluation',
    });
    expect(clock.nowMs()).toBeLessThan(40);
  });

  test('is cancelled within a single series', async () => {
    const long = new MemoryStorage();
    const labels = Labels.of({ __name__: 'long' });
    for (let at = 0; at < 2000; at++) {
      long.append(labels, { timestampMs: at * 1000, value: at, histogram: undefined, startTimestampMs: 0 });
    }
    let asked = 0;
    const run = engine().range(
      long,
      'stddev_over_time(long[1d])',
      { startMs: 2_000_000, endMs: 3_000_000, stepMs: 1000 },
      { cancelled: () => asked++ > 2 },
    );
    expect(await failure(run)).toMatchObject({ code: 'canceled' });
  });

  test.each(['stddev_over_time', 'quantile_over_time', 'rate', 'changes'])(
    'pauses within a single series: %s',
    async (name) => {
      const long = new MemoryStorage();
      const labels = Labels.of({ __name__: 'long_total' });
      for (let at = 0; at < 1000; at++) {
        long.append(labels, {
          timestampMs: at * 1000,
          value: at,
          histogram: undefined,
          startTimestampMs: 0,
        });
      }
      // Each look at the clock takes a millisecond: there are as many as there are pieces of the work.
      const clock = new StepClock();
      clock.monotonicMs = (): number => clock.ms++;
      let pauses = 0;
      const control: QueryControl = {
        cancelled: () => false,
        pause: () => {
          pauses++;
          return Promise.resolve();
        },
      };
      const argument = name === 'quantile_over_time' ? '0.5, ' : '';
      const query = `${name}(${argument}long_total[1d])`;
      const range = { startMs: 1_000_000, endMs: 6_000_000, stepMs: 1000 };
      const { value } = await engine({ clock }).range(long, query, range, control);
      expect(value).toMatchObject({ type: 'matrix', series: [{ columns: { length: 5001 } }] });
      expect(pauses).toBeGreaterThanOrEqual(2);
    },
  );

  test('runs out of time', async () => {
    const clock = new StepClock();
    expect(await failure(engine({ clock, timeoutMs: 30 }).instant(slow(clock), 'hits_total', at))).toEqual({
      code: 'timeout',
      message: 'query timed out in expression evaluation',
    });
  });
});

describe('a storage that fails', () => {
  test.each([
    [
      'as storages do',
      new StorageError('CORRUPT', 'chunk 7 is broken'),
      { code: 'execution', message: 'expanding series: chunk 7 is broken' },
    ],
    ['as no program should', new TypeError('oops'), { name: 'TypeError', message: 'oops' }],
  ])('%s', async (_, thrown, expected) => {
    let closed = 0;
    const broken: Queryable = {
      querier: () => ({
        select: () => Promise.reject(thrown),
        labelValues: () => Promise.reject(thrown),
        labelNames: () => Promise.reject(thrown),
        close: () => {
          closed++;
        },
      }),
    };
    const run = engine().instant(broken, 'a + a offset 1m', { timestampMs: 0 });
    await expect(run).rejects.toMatchObject(expected);
    expect(closed).toBe(2);
  });
});

test('remarks carry their position and come once', async () => {
  const query = 'rate(a[5m]) +\n  histogram_quantile(2, b)';
  const { warnings, infos } = await engine().range(storage, query, {
    startMs: 0,
    endMs: 4 * MINUTE,
    stepMs: MINUTE,
  });
  expect(infos).toEqual([
    'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "a" (1:6)',
  ]);
  expect(warnings).toEqual([
    'PromQL warning: quantile value should be between 0 and 1, got 2 (2:22)',
    'PromQL warning: bucket label "le" is missing or has a malformed value of "" for metric name "b" (2:25)',
  ]);
});

test.each([
  ['one told twice has its last place', 'quantile(2, a) + quantile(2, b)', ['got 2 (1:27)']],
  [
    'what is evaluated once is named with its parentheses',
    'quantile_over_time((2), a[5m])',
    ['got 2 (1:20)'],
  ],
  ['what is not, without', 'quantile_over_time((2 * scalar(a)), a[5m])', ['got 4 (1:21)']],
  ['NaN stands for all values of a parameter', 'quantile(scalar(none), a)', ['got NaN (1:10)']],
])('remarks: %s', async (_what, query, expected) => {
  const { warnings } = await engine().instant(storage, query, { timestampMs: 2 * MINUTE });
  expect(warnings.map((text) => text.slice(text.indexOf('got')))).toEqual(expected);
});

test('a sign in front moves what is said of a selector', async () => {
  const { warnings } = await engine().instant(storage, 'histogram_quantile(0.5, +b)', { timestampMs: 0 });
  expect(warnings[0]).toMatch(/\(1:25\)$/);
});

test('labels that only differ in the name collide where it goes', async () => {
  const query = 'last_over_time({__name__=~"a|b"}[5m]) * 2';
  expect(await failure(engine().instant(storage, query, { timestampMs: MINUTE }))).toMatchObject({
    message: 'vector cannot contain metrics with the same labelset',
  });
});

test('a comparison with several matches names duplicates on the one side first', async () => {
  const query = 'hits_total > on (half) hits_total';
  const error = await failure(engine().instant(storage, query, { timestampMs: MINUTE }));
  expect(JSON.stringify(error)).toContain('found duplicate series for the match group');
});

describe('samples looked at, at each step', () => {
  const counting = engine({ features: { samplesPerStep: true } });
  const range = { startMs: 0, endMs: 2 * MINUTE, stepMs: MINUTE, samplesPerStep: true };

  test.each([
    ['a', [1, 1, 1]],
    ['a + on (x) b', [2, 2, 2]],
    ['count_over_time(a[2m])', [1, 2, 2]],
    ['absent_over_time(a[2m])', [1, 2, 2]],
    ['a offset 1m', [0, 1, 1]],
    ['vector(1)', [0, 0, 0]],
    // What is the same at every step counts at every step.
    ['a @ 60', [1, 1, 1]],
    ['count_over_time(a[2m] @ 60)', [2, 2, 2]],
    // Of a subquery the windows over it count, not what is looked at for it.
    ['max_over_time(a[2m:30s])', [1, 3, 4]],
    ['scalar(a) * a', [2, 2, 2]],
  ])('%s', async (query, counts) => {
    const { stats } = await counting.range(storage, query, range);
    expect(stats.samplesPerStep).toEqual(counts.map((count, step) => [step * MINUTE, count]));
    expect(stats.totalQueryableSamples).toBe(counts.reduce((sum, count) => sum + count, 0));
  });

  test('an instant query has one step; a bare subquery counts what is inside', async () => {
    const at = { timestampMs: 2 * MINUTE, samplesPerStep: true };
    const selected = await counting.instant(storage, 'a[2m]', at);
    expect(selected.stats.samplesPerStep).toEqual([[2 * MINUTE, 2]]);
    const { stats } = await counting.instant(storage, 'a[2m:30s]', at);
    expect(stats.samplesPerStep).toEqual([[2 * MINUTE, 4]]);
  });

  test('only where the query and the engine want it', async () => {
    const unasked = await counting.range(storage, 'a', { ...range, samplesPerStep: false });
    expect(unasked.stats).not.toHaveProperty('samplesPerStep');
    const off = await engine().range(storage, 'a', range);
    expect(off.stats).not.toHaveProperty('samplesPerStep');
  });
});
