import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually, freePort, peerProgram, temporaryFolder } from '@narthex/testkit';
import { Labels, Matcher } from '@narthex/model';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TsdbDatabase } from '../database.js';
import { fill, MaintenanceRig, minuteMs, show, START_MS } from '../testing/maintenance-rig.js';

const promtool = peerProgram('promtool');
const prometheus = peerProgram('prometheus');
const testWithPeers = promtool !== undefined && prometheus !== undefined ? test : test.skip;

let folder: ReturnType<typeof temporaryFolder>;
let rig: MaintenanceRig;
beforeEach(() => {
  folder = temporaryFolder('tsdb-upstream');
  rig = new MaintenanceRig(join(folder.path, 'data'));
});
afterEach(async () => {
  await rig.close();
  folder.remove();
});

/** Blocks of several levels, a log with a checkpoint behind, a deletion, and series that came and went. */
async function makeData(db: TsdbDatabase): Promise<void> {
  await fill(db, 0, 4, ['early', 'a', 'b']);
  await fill(db, 4, 60, ['a', 'b']);
  await db.compact();
  await db.delete(minuteMs(10), minuteMs(12), [new Matcher('=', '__name__', 'a')]);
  await fill(db, 60, 64, ['a', 'b', 'late']);
}

/** What the real server has of each series, as {@link show} tells it. */
async function showReal(port: number): Promise<string[]> {
  const query = new URLSearchParams({ query: '{__name__!=""}[10h]', time: String(minuteMs(64) / 1000) });
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/query?${query.toString()}`);
  const { data } = (await response.json()) as {
    data: { result: { metric: { __name__: string }; values: [number, string][] }[] };
  };
  return data.result
    .map(
      ({ metric, values }) => `${metric.__name__} ${values[0]![1]}..${values.at(-1)![1]} (${values.length})`,
    )
    .sort();
}

async function withReal<T>(use: (port: number) => Promise<T>, signal: NodeJS.Signals): Promise<T> {
  const port = await freePort();
  const config = join(folder.path, 'prometheus.yml');
  writeFileSync(config, 'global: {}\n');
  const child = spawn(
    prometheus!,
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${rig.path}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--storage.tsdb.min-block-duration=10m',
      '--storage.tsdb.max-block-duration=90m',
      '--storage.tsdb.retention.time=100y',
      '--web.enable-remote-write-receiver',
    ],
    { stdio: 'ignore' },
  );
  try {
    await eventually('the real server', async () => (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok);
    return await use(port);
  } finally {
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }
}

describe('beside the real programs (where they are)', () => {
  testWithPeers('promtool lists and analyses our blocks', async () => {
    const db = await rig.open();
    await makeData(db);
    await db.close();
    const listed = spawnSync(promtool!, ['tsdb', 'list', rig.path], { encoding: 'utf8' });
    expect(listed.stderr).toBe('');
    const rows = listed.stdout
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/));
    expect(rows.map(([ulid, min, max]) => [ulid, Number(min), Number(max)])).toEqual(
      rig.metas().map(({ ulid, minTimeMs, maxTimeMs }) => [ulid, minTimeMs, maxTimeMs]),
    );
    for (const { ulid } of rig.metas()) {
      const analysed = spawnSync(promtool!, ['tsdb', 'analyze', rig.path, ulid], { encoding: 'utf8' });
      expect([analysed.status, analysed.stderr]).toEqual([0, '']);
      expect(analysed.stdout).toContain(`Block ID: ${ulid}`);
    }
    const dumped = spawnSync(promtool!, ['tsdb', 'dump', rig.path], { encoding: 'utf8' });
    expect(dumped.status).toBe(0);
    const samples = dumped.stdout.split('\n').filter((line) => line.startsWith('{'));
    expect(samples).toHaveLength(4 + 61 + 64 + 4);
  });

  testWithPeers('the real server opens our directory, and we open it after a kill', async () => {
    const db = await rig.open();
    await makeData(db);
    const shown = (await show(db)).sort();
    expect(shown).toEqual(['a 0..63 (61)', 'b 0..63 (64)', 'early 0..3 (4)', 'late 60..63 (4)']);
    await rig.close();
    expect(await withReal(showReal, 'SIGKILL')).toEqual(shown);
    const again = await rig.open();
    expect((await show(again)).sort()).toEqual(shown);
    const appender = again.appender();
    appender.float(appender.series(Labels.of({ __name__: 'late' })), minuteMs(65), 65);
    await appender.commit();
    await fill(again, 66, 90, ['late']);
    await again.compact();
    expect(Math.max(...rig.metas().map(({ maxTimeMs }) => maxTimeMs))).toBeGreaterThan(START_MS + 3_600_000);
    expect((await show(again)).sort()).toEqual([...shown.slice(0, 3), 'late 60..89 (29)']);
    await rig.close();
    expect(await withReal(showReal, 'SIGTERM')).toEqual([...shown.slice(0, 3), 'late 60..63 (4)']);
  });
});
