import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Registry } from '@narthex/client';
import { Labels } from '@narthex/model';
import { systemClock } from '@narthex/process';
import { silentLogger, temporaryFolder } from '@narthex/testkit';
import { TsdbDatabase } from '@narthex/tsdb';
import { buildSync } from 'esbuild';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type QueryTask } from '../protocol.js';
import { QueryPool } from '../query-pool.js';
import { type QueryWorkerSetup } from '../run-query-worker.js';
import { threadOf } from '../worker-thread.js';

/*
 * Real workers over a real database: a heavy query that idle workers help with has the answer, byte for byte, that it
 * has alone, whoever dies, comes or goes meanwhile.
 */

const SERIES = 400;
const SCRAPES = 240;
const START_MS = 1_700_000_000_000;
const STEP_MS = 15_000;
const MAX_SAMPLES = 50_000_000;

const folder = temporaryFolder('split-queries');
let worker = '';
let db: TsdbDatabase;

beforeAll(async () => {
  // `snappy` is not in the bundle, since it is partly native.
  symlinkSync(join(__dirname, '../../../../node_modules'), join(folder.path, 'node_modules'));
  worker = join(folder.path, 'worker.cjs');
  buildSync({
    entryPoints: [join(__dirname, '../testing/worker-under-test.ts')],
    outfile: worker,
    bundle: true,
    platform: 'node',
    target: 'node20',
    external: ['snappy'],
    tsconfig: join(__dirname, '../../../../tsconfig.base.json'),
  });
  db = await TsdbDatabase.open({
    path: join(folder.path, 'data'),
    clock: systemClock,
    logger: silentLogger(),
    // A part goes to blocks, the rest stays in the head.
    minBlockDurationMs: 600_000,
    maxBlockDurationMs: 600_000,
  });
  for (let at = 0; at < SCRAPES; at++) await scrape(at);
  await db.compact();
}, 120_000);
afterAll(async () => {
  await db.close();
  folder.remove();
});

/** One sample of each series; some of them stop in between, or are gauges. */
async function scrape(at: number): Promise<void> {
  const appender = db.appender();
  for (let i = 0; i < SERIES; i++) {
    if (i % 7 === 0 && at % 50 < 10) continue;
    const name = i % 3 === 0 ? 'temperature' : 'requests_total';
    const labels = Labels.of({ __name__: name, pod: `pod-${i}`, half: String(i % 2) });
    const value = i % 3 === 0 ? Math.sin(at * (i + 1)) : Math.floor(at * (i + 1) * 1.7) % 5_000;
    appender.float(appender.series(labels), START_MS + at * STEP_MS, value);
  }
  await appender.commit();
}

const END_MS = START_MS + (SCRAPES - 1) * STEP_MS;
const range = (query: string, stepMs = STEP_MS): QueryTask => ({
  form: 'range',
  query,
  startMs: START_MS,
  endMs: END_MS,
  stepMs,
  limit: 0,
});

class Rig {
  readonly registry = new Registry();
  readonly threads: Worker[] = [];
  readonly pool: QueryPool<QueryWorkerSetup>;

  constructor(workers: number, maxSamples = MAX_SAMPLES, leastSharedSamples = 1_000) {
    this.pool = new QueryPool<QueryWorkerSetup>({
      clock: systemClock,
      logger: silentLogger(),
      registry: this.registry,
      spawn: () => {
        this.threads.push(new Worker(worker));
        return threadOf(this.threads.at(-1)!);
      },
      open: () => {
        const share = db.share();
        const engine = { lookbackDeltaMs: 300_000, maxSamples, timeoutMs: 120_000, leastSharedSamples };
        return {
          setup: { handles: share.handles, engine },
          transfer: share.transferList,
          release: () => share.release(),
        };
      },
      workers,
      maxConcurrency: 20,
      timeoutMs: 120_000,
      subqueryStepMs: () => 60_000,
    });
  }

  /** How often a worker was asked to help. */
  async helps(): Promise<number> {
    const text = await this.registry.metrics();
    return Number(/^narthex_query_worker_helps_total (\d+)/m.exec(text)?.[1]);
  }

  /** The answer's text, with its warnings and statistics. */
  async answer(task: QueryTask, signal?: AbortSignal): Promise<string> {
    const answer = await this.pool.json(task, { signal });
    const parts: Uint8Array[] = [];
    for await (const part of answer.parts) parts.push(part);
    const { warnings, infos, samples } = answer.notes();
    return Buffer.concat(parts).toString() + JSON.stringify({ warnings, infos, samples });
  }
}

async function using<T>(rig: Rig, use: (rig: Rig) => Promise<T>): Promise<T> {
  try {
    return await use(rig);
  } finally {
    await rig.pool.close();
  }
}

/** Asks again and again until a worker is asked to help meanwhile: one that has just ended its last help may be missed. */
async function whileHelped(
  rig: Rig,
  ask: () => Promise<string>,
): Promise<{ readonly answer: Promise<string> }> {
  for (;;) {
    const before = await rig.helps();
    const asking = { isOver: false };
    const answer = ask().finally(() => (asking.isOver = true));
    while (!asking.isOver && (await rig.helps()) === before)
      await new Promise((resolve) => setImmediate(resolve));
    if (!asking.isOver) return { answer };
    await answer;
  }
}

const HEAVY = 'sum(quantile_over_time(0.9, temperature[4m]))';
const QUERIES = [
  'requests_total',
  'sum by (half) (rate(requests_total[5m]))',
  'rate(temperature[2m])',
  'topk(5, max_over_time(temperature[10m]))',
  'quantile_over_time(0.9, temperature[4m])',
  'avg_over_time({__name__=~".+"}[7m] offset 3m)',
  'max_over_time(sum by (half) (rate(requests_total[1m]))[10m:30s])',
  'requests_total / on (pod) group_left (half) last_over_time(requests_total[1m])',
  'count(temperature > 0.5)',
  'timestamp(temperature @ 1700001000)',
];

let expected: Map<string, string>;

describe('with idle workers', () => {
  beforeAll(async () => {
    await using(new Rig(1), async (alone) => {
      expected = new Map();
      for (const query of QUERIES) expected.set(query, await alone.answer(range(query)));
      expect(await alone.helps()).toBe(0);
    });
  }, 120_000);

  test('answers are those of one worker alone', async () => {
    await using(new Rig(4), async (rig) => {
      for (let round = 0; round < 3; round++) {
        for (const query of QUERIES) expect(await rig.answer(range(query))).toBe(expected.get(query));
      }
      expect(rig.threads).toHaveLength(4);
      expect(await rig.helps()).toBeGreaterThan(QUERIES.length);
    });
  }, 120_000);

  test('the limit of samples is that of one worker', async () => {
    const query = QUERIES[1]!;
    const peak = Number(/"peakSamples":(\d+)/.exec(expected.get(query)!)![1]);
    await using(new Rig(2, peak), async (rig) => {
      for (let round = 0; round < 3; round++)
        expect(await rig.answer(range(query))).toBe(expected.get(query));
    });
    await using(new Rig(2, peak - 1), async (rig) => {
      for (let round = 0; round < 3; round++) {
        await expect(rig.answer(range(query))).rejects.toMatchObject({
          code: 'execution',
          message: 'query processing would load too many samples into memory in query execution',
        });
      }
    });
  }, 120_000);

  test('a helper that dies costs nothing but its help', async () => {
    await using(new Rig(2), async (rig) => {
      const alone = await rig.answer(range(HEAVY, 1_000));
      for (let round = 0; round < 8; round++) {
        const { answer } = await whileHelped(rig, () => rig.answer(range(HEAVY, 1_000)));
        // Sooner or later in each round.
        for (let turn = 0; turn < 7 * round; turn++) await new Promise((resolve) => setImmediate(resolve));
        await rig.threads.at(-1)!.terminate();
        expect(await answer).toBe(alone);
        expect(await rig.answer(range(HEAVY, 1_000))).toBe(alone);
      }
      const text = await rig.registry.metrics();
      expect(Number(/^narthex_query_worker_deaths_total (\d+)/m.exec(text)?.[1])).toBe(8);
    });
  }, 120_000);

  test('a query whose own worker dies fails, and its helper is free', async () => {
    await using(new Rig(2), async (rig) => {
      const alone = await rig.answer(range(HEAVY, 1_000));
      for (let round = 0; round < 4; round++) {
        const asking = rig.threads.length;
        const { answer } = await whileHelped(rig, () => rig.answer(range(HEAVY, 250)));
        const refused = expect(answer).rejects.toMatchObject({ code: 'WORKER_DIED' });
        for (let turn = 0; turn < 3 * round; turn++) await new Promise((resolve) => setImmediate(resolve));
        await rig.threads[round === 0 ? 0 : asking - 1]!.terminate();
        await refused;
        expect(await rig.answer(range(HEAVY, 1_000))).toBe(alone);
      }
    });
  }, 120_000);

  test('a query that nobody wants any more stops everywhere', async () => {
    await using(new Rig(2), async (rig) => {
      for (let round = 0; round < 10; round++) {
        const abort = new AbortController();
        const { answer } = await whileHelped(rig, () => rig.answer(range(HEAVY, 250), abort.signal));
        abort.abort();
        await expect(answer).rejects.toMatchObject({ code: 'canceled' });
      }
      for (const query of QUERIES) expect(await rig.answer(range(query))).toBe(expected.get(query));
    });
  }, 120_000);

  test('twenty queries at once share the workers, and all are answered', async () => {
    await using(new Rig(2), async (rig) => {
      const all = Array.from({ length: 20 }, (_, at) => QUERIES[at % QUERIES.length]!);
      const answers = await Promise.all(all.map((query) => rig.answer(range(query))));
      answers.forEach((answer, at) => expect(answer).toBe(expected.get(all[at]!)));
    });
  }, 120_000);

  test('what is written meanwhile changes nothing', async () => {
    const query = `sum(rate({__name__=~".+"}[3m]))`;
    await using(new Rig(1), async (alone) => {
      await using(new Rig(3), async (rig) => {
        for (let at = 0; at < 15; at++) {
          const both = Promise.all([alone.answer(range(query)), rig.answer(range(query))]);
          await scrape(SCRAPES + at);
          const [one, other] = await both;
          expect(other).toBe(one);
        }
        expect(await rig.helps()).toBeGreaterThan(0);
      });
    });
  }, 120_000);
});
