import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Registry } from '@narthex/client';
import { decodeConfig, section } from '@narthex/config';
import { eventually, ManualClock, RecordingLogger, temporaryFolder } from '@narthex/testkit';
import { discoveryFields, type DiscoveryConfig } from './discovery-config';
import { DiscoveryManager, type TargetSets } from './discovery-manager';
import { DiscoveryMetrics } from './metrics';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function folder(): string {
  const made = temporaryFolder('discovery');
  closers.push(made.remove);
  return made.path;
}

function config(yaml: string): DiscoveryConfig {
  return decodeConfig(yaml, { file: 'x.yml', folder: '/' }, section('config.Test', discoveryFields)).value;
}

function start(jobs: Readonly<Record<string, string>>) {
  const clock = new ManualClock();
  const logger = new RecordingLogger();
  const registry = new Registry();
  const updates: TargetSets[] = [];
  const manager = new DiscoveryManager({
    name: 'scrape',
    clock,
    logger,
    metrics: new DiscoveryMetrics(registry),
    userAgent: 'test',
    onUpdate: (sets) => updates.push(sets),
  });
  closers.push(() => manager.stop());
  const apply = (given: Readonly<Record<string, string>>): void =>
    manager.applyConfig(new Map(Object.entries(given).map(([job, yaml]) => [job, config(yaml)])));
  apply(jobs);
  /** The addresses of a job in the last update, each with its labels. */
  const last = (job: string): readonly string[] | undefined =>
    updates
      .at(-1)
      ?.get(job)
      ?.flatMap((group) =>
        group.targets.map((target) => `${target.get('__address__')}${group.labels.toString()}`),
      );
  /** Moves time on until the last update has these targets. */
  const settles = async (job: string, expected: readonly string[]): Promise<void> => {
    await eventually(`the targets of ${job}`, async () => {
      await clock.advance(1000);
      return JSON.stringify(last(job)) === JSON.stringify(expected);
    });
  };
  return { clock, logger, registry, updates, manager, apply, last, settles };
}

describe('DiscoveryManager', () => {
  test('the first update comes at once, with all jobs; the next ones five seconds apart', async () => {
    const { clock, updates, apply, last, registry } = start({
      a: 'static_configs: [{targets: ["x:1", "x:2"], labels: {l: v}}, {targets: ["y:1"]}]',
      b: '',
    });
    await clock.advance(0);
    expect(updates).toHaveLength(1);
    expect(last('a')).toEqual(['x:1{l="v"}', 'x:2{l="v"}', 'y:1{}']);
    expect(last('b')).toEqual([]);
    expect(await registry.metrics()).toContain(
      'prometheus_sd_discovered_targets{name="scrape",config="a"} 3',
    );
    expect(await registry.metrics()).toContain(
      `prometheus_sd_last_update_timestamp_seconds{name="scrape",config="a"} ${clock.nowMs() / 1000}\n`,
    );
    apply({ a: 'static_configs: [{targets: ["z:1"]}]' });
    apply({ a: 'static_configs: [{targets: ["z:2"]}]' });
    await clock.advance(4999);
    expect(updates).toHaveLength(1);
    await clock.advance(1);
    expect(updates).toHaveLength(2);
    expect(last('a')).toEqual(['z:2{}']);
    expect(last('b')).toBeUndefined();
    expect(await registry.metrics()).not.toContain('config="b"');
  });

  test('equal configurations share a discovery, and a reload that keeps it keeps its targets', async () => {
    const same = 'static_configs: [{targets: ["x:1"]}]';
    const { clock, last, apply, registry } = start({ a: same, b: same });
    await clock.advance(0);
    expect([last('a'), last('b')]).toEqual([['x:1{}'], ['x:1{}']]);
    expect(await registry.metrics()).toContain('prometheus_sd_received_updates_total{name="scrape"} 1');
    apply({ b: same, c: same });
    await clock.advance(5000);
    expect([last('a'), last('b'), last('c')]).toEqual([undefined, ['x:1{}'], ['x:1{}']]);
    expect(await registry.metrics()).toContain('prometheus_sd_received_updates_total{name="scrape"} 1');
  });
});

describe('files', () => {
  test('are watched: new ones, changed ones, replaced ones, gone ones', async () => {
    const path = folder();
    const file = join(path, 'a.json');
    const labels = `{__meta_filepath="${file}"}`;
    writeFileSync(file, '[{"targets": ["x:1"]}, {"targets": ["x:2"], "labels": {"l": "v"}}]');
    const { settles } = start({ j: `file_sd_configs: [{files: ["${path}/*.json"]}]` });
    await settles('j', [`x:1${labels}`, `x:2{__meta_filepath="${file}", l="v"}`]);
    writeFileSync(file, '[{"targets": ["x:3"]}]');
    await settles('j', [`x:3${labels}`]);
    writeFileSync(join(path, 'new'), '[{"targets": ["y:1"]}]');
    renameSync(join(path, 'new'), join(path, 'b.json'));
    await settles('j', [`x:3${labels}`, `y:1{__meta_filepath="${join(path, 'b.json')}"}`]);
    rmSync(file);
    await settles('j', [`y:1{__meta_filepath="${join(path, 'b.json')}"}`]);
  });

  test('a broken one keeps the targets it had, and is counted', async () => {
    const path = folder();
    const file = join(path, 'a.yml');
    writeFileSync(file, '- targets: ["x:1"]\n');
    const { settles, registry, logger, last } = start({ j: `file_sd_configs: [{files: ["${file}"]}]` });
    const expected = [`x:1{__meta_filepath="${file}"}`];
    await settles('j', expected);
    writeFileSync(file, '- targets: ["x:1"\n  foo: {');
    await eventually('the error', () => logger.lines.some(({ message }) => message === 'Error reading file'));
    expect(await registry.metrics()).toMatch(/prometheus_sd_file_read_errors_total [1-9]/);
    expect(last('j')).toEqual(expected);
    writeFileSync(file, '- targets: ["x:2"]\n');
    await settles('j', [`x:2{__meta_filepath="${file}"}`]);
    expect(await registry.metrics()).toContain(`prometheus_sd_file_mtime_seconds{filename="${file}"}`);
  });

  test.each<[string, string]>([
    ['unknown fields', '[{"targets": ["x:1"], "foo": 1}]'],
    ['an empty group', '[null]'],
    ['no list', '{"targets": ["x:1"]}'],
  ])('%s are an error', async (_what, text) => {
    const path = folder();
    writeFileSync(join(path, 'a.json'), text);
    const { logger, clock } = start({ j: `file_sd_configs: [{files: ["${path}/a.json"]}]` });
    await clock.advance(0);
    await eventually('the error', () => logger.lines.some(({ message }) => message === 'Error reading file'));
  });

  test('a folder that is not there yet is read when it is time', async () => {
    const path = folder();
    const { settles, clock } = start({
      j: `file_sd_configs: [{files: ["${path}/sub.json"], refresh_interval: 1m}]`,
    });
    await clock.advance(10_000);
    writeFileSync(join(path, 'sub.json'), '[{"targets": ["x:1"]}]');
    await clock.advance(60_000);
    await settles('j', [`x:1{__meta_filepath="${path}/sub.json"}`]);
  });
});

describe('HTTP', () => {
  async function serve(answer: RequestListener): Promise<string> {
    const server = createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/sd`;
  }

  test('targets come from a URL, and stay when it fails', async () => {
    let body = '[{"targets": ["x:1"]}, {"targets": ["x:2"]}]';
    let status = 200;
    let seen: unknown;
    const url = await serve((request, response) => {
      seen = request.headers['x-prometheus-refresh-interval-seconds'];
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(body);
    });
    const { settles, registry, last, logger, clock } = start({
      j: `http_sd_configs: [{url: "${url}", refresh_interval: 10s}]`,
    });
    const labels = `{__meta_url="${url}"}`;
    await settles('j', [`x:1${labels}`, `x:2${labels}`]);
    expect(seen).toBe('10');
    body = '[{"targets": ["x:1"]}]';
    await settles('j', [`x:1${labels}`]);
    status = 500;
    await eventually('a failure', async () => {
      await clock.advance(1000);
      return logger.lines.some(({ message }) => message === 'Unable to refresh target groups');
    });
    expect(last('j')).toEqual([`x:1${labels}`]);
    expect(await registry.metrics()).toMatch(
      /prometheus_sd_refresh_failures_total\{mechanism="http",config="j"\} [1-9]/,
    );
  });

  test.each<[string, string, string]>([
    ['another content type', 'text/html', '[]'],
    ['YAML', 'application/json', '- targets: [a]'],
    ['unknown fields', 'application/json', '[{"foo": 1}]'],
  ])('%s is refused', async (_what, contentType, body) => {
    const url = await serve((_request, response) =>
      response.writeHead(200, { 'content-type': contentType }).end(body),
    );
    const { logger, clock } = start({ j: `http_sd_configs: [{url: "${url}"}]` });
    await clock.advance(0);
    await eventually('a failure', () =>
      logger.lines.some(({ message }) => message === 'Unable to refresh target groups'),
    );
  });
});
