import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Registry } from '@narthex/client';
import { eventually, ManualClock, RecordingLogger, temporaryFolder } from '@narthex/testkit';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  checkCronExpression,
  ScheduledSnapshots,
  type ScheduledSnapshotsOptions,
} from './scheduled-snapshots.js';
import { snapshotName } from './snapshot-name.js';

const NOON_MS = Date.UTC(2026, 10, 22, 12);

let folder: ReturnType<typeof temporaryFolder>;
let clock: ManualClock;
let logger: RecordingLogger;
let registry: Registry;
let fails: Error | undefined;
beforeEach(() => {
  folder = temporaryFolder('snapshots');
  clock = new ManualClock(NOON_MS);
  logger = new RecordingLogger();
  registry = new Registry();
  fails = undefined;
});
afterEach(() => folder.remove());

/** Writes a file for a snapshot, or fails half way. */
const storage = {
  snapshot: (path: string, withHead: boolean): Promise<void> => {
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'block'), String(withHead));
    return fails === undefined ? Promise.resolve() : Promise.reject(fails);
  },
};

const create = (options: Partial<ScheduledSnapshotsOptions> = {}): ScheduledSnapshots =>
  new ScheduledSnapshots({
    expression: '0 3 * * *',
    keep: 2,
    folder: folder.path,
    storage,
    clock,
    logger,
    registry,
    ...options,
  });

async function metric(name: string): Promise<number | undefined> {
  const found = await registry.getSingleMetric(`narthex_tsdb_scheduled_${name}`)?.get();
  return found?.values[0]?.value;
}

describe('scheduled snapshots', () => {
  test('come at their times, with the newest samples, and the oldest go', async () => {
    let due: () => void = () => undefined;
    const asked: string[] = [];
    const snapshots = create({
      schedule: (expression, run) => {
        asked.push(expression);
        due = run;
        return () => asked.push('cancelled');
      },
    });
    snapshots.start();
    for (let hour = 0; hour < 3; hour++) {
      due();
      // Joins the one that is under way.
      await snapshots.run();
      expect(await metric('snapshot_last_success_timestamp_seconds')).toBe(clock.nowMs() / 1000);
      await clock.advance(3_600_000);
    }
    expect(readdirSync(folder.path).map((name) => name.replace(/[0-9a-f]{16}$/, ''))).toEqual([
      'scheduled-20261122T130000Z-',
      'scheduled-20261122T140000Z-',
    ]);
    expect(await metric('snapshots_total')).toBe(3);
    expect(await metric('snapshots_failed_total')).toBe(0);
    await snapshots.stop();
    expect(asked).toEqual(['0 3 * * *', 'cancelled']);
  });

  test('leave those of others alone, and all when asked to keep all', async () => {
    for (const name of ['20250101T000000Z-0000000000000000', 'mine']) mkdirSync(join(folder.path, name));
    const snapshots = create({ keep: 1 });
    for (let n = 0; n < 3; n++) {
      await snapshots.run();
      await clock.advance(1000);
    }
    expect(readdirSync(folder.path).sort()).toEqual([
      '20250101T000000Z-0000000000000000',
      'mine',
      expect.stringMatching(/^scheduled-20261122T120002Z-[0-9a-f]{16}$/),
    ]);
    registry = new Registry();
    const all = create({ keep: 0 });
    for (let n = 0; n < 3; n++) await all.run();
    expect(readdirSync(folder.path)).toHaveLength(6);
  });

  test('a failure is logged and counted, and leaves nothing', async () => {
    const snapshots = create();
    fails = new Error('no space left on device');
    await snapshots.run();
    expect(readdirSync(folder.path)).toEqual([]);
    expect(await metric('snapshots_total')).toBe(1);
    expect(await metric('snapshots_failed_total')).toBe(1);
    expect(await metric('snapshot_last_success_timestamp_seconds')).toBe(0);
    expect(logger.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'error Scheduled snapshot failed',
    ]);
    fails = undefined;
    await snapshots.run();
    expect(readdirSync(folder.path)).toHaveLength(1);
  });

  test('what a dead process left half made is removed, the newest finished one counts', async () => {
    mkdirSync(join(folder.path, 'scheduled-20251122T120000Z-0000000000000000.tmp'));
    mkdirSync(join(folder.path, 'scheduled-20251122T110000Z-0000000000000000'));
    const snapshots = create({ schedule: () => () => undefined });
    snapshots.start();
    expect(await metric('snapshot_last_success_timestamp_seconds')).toBeGreaterThan(0);
    await snapshots.run();
    expect(readdirSync(folder.path).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect(readdirSync(folder.path)).toHaveLength(2);
    await snapshots.stop();
  });

  test('by the real scheduler', async () => {
    const snapshots = create({ expression: '* * * * * *' });
    snapshots.start();
    await eventually('a snapshot', () => readdirSync(folder.path).length > 0);
    await snapshots.stop();
  });
});

describe('cron expressions', () => {
  test.each(['0 3 * * *', '*/5 * * * *', '30 0 3 * * 1-5', '0 0 1 jan *'])('%s', (expression) => {
    expect(() => checkCronExpression(expression)).not.toThrow();
  });

  test.each(['x', '0 25 * * *', '* * *', '61 * * * *', '0 3 * * * * *'])('%j is none', (expression) => {
    expect(() => checkCronExpression(expression)).toThrow(
      `flag 'storage.tsdb.snapshot-schedule': no cron expression: ${JSON.stringify(expression)}`,
    );
  });
});

test('a snapshot is named by time and chance', () => {
  expect(snapshotName(Date.UTC(2026, 10, 22, 13, 54, 47, 123))).toMatch(/^20261122T135447Z-[0-9a-f]{16}$/);
});
