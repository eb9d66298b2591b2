import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Registry } from '@narthex/client';
import { eventually, ManualClock, RecordingLogger, temporaryFolder } from '@narthex/testkit';
import { Maintenance } from './maintenance';
import { MaintenanceMetrics } from './maintenance-metrics';

const folder = temporaryFolder('maintenance');
afterEach(() => folder.remove());

describe('Maintenance', () => {
  test('collects and writes at each interval and at the end, leaving nothing else behind', async () => {
    const clock = new ManualClock();
    const logger = new RecordingLogger();
    const registry = new Registry();
    const path = join(folder.path, 'state');
    let collected = 0;
    const maintenance = new Maintenance({
      path,
      intervalMs: 1000,
      collectGarbage: () => collected++,
      snapshot: () => Buffer.from(`state ${collected}`),
      clock,
      logger,
      metrics: new MaintenanceMetrics(registry, 'x', 'x'),
    });
    maintenance.start();
    await clock.advance(999);
    expect(readdirSync(folder.path)).toEqual([]);
    await clock.advance(1);
    await eventually('a snapshot', () => readdirSync(folder.path).includes('state'));
    expect(readFileSync(path, 'utf8')).toBe('state 1');
    await eventually('the next wait', () => clock.pending === 1);
    await maintenance.stop();
    expect(readFileSync(path, 'utf8')).toBe('state 2');
    expect(readdirSync(folder.path)).toEqual(['state']);
    expect(await registry.metrics()).toContain('x_maintenance_total 2');
    expect(logger.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('a failure is counted and told, and does not end the work', async () => {
    const logger = new RecordingLogger();
    const registry = new Registry();
    const maintenance = new Maintenance({
      path: join(folder.path, 'missing', 'state'),
      intervalMs: 1000,
      collectGarbage: () => undefined,
      snapshot: () => new Uint8Array(),
      clock: new ManualClock(),
      logger,
      metrics: new MaintenanceMetrics(registry, 'x', 'x'),
    });
    await maintenance.stop();
    expect(logger.lines.map(({ message }) => message)).toContain('Creating shutdown snapshot failed');
    expect(await registry.metrics()).toContain('x_maintenance_errors_total 1');
  });
});
