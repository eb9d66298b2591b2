import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Registry } from '@narthex/client';
import { Labels } from '@narthex/model';
import { ManualClock, RecordingLogger, silentLogger, temporaryFolder } from '@narthex/testkit';
import { buildSync } from 'esbuild';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, openSync, statSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { TsdbDatabase, type TsdbOptions } from '../database.js';
import { dump } from './ooo-test-data.js';

const BASE = 10_000_000;

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder('tsdb-ooo');
});
afterEach(() => folder.remove());

const open = (path: string, options: Partial<TsdbOptions> = {}): Promise<TsdbDatabase> =>
  TsdbDatabase.open({
    path,
    clock: new ManualClock(BASE),
    logger: silentLogger(),
    outOfOrderTimeWindowMs: 3_600_000,
    noLockfile: true,
    ...options,
  });

async function write(db: TsdbDatabase, timestampMs: number): Promise<void> {
  const appender = db.appender();
  const ref = appender.series(Labels.of({ __name__: 'm', series: 'm' }));
  expect(appender.float(ref, timestampMs, 1)).toBe(0);
  await appender.commit();
}

const timesOf = async (db: TsdbDatabase): Promise<number[]> =>
  ((await dump(db)).m ?? '')
    .split(' ')
    .map((sample) => Number(sample.split(':')[0]))
    .filter((timestampMs) => timestampMs !== BASE);

describe('the out-of-order log', () => {
  test('cut at every byte of its last two records, opens with all before the cut', async () => {
    const path = join(folder.path, 'data');
    const db = await open(path);
    const log = join(path, 'wbl', '00000000');
    await write(db, BASE);
    const late = [1, 2, 3, 4, 5, 6].map((behind) => BASE - 1000 * behind);
    const ends: number[] = [];
    for (const timestampMs of late) {
      await write(db, timestampMs);
      ends.push(statSync(log).size);
    }
    const copy = join(folder.path, 'copy');
    cpSync(path, copy, { recursive: true });
    await db.close();
    const [first, second, third] = ends.slice(-3);
    for (let size = first!; size <= third!; size++) {
      const cut = join(folder.path, `cut-${size}`);
      cpSync(copy, cut, { recursive: true });
      truncateSync(join(cut, 'wbl', '00000000'), size);
      const registry = new Registry();
      const logger = new RecordingLogger();
      const again = await open(cut, { registry, logger });
      const whole = ends.filter((end) => end <= size).length;
      expect(await timesOf(again)).toEqual(late.slice(0, whole).reverse());
      const torn = size !== first && size !== second && size !== third;
      const metrics = await registry.metrics();
      expect(metrics).toContain(`prometheus_tsdb_wal_corruptions_total ${Number(torn)}\n`);
      const errors = logger.lines.filter(({ level }) => level === 'error').map(({ message }) => message);
      expect(errors).toEqual(torn ? ['Repaired damaged WBL'] : []);
      await write(again, BASE - 500);
      await again.close();
      const last = await open(cut);
      expect(await timesOf(last)).toEqual([...late.slice(0, whole).reverse(), BASE - 500]);
      await last.close();
    }
  }, 120_000);

  test('with a flipped byte, opens with what is before it', async () => {
    const path = join(folder.path, 'data');
    const db = await open(path);
    await write(db, BASE);
    for (let behind = 1; behind <= 3; behind++) await write(db, BASE - 1000 * behind);
    const log = join(path, 'wbl', '00000000');
    const size = statSync(log).size;
    await db.close();
    writeSync(openSync(log, 'r+'), Buffer.of(0xff), 0, 1, size - 3);
    const again = await open(path);
    expect(await timesOf(again)).toEqual([BASE - 2000, BASE - 1000]);
    await again.close();
  });
});

test('what was acknowledged before a kill is there', async () => {
  const bundle = join(folder.path, 'child.cjs');
  buildSync({
    entryPoints: [join(__dirname, '../testing/late-program-under-test.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    target: 'node20',
    external: ['snappy'],
    tsconfig: join(__dirname, '../../../../tsconfig.base.json'),
  });
  const path = join(folder.path, 'data');
  const child = spawn(process.execPath, [bundle, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_PATH: join(__dirname, '../../../../node_modules') },
  });
  let told = '';
  const enough = new Promise<void>((resolve) => {
    child.stdout.on('data', (part: Buffer) => {
      told += part.toString();
      if (told.split('\n').length > 300) resolve();
    });
  });
  const gone = once(child, 'exit');
  await Promise.race([enough, gone]);
  child.kill('SIGKILL');
  await gone;
  const acknowledged = told
    .slice(0, told.lastIndexOf('\n'))
    .split('\n')
    .flatMap((line) => line.split(' ').map(Number))
    .sort((a, b) => a - b);
  expect(acknowledged.length).toBeGreaterThanOrEqual(600);
  const db = await open(path);
  const found = new Set([BASE, ...(await timesOf(db))]);
  expect(acknowledged.filter((timestampMs) => !found.has(timestampMs))).toEqual([]);
  await db.close();
}, 60_000);
