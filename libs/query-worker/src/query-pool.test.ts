import { afterEach, describe, expect, test } from '@jest/globals';
import { Registry } from '@narthex/client';
import { Labels } from '@narthex/model';
import { PromqlError } from '@narthex/promql';
import { eventually, ManualClock, silentLogger } from '@narthex/testkit';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { type QueryNotes, type QueryTask } from './protocol.js';
import { QueryPool } from './query-pool.js';
import { QueryWorker, type TaskContext, type TaskRunner } from './query-worker.js';
import { wireOf, type WorkerThread } from './worker-thread.js';

const notes: QueryNotes = {
  warnings: ['w'],
  infos: [],
  samples: { totalQueryableSamples: 1, peakSamples: 1 },
  timings: { preparation: 0, evaluation: 0, sorting: 0 },
};
const instant = (query: string): QueryTask => ({ form: 'instant', query, timeMs: 1000, limit: 0 });

/** Answers by what the query says: `bytes N`, `wait` until stopped, `fail CODE`, `stage`. */
class ScriptedRunner implements TaskRunner {
  readonly written: number[] = [];

  async json(
    task: QueryTask,
    context: TaskContext,
    write: (bytes: Uint8Array) => Promise<void>,
  ): Promise<QueryNotes> {
    const [verb, argument = ''] = task.form === 'instant' ? task.query.split(' ') : [task.form];
    if (verb === 'bytes') {
      await write(new Uint8Array(Number(argument)).fill(0x61));
      this.written.push(Number(argument));
    } else if (verb === 'wait') {
      for (;;) {
        const interruption = context.interruption('expression evaluation');
        if (interruption !== undefined) throw interruption;
        await new Promise((resolve) => setImmediate(resolve));
      }
    } else if (verb === 'fail') {
      throw new PromqlError('execution', argument);
    } else {
      throw new TypeError(`unheard of: ${verb}`);
    }
    return notes;
  }

  vector(query: string, timeMs: number): ReturnType<TaskRunner['vector']> {
    if (query === 'bad') return Promise.reject(new PromqlError('bad_data', 'bad expression'));
    const samples = [
      { labels: Labels.of({ __name__: query, a: 'b' }), value: NaN },
      { labels: Labels.EMPTY, value: timeMs },
    ];
    return Promise.resolve({ samples, notes });
  }

  close(): void {
    this.written.length = 0;
  }
}

class Rig {
  readonly clock = new ManualClock();
  readonly runners: ScriptedRunner[] = [];
  readonly ends: { readonly near: MessagePort; readonly die: (reason: Error) => void }[] = [];
  readonly released: number[] = [];
  readonly setups: number[] = [];
  readonly pool: QueryPool<number>;

  constructor({ workers = 1, maxConcurrency = 20 } = {}) {
    this.pool = new QueryPool<number>({
      clock: this.clock,
      logger: silentLogger(),
      registry: new Registry(),
      spawn: () => this.#spawn(),
      open: (worker) => ({ setup: worker, transfer: [], release: () => this.released.push(worker) }),
      workers,
      maxConcurrency,
      timeoutMs: 60_000,
      subqueryStepMs: () => 15_000,
    });
  }

  /** A worker beside us: the same messages over a channel in this thread. */
  #spawn(): WorkerThread {
    const { port1: near, port2: far } = new MessageChannel();
    const exits: ((reason: Error) => void)[] = [];
    const close = (): Promise<void> => {
      near.close();
      return Promise.resolve();
    };
    new QueryWorker<number>(wireOf(far), (setup) => {
      this.setups.push(setup);
      const runner = new ScriptedRunner();
      this.runners.push(runner);
      return runner;
    }).start();
    this.ends.push({
      near,
      die: (reason) => {
        near.close();
        for (const exit of exits) exit(reason);
      },
    });
    return { ...wireOf(near), onExit: (listen) => void exits.push(listen), terminate: close };
  }
}

const rigs: Rig[] = [];
function rig(options?: ConstructorParameters<typeof Rig>[0]): Rig {
  const made = new Rig(options);
  rigs.push(made);
  return made;
}
afterEach(async () => {
  for (const made of rigs.splice(0)) await made.pool.close();
});

async function lengths(parts: AsyncIterable<Uint8Array>): Promise<number[]> {
  const found: number[] = [];
  for await (const part of parts) found.push(part.length);
  return found;
}

describe('answers', () => {
  test.each<[number, number[]]>([
    [0, []],
    [10, [10]],
    [262_144, [262_144]],
    [600_000, [262_144, 262_144, 75_712]],
  ])('of %d bytes come in parts', async (count, expected) => {
    const answer = await rig().pool.json(instant(`bytes ${count}`));
    expect(await lengths(answer.parts)).toEqual(expected);
    expect(answer.notes()).toEqual(notes);
  });

  test.each<[string, number | undefined]>([
    ['bytes 0', 0],
    ['bytes 10', 10],
    ['bytes 600000', undefined],
  ])('that are small are there at once, and their turn is over: %s', async (query, expected) => {
    const { pool } = rig({ maxConcurrency: 1 });
    const answer = await pool.json(instant(query));
    expect(answer.whole?.length).toBe(expected);
    if (expected === undefined) return;
    expect(answer.notes()).toEqual(notes);
    expect((await pool.json(instant('bytes 1'))).whole).toHaveLength(1);
    expect(await lengths(answer.parts)).toEqual(expected === 0 ? [] : [expected]);
  });

  test('wait for their reader', async () => {
    const made = rig();
    const answer = await made.pool.json(instant('bytes 5000000'));
    await eventually('the pool to have handed over what it may', () => made.runners.length > 0);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(made.runners[0]?.written).toEqual([]);
    expect((await lengths(answer.parts)).reduce((sum, length) => sum + length)).toBe(5_000_000);
    expect(made.runners[0]?.written).toEqual([5_000_000]);
  });

  test('vectors come as data, bit for bit', async () => {
    const answer = await rig().pool.vector('up', 1234);
    expect(answer.samples.map(({ labels, value }) => [labels.toString(), value])).toEqual([
      ['{__name__="up", a="b"}', NaN],
      ['{}', 1234],
    ]);
    expect(answer.warnings).toEqual(['w']);
  });

  test.each([
    ['fail no', 'execution', 'no'],
    ['nonsense', 'internal', 'unheard of: nonsense'],
  ])('errors keep their code: %s', async (query, code, message) => {
    await expect(rig().pool.json(instant(query))).rejects.toMatchObject({ code, message });
  });

  test('a failing vector', async () => {
    await expect(rig().pool.vector('bad', 0)).rejects.toMatchObject({
      code: 'bad_data',
      message: 'bad expression',
    });
  });
});

describe('limits', () => {
  test('a query that takes too long', async () => {
    const made = rig();
    const answer = made.pool.json(instant('wait'), { timeoutMs: 5000 });
    const refused = expect(answer).rejects.toMatchObject({
      code: 'timeout',
      message: 'query timed out in expression evaluation',
    });
    await made.clock.advance(5000);
    await refused;
  });

  test('a query that waits too long for its turn', async () => {
    const made = rig({ maxConcurrency: 1 });
    const abort = new AbortController();
    const first = made.pool.json(instant('wait'), { signal: abort.signal });
    const second = made.pool.json(instant('bytes 1'), { timeoutMs: 1000 });
    const third = made.pool.json(instant('bytes 1'));
    const refused = expect(second).rejects.toMatchObject({
      code: 'timeout',
      message: 'query timed out in query queue',
    });
    await made.clock.advance(1000);
    await refused;
    abort.abort();
    await expect(first).rejects.toMatchObject({
      code: 'canceled',
      message: 'query was canceled in expression evaluation',
    });
    const answer = await third;
    expect(await lengths(answer.parts)).toEqual([1]);
    expect(answer.queuedSeconds).toBe(1);
  });

  test('a turn is free again after every kind of end', async () => {
    const made = rig({ maxConcurrency: 1 });
    await expect(made.pool.json(instant('fail x'))).rejects.toThrow('x');
    await made.pool.vector('up', 0);
    const left = await made.pool.json(instant('bytes 9000000'));
    for await (const part of left.parts) if (part.length > 0) break;
    expect(await lengths((await made.pool.json(instant('bytes 3'))).parts)).toEqual([3]);
  });
});

describe('workers', () => {
  test('start with the first query, and rules have one of their own', async () => {
    const made = rig({ workers: 3 });
    expect(made.pool.runningWorkers).toBe(0);
    await lengths((await made.pool.json(instant('bytes 1'))).parts);
    expect(made.setups).toEqual([0]);
    await made.pool.vector('up', 0);
    expect(made.setups).toEqual([0, 3]);
  });

  test('a busy one is left alone while another is free', async () => {
    const made = rig({ workers: 3 });
    const abort = new AbortController();
    const busy = made.pool.json(instant('wait'), { signal: abort.signal });
    await lengths((await made.pool.json(instant('bytes 1'))).parts);
    expect(made.setups).toEqual([0, 1]);
    abort.abort();
    await expect(busy).rejects.toThrow('canceled');
  });

  test('that die fail their queries, and are replaced', async () => {
    const made = rig();
    const query = made.pool.json(instant('wait'));
    await eventually('a worker', () => made.runners.length === 1);
    made.ends[0]?.die(new Error('out of memory'));
    await expect(query).rejects.toMatchObject({
      code: 'WORKER_DIED',
      message: 'query worker died: out of memory',
    });
    expect(made.released).toEqual([0]);
    expect(await lengths((await made.pool.json(instant('bytes 2'))).parts)).toEqual([2]);
    expect(made.setups).toEqual([0, 0]);
  });

  test('are refused after closing', async () => {
    const made = rig();
    const query = made.pool.json(instant('wait'));
    await eventually('a worker', () => made.runners.length === 1);
    await made.pool.close();
    await expect(query).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(made.pool.json(instant('bytes 1'))).rejects.toMatchObject({ code: 'CLOSED' });
  });
});
