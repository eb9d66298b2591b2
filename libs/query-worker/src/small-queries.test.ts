import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Registry } from '@narthex/client';
import { Labels } from '@narthex/model';
import { PromqlError } from '@narthex/promql';
import { ManualClock, silentLogger, temporaryFolder } from '@narthex/testkit';
import { type SelectBound, TsdbDatabase } from '@narthex/tsdb';
import { MessageChannel } from 'node:worker_threads';
import { EngineRunner } from './engine-runner.js';
import { type InstantTask, type RangeTask } from './protocol.js';
import { type EvaluatedQuery, QueryPool } from './query-pool.js';
import { QueryWorker } from './query-worker.js';
import { SmallQueries } from './small-queries.js';
import { wireOf, type WorkerThread } from './worker-thread.js';

const BASE = 1_700_000_000_000;
const limits = { lookbackDeltaMs: 300_000, maxSamples: 100_000, timeoutMs: 60_000 };
const folder = temporaryFolder('small-queries');
let db: TsdbDatabase;

beforeAll(async () => {
  const clock = new ManualClock(BASE);
  db = await TsdbDatabase.open({ path: folder.path, clock, logger: silentLogger() });
  for (let at = 0; at < 40; at++) {
    const appender = db.appender();
    for (let i = 0; i < 100; i++) {
      const labels = Labels.of({ __name__: 'm_total', i: String(i), group: String(i % 10) });
      appender.float(appender.series(labels), BASE + at * 15_000, at * i);
    }
    await appender.commit();
  }
});
afterAll(async () => {
  await db.close();
  folder.remove();
});

const instant = (query: string, more: Partial<InstantTask> = {}): InstantTask => ({
  form: 'instant',
  query,
  timeMs: BASE + 600_000,
  limit: 0,
  ...more,
});
const range = (query: string, more: Partial<RangeTask> = {}): RangeTask => ({
  form: 'range',
  query,
  startMs: BASE + 300_000,
  endMs: BASE + 600_000,
  stepMs: 15_000,
  limit: 0,
  ...more,
});

describe('small queries', () => {
  const isTaken = (task: InstantTask | RangeTask): boolean => {
    const small = new SmallQueries({ storage: db, limits, clock: new ManualClock(BASE) });
    return small.take(task) !== undefined;
  };

  test.each<[string, InstantTask | RangeTask]>([
    ['no series', instant('1 + 1')],
    ['one series', instant('m_total{i="7"}')],
    ['a few series', range('sum by (i) (rate(m_total{group="3"}[1m]))')],
    ['unknown series', range('nothing{i="7"}')],
    ['a parse error', instant('sum(')],
  ])('are taken: %s', (_what, task) => {
    expect(isTaken(task)).toBe(true);
  });

  test.each<[string, InstantTask | RangeTask]>([
    ['many series', instant('sum(m_total)')],
    ['no label to find them by', instant('{i=~"7"}')],
    ['many steps', range('m_total{group="3"}', { stepMs: 100 })],
    ['a subquery', instant('max_over_time(m_total{i="7"}[5m:1m])')],
    ['a long text', instant(`m_total{i="${'7'.repeat(1000)}"}`)],
  ])('are not: %s', (_what, task) => {
    expect(isTaken(task)).toBe(false);
  });

  test('take a few ms of one turn of the event loop', async () => {
    const clock = new ManualClock(BASE);
    const turns: (() => void)[] = [];
    const small = new SmallQueries({ storage: db, limits, clock, nextTurn: (next) => void turns.push(next) });
    const first = small.take(instant('1'))!;
    await clock.advance(3);
    first.end();
    const second = small.take(instant('1'))!;
    await clock.advance(2);
    second.end();
    expect([small.take(instant('1')), turns.length]).toEqual([undefined, 1]);
    turns[0]!();
    expect(small.take(instant('1'))).toBeDefined();
  });

  test('shun files for a minute once one was slow', async () => {
    const clock = new ManualClock(BASE);
    const bound: SelectBound = { seriesCount: 1, sampleCount: 1, fileChunkCount: 1 };
    const storage = { querier: db.querier.bind(db), selectBound: () => bound };
    const small = new SmallQueries({ storage, limits, clock, nextTurn: queueMicrotask });
    const take = async (tookMs: number): Promise<boolean> => {
      const taken = small.take(instant('m_total'));
      await clock.advance(tookMs);
      taken?.end();
      await Promise.resolve();
      return taken !== undefined;
    };
    expect([await take(8), await take(9), await take(0)]).toEqual([true, true, false]);
    await clock.advance(60_000);
    expect(await take(0)).toBe(true);
  });
});

describe('a pool with small queries', () => {
  const evaluated: EvaluatedQuery[] = [];
  let sentToWorkers = 0;
  const makePool = (maxConcurrency = 20): QueryPool<undefined> => {
    const clock = new ManualClock(BASE);
    evaluated.length = 0;
    sentToWorkers = 0;
    return new QueryPool<undefined>({
      clock,
      logger: silentLogger(),
      registry: new Registry(),
      spawn: () => spawned(clock),
      open: () => ({ setup: undefined, transfer: [], release: () => undefined }),
      workers: 1,
      maxConcurrency,
      timeoutMs: 60_000,
      subqueryStepMs: () => 60_000,
      onEvaluated: (query) => void evaluated.push(query),
      onBegin: () => {
        sentToWorkers++;
        return () => undefined;
      },
      small: new SmallQueries({ storage: db, limits, clock }),
    });
  };
  const spawned = (clock: ManualClock): WorkerThread => {
    const { port1: near, port2: far } = new MessageChannel();
    const reading = { querier: db.querier.bind(db), close: () => undefined };
    new QueryWorker(wireOf(far), () => new EngineRunner({ storage: reading, limits, clock })).start();
    const terminate = (): Promise<void> => {
      near.close();
      return Promise.resolve();
    };
    return { ...wireOf(near), onExit: () => undefined, terminate };
  };
  const textOf = async (
    pool: QueryPool<undefined>,
    ...asked: Parameters<typeof pool.json>
  ): Promise<string> => {
    const answer = await pool.json(...asked);
    const parts: Uint8Array[] = [];
    for await (const part of answer.parts) parts.push(part);
    expect(answer.notes().warnings).toEqual([]);
    return Buffer.concat(parts).toString();
  };

  test.each<[string, InstantTask | RangeTask]>([
    ['a vector', instant('m_total{group="3"} > 30')],
    ['a matrix', range('rate(m_total{i="7"}[1m])')],
    ['a scalar', instant('vector(2) * 3')],
    ['nothing', instant('nothing')],
  ])('answers as its workers do: %s', async (_what, task) => {
    const pool = makePool();
    const here = await textOf(pool, task);
    expect(sentToWorkers).toBe(0);
    const there = await textOf(pool, task, { timeoutMs: 999 });
    expect([sentToWorkers, pool.runningWorkers]).toEqual([1, 1]);
    expect(here).toBe(there);
    expect(evaluated.map(({ task: { query }, notes }) => [query, notes?.samples])).toEqual([
      [task.query, evaluated[1]!.notes!.samples],
      [task.query, evaluated[1]!.notes!.samples],
    ]);
    await pool.close();
  });

  test.each<[string, string]>([
    ['sum(', 'bad_data'],
    ['m_total{group="3"} / on () m_total{group="3"}', 'execution'],
  ])('fails as its workers do: %s', async (query, code) => {
    const pool = makePool();
    const fault = async (timeoutMs: number): Promise<unknown> =>
      pool.json(instant(query), { timeoutMs }).then(
        () => undefined,
        (error: unknown) => error instanceof PromqlError && [error.code, error.message],
      );
    const here = await fault(60_000);
    expect(here).toEqual([code, expect.any(String)]);
    expect(await fault(999)).toEqual(here);
    expect(evaluated.map(({ error }) => error?.message)).toEqual(
      [here, here].map((each) => (each as string[])[1]),
    );
    await pool.close();
  });

  test('rules are answered here as well', async () => {
    const pool = makePool();
    const { samples } = await pool.vector('sum(m_total{group="3"})', BASE + 600_000, {
      ruleGroup: { name: 'g' },
    });
    expect(samples.map(({ value }) => value)).toEqual([
      39 * (3 + 13 + 23 + 33 + 43 + 53 + 63 + 73 + 83 + 93),
    ]);
    expect([pool.runningWorkers, evaluated[0]!.origin]).toEqual([0, { ruleGroup: { name: 'g' } }]);
    await pool.close();
  });

  test('nobody goes before those who wait for their turn, nor to a pool that is closed', async () => {
    const pool = makePool(0);
    const waiting = pool.json(instant('1'));
    await pool.close();
    await expect(pool.json(instant('1'))).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(Promise.race([waiting, Promise.resolve('waits')])).resolves.toBe('waits');
  });
});
