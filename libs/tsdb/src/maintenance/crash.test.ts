import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Labels, Matcher } from '@narthex/model';
import { SampleColumns } from '@narthex/storage';
import { eventually, temporaryFolder } from '@narthex/testkit';
import { buildSync } from 'esbuild';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type TsdbDatabase } from '../database.js';
import { fill, MaintenanceRig, minuteMs, show } from '../testing/maintenance-rig.js';

const programs = temporaryFolder('tsdb-programs');
const bundle = (name: string): string => {
  const outfile = join(programs.path, `${name}.cjs`);
  buildSync({
    entryPoints: [join(__dirname, '../testing', `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    external: ['snappy'],
    tsconfig: join(__dirname, '../../../../tsconfig.base.json'),
  });
  return outfile;
};
const files = { worker: '', program: '' };
beforeAll(() => {
  // `snappy` is not in the bundles, since it is partly native.
  symlinkSync(join(__dirname, '../../../../node_modules'), join(programs.path, 'node_modules'));
  files.worker = bundle('worker-under-test');
  files.program = bundle('program-under-test');
});
afterAll(() => programs.remove());

const spawnWorker = (): Worker => new Worker(files.worker);

describe('in a worker', () => {
  test('blocks are written, merged and cleaned, and closing ends the worker', async () => {
    const folder = temporaryFolder('tsdb-worker');
    const rig = new MaintenanceRig(folder.path);
    const workers: Worker[] = [];
    const db = await rig.open({
      spawnWorker: () => {
        workers.push(spawnWorker());
        return workers.at(-1)!;
      },
    });
    await fill(db, 0, 60);
    await db.compact();
    expect(rig.ranges()).toEqual(['0-3', '3-4', '4-5']);
    await db.delete(minuteMs(3), minuteMs(5), [new Matcher('=', '__name__', 'a')]);
    await db.cleanTombstones();
    expect(await show(db)).toEqual(['a 0..59 (57)', 'b 0..59 (60)']);
    expect(workers).toHaveLength(1);
    const exited = once(workers[0]!, 'exit');
    await rig.close();
    await exited;
    folder.remove();
  }, 60_000);

  test('that dies, the work is tried again in another', async () => {
    const folder = temporaryFolder('tsdb-worker');
    const rig = new MaintenanceRig(folder.path);
    let spawned = 0;
    const db = await rig.open({
      spawnWorker: () => (spawned++ === 0 ? new Worker('process.exit(3)', { eval: true }) : spawnWorker()),
    });
    await fill(db, 0, 17);
    await eventually('the failure', () => rig.logged('error').includes('compaction failed'));
    const failure = rig.logger.lines.find(({ message }) => message === 'compaction failed');
    expect(String(failure!.fields.err)).toContain('maintenance worker died: exit code 3');
    expect(await show(db)).toEqual(['a 0..16 (17)', 'b 0..16 (17)']);
    // The next look for blocks asks for the next compaction.
    await rig.clock.advance(61_000);
    await eventually('a block', () => rig.ranges().length === 1);
    await rig.close();
    folder.remove();
  }, 60_000);

  test('an idle one ends, and another is started when there is work', async () => {
    const folder = temporaryFolder('tsdb-worker');
    const rig = new MaintenanceRig(folder.path);
    const workers: Worker[] = [];
    const db = await rig.open({
      spawnWorker: () => {
        workers.push(spawnWorker());
        return workers.at(-1)!;
      },
    });
    await fill(db, 0, 17);
    await db.compact();
    const exited = once(workers[0]!, 'exit');
    await rig.clock.advance(6 * 60_000);
    await exited;
    await fill(db, 17, 27);
    await db.compact();
    expect(workers).toHaveLength(2);
    expect(rig.ranges()).toEqual(['0-1', '1-2']);
    await rig.close();
    folder.remove();
  }, 60_000);

  test('closing cancels what is under way, and nothing is lost', async () => {
    const folder = temporaryFolder('tsdb-worker');
    const rig = new MaintenanceRig(folder.path);
    const db = await rig.open({ spawnWorker });
    const names = Array.from({ length: 2000 }, (_, at) => `m${String(at).padStart(4, '0')}`);
    await fill(db, 0, 17, names);
    const compacting = db.compact().then(
      () => 'done',
      (error: unknown) => (error as { code?: unknown }).code,
    );
    await db.close();
    expect(['done', 'CANCELLED']).toContain(await compacting);
    expect(readdirSync(folder.path).filter((name) => name.includes('.tmp-for'))).toEqual([]);
    const again = await rig.open();
    const shown = await show(again);
    expect(shown).toHaveLength(2000);
    expect(new Set(shown.map((line) => line.replace(/^m\d+ /, '')))).toEqual(new Set(['0..16 (17)']));
    await rig.close();
    folder.remove();
  }, 60_000);
});

describe('a process killed with -9', () => {
  const SERIES = 1000;

  async function countOf(
    db: TsdbDatabase,
    number: number,
  ): Promise<{ first: number; last: number; count: number }> {
    const querier = db.querier(-Infinity, Infinity);
    const hints = {
      startMs: 0,
      endMs: 0,
      stepMs: 0,
      rangeMs: 0,
      func: '',
      grouping: [],
      by: false,
      limit: 0,
    };
    const text = String(number).padStart(6, '0');
    const set = await querier.select(false, hints, [new Matcher('=', 'number', text)]);
    expect(set.length).toBe(1);
    expect(set.labels(0).equals(Labels.of({ __name__: 'm', number: text }))).toBe(true);
    const columns = new SampleColumns();
    set.read(0, columns);
    querier.close();
    return { first: columns.values[0]!, last: columns.values[columns.length - 1]!, count: columns.length };
  }

  /** Runs until `isTime` says so, then kills it. The minute that was committed last, as far as it could say. */
  async function runAndKill(
    path: string,
    first: number,
    isTime: (minute: number) => boolean,
  ): Promise<number> {
    const child: ChildProcess = spawn(
      process.execPath,
      [files.program, path, files.worker, String(first), String(SERIES)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let last = first - 1;
    let rest = '';
    child.stdout!.on('data', (bytes: Buffer) => {
      const lines = (rest + bytes.toString()).split('\n');
      rest = lines.pop()!;
      if (lines.length > 0) last = Number(lines.at(-1));
    });
    try {
      await eventually('the moment to kill', () => isTime(last), { everyMs: 1, timeoutMs: 60_000 });
    } finally {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    }
    return last;
  }

  test('in the middle of a compaction leaves a directory that opens, with all that was committed', async () => {
    const folder = temporaryFolder('tsdb-killed');
    let next = 0;
    for (let round = 0; round < 3; round++) {
      const isCompacting = (minute: number): boolean =>
        minute > next + 17 && readdirSync(folder.path).some((name) => name.includes('.tmp-for'));
      const committed = await runAndKill(folder.path, next, isCompacting);
      const rig = new MaintenanceRig(folder.path);
      const db = await rig.open();
      expect(readdirSync(folder.path).filter((name) => name.includes('.tmp-for'))).toEqual([]);
      for (const number of [0, SERIES / 2, SERIES - 1]) {
        const { first, last, count } = await countOf(db, number);
        expect(first).toBe(0);
        expect(last).toBeGreaterThanOrEqual(committed);
        expect(count).toBe(last + 1);
        next = last + 1;
      }
      await rig.close();
    }
    folder.remove();
  }, 120_000);
});
