import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import {
  eventually,
  freePort,
  ManualClock,
  peerProgram,
  RecordingLogger,
  temporaryFolder,
} from '@narthex/testkit';
import { Opened } from './testing/job-under-test';
import { text } from './testing/metrics-server';

const opened = new Opened({
  createClock: (startMs) => new ManualClock(startMs),
  createLogger: () => new RecordingLogger(),
  eventually,
});
afterEach(() => opened.closeAll());

describe('ScrapeManager', () => {
  test('stores what a target exposes, and what the scrape was like', async () => {
    const server = await opened.serve('# TYPE a counter\na{x="1"} 5\nb 2\n');
    const { storage, base, scrape, target } = await opened.job(server.address);
    await scrape();
    await scrape();
    expect(storage.values({ __name__: 'a', x: '1', ...base })).toEqual([5, 5]);
    expect(storage.values({ __name__: 'b', ...base })).toEqual([2, 2]);
    expect(storage.values({ __name__: 'up', ...base })).toEqual([1, 1]);
    expect(storage.values({ __name__: 'scrape_samples_scraped', ...base })).toEqual([2, 2]);
    expect(storage.values({ __name__: 'scrape_samples_post_metric_relabeling', ...base })).toEqual([2, 2]);
    expect(storage.values({ __name__: 'scrape_series_added', ...base })).toEqual([2, 0]);
    expect(storage.values({ __name__: 'scrape_duration_seconds', ...base })).toHaveLength(2);
    expect(target().health).toBe('up');
    expect(target().url).toBe(`http://${server.address}/metrics`);
    const times = storage.samples({ __name__: 'a', x: '1', ...base }).map((sample) => sample.timestampMs);
    expect(times[1]! - times[0]!).toBe(1000);
    // Known series are not looked up again.
    expect(storage.lookups).toBe(7);
  });

  test('sends the headers that upstream sends', async () => {
    const server = await opened.serve('a 1\n');
    const yaml = 'scrape_timeout: 500ms\nparams: {x: ["1 2"]}\nmetrics_path: /m\n';
    const { scrape } = await opened.job(server.address, yaml);
    await scrape();
    const { headers, url } = server.requests[0]!;
    expect(url).toBe('/m?x=1+2');
    expect(headers.accept).toBe(
      'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
    );
    expect(headers['accept-encoding']).toBe('gzip');
    expect(headers['x-prometheus-scrape-timeout-seconds']).toBe('0.5');
    expect(headers['user-agent']).toBe('Prometheus/test');
  });

  test('marks what vanishes as stale, and a failed scrape as down', async () => {
    const server = await opened.serve('a 1\nb 1\n');
    const { storage, base, scrape, target, lastError } = await opened.job(server.address);
    await scrape();
    server.answer = text('b 2\n');
    await scrape();
    await scrape();
    server.answer = (_request, response) => {
      response.statusCode = 500;
      response.end('no');
    };
    await scrape();
    expect(lastError()).toBe('server returned HTTP status 500 Internal Server Error');
    expect(target().health).toBe('down');
    server.answer = text('b 3\n');
    await scrape();
    expect(storage.values({ __name__: 'a', ...base })).toEqual([1, 'stale']);
    expect(storage.values({ __name__: 'b', ...base })).toEqual([1, 2, 2, 'stale', 3]);
    expect(storage.values({ __name__: 'up', ...base })).toEqual([1, 1, 1, 0, 1]);
  });

  test('a dead target is down for its reason, and the others do not suffer', async () => {
    const server = await opened.serve('a 1\n');
    const dead = `127.0.0.1:${await freePort()}`;
    const { storage, scrape, manager } = await opened.job([dead, server.address]);
    await scrape(2);
    expect(storage.values({ __name__: 'a', job: 'j', instance: server.address })).toEqual([1]);
    expect(storage.values({ __name__: 'up', job: 'j', instance: dead })).toEqual([0]);
    const last = manager.targets()[0]!.active.find((target) => target.url.includes(dead))!.last;
    expect(last?.error).toBe(`Get "http://${dead}/metrics": dial tcp ${dead}: connect: connection refused`);
  });

  test('stale markers follow a target that is gone, but not when it comes back', async () => {
    const server = await opened.serve('a 1\n');
    const { storage, base, scrape, discover, clock } = await opened.job(server.address);
    await scrape();
    await discover([]);
    await clock.advance(2500);
    expect(storage.values({ __name__: 'a', ...base })).toEqual([1, 'stale']);
    expect(storage.values({ __name__: 'up', ...base })).toEqual([1, 'stale']);
    await discover([server.address]);
    await scrape();
    await discover([]);
    await discover([server.address]);
    await scrape();
    await scrape();
    await scrape();
    expect(storage.values({ __name__: 'a', ...base })).toEqual([1, 'stale', 1, 1, 1, 1]);
  });

  test('a reload that leaves the series as they are keeps the cache, and no scrape is missed', async () => {
    const server = await opened.serve('a 1\n');
    const { storage, base, scrape, configure } = await opened.job(server.address);
    await scrape();
    await configure('sample_limit: 100\n');
    await scrape();
    await configure('sample_limit: 100\n');
    await scrape();
    const samples = storage.samples({ __name__: 'a', ...base });
    expect(samples.map(({ value }) => value)).toEqual([1, 1, 1]);
    expect(samples[2]!.timestampMs - samples[0]!.timestampMs).toBe(2000);
    expect(storage.values({ __name__: 'scrape_series_added', ...base })).toEqual([1, 0, 0]);
  });

  test('a reload that changes the labels ends the old series', async () => {
    const server = await opened.serve('a 1\n');
    const { storage, base, scrape, configure, clock } = await opened.job(server.address);
    await scrape();
    await configure('metric_relabel_configs: [{target_label: x, replacement: y}]\n');
    for (let i = 0; i < 4; i++) await scrape();
    await clock.advance(500);
    expect(storage.values({ __name__: 'a', ...base }).at(-1)).toBe('stale');
    expect(storage.values({ __name__: 'a', x: 'y', ...base })[0]).toBe(1);
  });

  test('dropped targets are remembered, as many as the configuration keeps', async () => {
    const yaml =
      'keep_dropped_targets: 1\nrelabel_configs: [{source_labels: [__address__], regex: "b.*", action: drop}]\n';
    const { manager } = await opened.job(['a:1', 'b:1', 'b:2'], yaml);
    const [pool] = manager.targets();
    expect(pool!.active.map((target) => target.url)).toEqual(['http://a:1/metrics']);
    expect(pool!.dropped.map((labels) => labels.get('__address__'))).toEqual(['b:1']);
    expect(pool!.droppedCount).toBe(2);
  });

  test('too many targets fail them all', async () => {
    const server = await opened.serve('a 1\n');
    const { lastError, scrape, storage, registry } = await opened.job(
      [server.address, 'localhost:1'],
      'target_limit: 1\n',
    );
    await scrape(2);
    expect(lastError()).toBe('target_limit exceeded (number of targets: 2, limit: 1)');
    expect(server.requests).toEqual([]);
    expect(storage.values({ __name__: 'up', job: 'j', instance: server.address })).toEqual([0]);
    expect(await registry.metrics()).toContain('prometheus_target_scrape_pool_exceeded_target_limit_total 1');
  });

  test('tells what targets say about their metrics', async () => {
    const server = await opened.serve('# HELP a first\n# TYPE a counter\na 1\n# HELP b second\nb 1\n');
    const { manager, scrape, registry } = await opened.job(server.address);
    await scrape();
    await scrape();
    const all = [...manager.metadata()].map(({ target, ...rest }) => ({
      ...rest,
      instance: target.get('instance'),
    }));
    const instance = server.address;
    expect(all).toEqual([
      { metricFamily: 'a', type: 'counter', unit: '', help: 'first', instance },
      { metricFamily: 'b', type: 'unknown', unit: '', help: 'second', instance },
    ]);
    expect([...manager.metadata('b')]).toHaveLength(1);
    const metrics = await registry.metrics();
    expect(metrics).toContain('prometheus_target_metadata_cache_entries{scrape_job="j"} 2');
    expect(metrics).toContain('prometheus_target_sync_length_histogram_seconds_count{scrape_job="j"} 1\n');
    expect(metrics).toMatch(
      /^prometheus_target_interval_length_histogram_seconds_count\{interval=".*"\} 1$/m,
    );
    server.answer = text('# HELP a other\na 1\n');
    for (let i = 0; i < 12; i++) await scrape();
    expect([...manager.metadata()].map(({ metricFamily, help }) => [metricFamily, help])).toEqual([
      ['a', 'other'],
    ]);
  });

  test('writes failures into a file where the configuration names one', async () => {
    const folder = temporaryFolder('scrape');
    opened.add(() => {
      folder.remove();
      return Promise.resolve();
    });
    const file = join(folder.path, 'failures.log');
    const dead = `127.0.0.1:${await freePort()}`;
    const { scrape, manager } = await opened.job(dead, `scrape_failure_log_file: ${file}\n`);
    await scrape();
    await manager.stop();
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      level: 'ERROR',
      msg: `Get "http://${dead}/metrics": dial tcp ${dead}: connect: connection refused`,
      job_name: 'j',
      target: `http://${dead}/metrics`,
    });
  });

  test('uses a connection again, and another one when the server has closed it', async () => {
    const server = await opened.serve('a 1\n');
    const { scrape, storage, base } = await opened.job(server.address);
    await scrape();
    await scrape();
    const sockets = server.requests.map(({ socket }) => socket);
    expect(sockets[1]).toBe(sockets[0]);
    sockets[0]!.destroy();
    await scrape();
    expect(server.requests.at(-1)!.socket).not.toBe(sockets[0]);
    expect(storage.values({ __name__: 'a', ...base })).toEqual([1, 1, 1]);
  });

  test('follows redirects, unless the configuration forbids it', async () => {
    const server = await opened.serve((request, response) => {
      if (request.url === '/there') text('a 1\n')(request, response);
      else response.writeHead(307, { location: '/there' }).end();
    });
    const { scrape, configure, storage, base, lastError } = await opened.job(server.address);
    await scrape();
    expect(storage.values({ __name__: 'a', ...base })).toEqual([1]);
    await configure('follow_redirects: false\n');
    await scrape();
    expect(lastError()).toBe('server returned HTTP status 307 Temporary Redirect');
  });

  const nodeExporter = peerProgram('prometheus-node-exporter');
  (nodeExporter === undefined ? test.skip : test)('reads the real node exporter', async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const child = spawn(nodeExporter!, [`--web.listen-address=${address}`], { stdio: 'ignore' });
    opened.add(() => new Promise((resolve) => child.once('exit', resolve).kill()));
    await eventually('the exporter', () => fetch(`http://${address}/`).then((answer) => answer.ok));
    const { scrape, target, storage, base, manager } = await opened.job(address);
    await scrape();
    await scrape();
    expect(target().last?.error).toBe('');
    const [first, second] = storage.values({ __name__: 'scrape_samples_scraped', ...base }) as number[];
    expect(first).toBeGreaterThan(100);
    expect(second).toBeGreaterThan(100);
    expect([...manager.metadata('node_time_seconds')][0]?.type).toBe('gauge');
  });

  test('stops at once, without waiting for a target that hangs, and stores nothing of that', async () => {
    const server = await opened.serve('a 1\n');
    const { storage, base, scrape, manager, clock } = await opened.job(server.address);
    await scrape();
    server.answer = () => undefined;
    await clock.advance(1000);
    await manager.stop();
    expect(storage.values({ __name__: 'up', ...base })).toEqual([1]);
    expect(storage.values({ __name__: 'a', ...base })).toEqual([1]);
  });
});
