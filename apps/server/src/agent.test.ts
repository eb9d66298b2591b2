import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { eventually, freePort, peerProgram, temporaryFolder } from '@narthex/testkit';
import {
  decodeSeries,
  lastCheckpoint,
  loadWalCodecs,
  RECORD_TYPE,
  recordType,
  segmentsOf,
  WalReader,
} from '@narthex/wal';
import { encodeWriteRequestV1 } from '@narthex/remote';
import { compressSync } from 'snappy';
import { Bundle, type RunningServer } from './testing/built-server.js';

const prometheus = peerProgram('prometheus');
const testWithPrometheus = prometheus === undefined ? test.skip : test;
/** Starts of servers, on a machine that may be busy. */
const PATIENCE_MS = 240_000;

let bundle: Bundle;
let target: Server;
let counter = 0;
const folder = temporaryFolder('agent');
const running: RunningServer[] = [];
const peers: ChildProcess[] = [];
let agents = 0;

beforeAll(async () => {
  bundle = await Bundle.build();
  target = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/plain; version=0.0.4');
    response.end(`# TYPE jobs_total counter\njobs_total{kind="a"} ${++counter}\njobs_total{kind="b"} 7\n`);
  }).listen(0, '127.0.0.1');
  await once(target, 'listening');
}, 120_000);

afterEach(async () => {
  for (const server of running.splice(0)) await server.end('SIGKILL');
  for (const peer of peers.splice(0)) await killed(peer);
});

afterAll(() => {
  target.closeAllConnections();
  target.close();
  bundle.remove();
  folder.remove();
});

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

/** A configuration that scrapes the target, and sends to `receiver` where there is one. */
function config(receiver: string | undefined, ...global: readonly string[]): string {
  const file = join(folder.path, `agent-${agents}.yml`);
  const address = `127.0.0.1:${(target.address() as AddressInfo).port}`;
  const sending =
    receiver === undefined
      ? []
      : ['remote_write:', `- {url: "${receiver}/api/v1/write", queue_config: {batch_send_deadline: 100ms}}`];
  const lines = [
    `global: {${['scrape_interval: 200ms', ...global].join(', ')}}`,
    'scrape_configs:',
    `- {job_name: good, static_configs: [{targets: ["${address}"]}]}`,
    ...sending,
  ];
  writeFileSync(file, lines.join('\n'));
  return file;
}

function run(...flags: readonly string[]): RunningServer {
  const server = bundle.run(['--web.listen-address=127.0.0.1:0', ...flags], folder.path);
  running.push(server);
  return server;
}

function startAgent(file: string, data: string, ...more: readonly string[]): RunningServer {
  return run('--agent', `--config.file=${file}`, `--storage.agent.path=${data}`, ...more);
}

function dataFolder(): string {
  return join(folder.path, `data-agent-${++agents}`);
}

const ready = (server: RunningServer): Promise<string> =>
  eventually('the server to be ready', () => server.url(), { timeoutMs: PATIENCE_MS });

/** The value of one of the server's own metrics. */
async function ownMetric(url: string, name: string): Promise<number | undefined> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${name} `) || each.startsWith(`${name}{`));
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ')));
}

/** The label sets that a log has records of, one for each record. */
async function loggedSeries(data: string): Promise<string[]> {
  const directory = join(data, 'wal');
  const checkpoint = lastCheckpoint(directory);
  const ranges = [...(checkpoint === undefined ? [] : [{ directory: checkpoint.path }]), { directory }];
  const reader = new WalReader({ segments: segmentsOf(ranges), codecs: await loadWalCodecs() });
  const found: string[] = [];
  while (reader.next()) {
    if (recordType(reader.record) !== RECORD_TYPE.series) continue;
    found.push(...decodeSeries(reader.record).map(({ labelPairs }) => labelPairs.join(' ')));
  }
  reader.close();
  return found;
}

/** Lines that something is wrong, but for that the process before was killed. */
function warnings(output: string): string[] {
  return output
    .split('\n')
    .filter(
      (line) =>
        /level=(?:WARN|ERROR)/.test(line) &&
        !/lockfile from a previous execution|Received an OS signal/.test(line),
    );
}

describe('an agent', () => {
  test('scrapes, sends on, and goes on where it was killed', async () => {
    const data = dataFolder();
    const receiver = run(
      `--config.file=${config(undefined)}`,
      `--storage.tsdb.path=${join(folder.path, 'received')}`,
      '--web.enable-remote-write-receiver',
    );
    const receiverUrl = await ready(receiver);
    const file = config(receiverUrl, 'external_labels: {from: agent}');
    const received = async (): Promise<number> => {
      const query = new URLSearchParams({ query: 'max(jobs_total{job="good",kind="a",from="agent"})' });
      const answer = await (await fetch(`${receiverUrl}/api/v1/query?${query.toString()}`)).json();
      const { data: found } = answer as { data: { result: { value: [number, string] }[] } };
      return Number(found.result[0]?.value[1] ?? 0);
    };
    const first = startAgent(file, data);
    await ready(first);
    await eventually('samples of the agent', async () => (await received()) > 0, { timeoutMs: PATIENCE_MS });
    await first.end('SIGKILL');

    const before = counter;
    const second = startAgent(file, data);
    const url = await ready(second);
    await expect(ownMetric(url, 'prometheus_agent_clean_start')).resolves.toBe(0);
    await eventually('samples of the second start', async () => (await received()) > before, {
      timeoutMs: PATIENCE_MS,
    });
    // up, four more about each scrape, and two of the target.
    await expect(ownMetric(url, 'prometheus_agent_active_series')).resolves.toBe(7);
    expect(await second.end()).toBe(0);
    const series = await loggedSeries(data);
    expect([series.length, new Set(series).size]).toEqual([7, 7]);
  }, 300_000);

  test('cuts its log while it sends, and loses nothing', async () => {
    const empty = join(folder.path, 'empty.yml');
    writeFileSync(empty, '');
    const receiver = run(
      `--config.file=${empty}`,
      `--storage.tsdb.path=${join(folder.path, 'received-while-cut')}`,
      '--web.enable-remote-write-receiver',
    );
    const receiverUrl = await ready(receiver);
    const first = counter + 1;
    const flags = ['wal-truncate-frequency=500ms', 'retention.min-time=1s', 'retention.max-time=2s'];
    const agent = startAgent(
      config(receiverUrl),
      dataFolder(),
      ...flags.map((flag) => `--storage.agent.${flag}`),
    );
    const url = await ready(agent);
    await eventually(
      'three checkpoints',
      async () => ((await ownMetric(url, 'prometheus_agent_checkpoint_creations_total')) ?? 0) >= 3,
      { timeoutMs: PATIENCE_MS },
    );
    // The one before was answered and logged; this one may be on its way.
    const last = counter - 1;
    expect(await agent.end()).toBe(0);
    const valuesOf = async (selector: string): Promise<number[]> => {
      const query = new URLSearchParams({ query: `${selector}[1h]` });
      const answer = await (await fetch(`${receiverUrl}/api/v1/query?${query.toString()}`)).json();
      const { data } = answer as { data: { result: { values: [number, string][] }[] } };
      return data.result[0]!.values.map(([, value]) => Number(value));
    };
    const values = await valuesOf('jobs_total{kind="a"}');
    // An answer that came too late is missing, and its scrape has failed.
    const failed = (await valuesOf('up{job="good"}')).filter((up) => up === 0);
    expect(values.length).toBeGreaterThan(3);
    expect(values).toEqual([...new Set(values)].sort((x, y) => x - y));
    expect(values[0]).toBeGreaterThanOrEqual(first);
    const missing = last - first + 1 - values.filter((value) => value <= last).length;
    expect(missing).toBeLessThanOrEqual(failed.length);
    expect(agent.output).not.toContain('failed to truncate WAL');
  }, 300_000);

  test('answers what an agent answers', async () => {
    const file = config(undefined);
    const flags = ['--web.enable-remote-write-receiver', '--web.enable-lifecycle'];
    const url = await ready(startAgent(file, dataFolder(), ...flags));
    const unavailable =
      '{"status":"error","errorType":"execution","error":"unavailable with Prometheus Agent"}';
    const walOnly = 'unsupported operation with WAL-only storage\n';
    const cases: readonly (readonly [string, string, number, string | undefined])[] = [
      ['GET', '/', 302, '<a href="/agent">Found</a>.\n\n'],
      ['GET', '/graph?x=1', 302, '<a href="/query?x=1">Found</a>.\n\n'],
      ['GET', '/query', 404, '404 page not found\n'],
      ['GET', '/alerts', 404, '404 page not found\n'],
      ['GET', '/-/healthy', 200, 'Prometheus Agent is Healthy.\n'],
      ['GET', '/-/ready', 200, 'Prometheus Agent is Ready.\n'],
      ['GET', '/federate', 500, walOnly],
      ['GET', '/federate?match[]=up', 500, walOnly],
      ['GET', '/api/v1/query?query=up', 422, unavailable],
      ['POST', '/api/v1/query', 422, unavailable],
      ['GET', '/api/v1/query_range', 422, unavailable],
      ['GET', '/api/v1/query_exemplars', 422, unavailable],
      ['GET', '/api/v1/format_query?query=up', 422, unavailable],
      ['GET', '/api/v1/parse_query?query=up', 422, unavailable],
      ['GET', '/api/v1/labels', 422, unavailable],
      ['GET', '/api/v1/label/job/values', 422, unavailable],
      ['GET', '/api/v1/series', 422, unavailable],
      ['DELETE', '/api/v1/series', 422, unavailable],
      ['GET', '/api/v1/rules', 422, unavailable],
      ['GET', '/api/v1/alerts', 422, unavailable],
      ['GET', '/api/v1/alertmanagers', 422, unavailable],
      ['GET', '/api/v1/status/tsdb', 422, unavailable],
      ['GET', '/api/v1/status/tsdb/blocks', 422, unavailable],
      ['POST', '/api/v1/admin/tsdb/snapshot', 422, unavailable],
      ['POST', '/api/v1/admin/tsdb/delete_series', 422, unavailable],
      ['PUT', '/api/v1/admin/tsdb/clean_tombstones', 422, unavailable],
      ['PUT', '/api/v1/query', 405, 'Method Not Allowed\n'],
      ['GET', '/api/v1/status/walreplay', 200, '{"status":"success","data":{"min":0,"max":0,"current":0}}'],
      ['GET', '/api/v1/scrape_pools', 200, '{"status":"success","data":{"scrapePools":["good"]}}'],
      ['GET', '/api/v1/notifications', 200, '{"status":"success","data":[]}'],
      ['POST', '/api/v1/read', 400, 'snappy: corrupt input\n'],
      ['POST', '/api/v1/write', 400, 'snappy: corrupt input\n'],
      ['GET', '/api/v1/nope', 404, '404 page not found\n'],
    ];
    for (const [method, path, status, body] of cases) {
      const answer = await fetch(url + path, { method, redirect: 'manual' });
      expect([method, path, answer.status, await answer.text()]).toEqual([method, path, status, body]);
    }
    // A query for `up` between 1 and 1000 ms, as Snappy writes it.
    const query = Buffer.from('19600a17080110e8071a10080012085f5f6e616d655f5f1a027570', 'hex');
    const read = await fetch(`${url}/api/v1/read`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-protobuf' },
      body: query,
    });
    expect([read.status, await read.text()]).toEqual([500, walOnly]);
    const features = (await (await fetch(`${url}/api/v1/features`)).json()) as {
      data: { prometheus: Record<string, boolean> };
    };
    expect(features.data.prometheus).toMatchObject({ agent_mode: true, server_mode: false });
    expect(Object.keys(features.data)).toEqual([
      'api',
      'otlp_receiver',
      'prometheus',
      'scrape',
      'service_discovery_providers',
      'templating_functions',
      'ui',
    ]);
    const info = (await (await fetch(`${url}/api/v1/status/runtimeinfo`)).json()) as {
      data: Record<string, unknown>;
    };
    expect(info.data).toMatchObject({ storageRetention: '', corruptionCount: 0, reloadConfigSuccess: true });
    const { data: shown } = (await (await fetch(`${url}/api/v1/status/flags`)).json()) as {
      data: Record<string, string>;
    };
    expect(shown).toMatchObject({
      agent: 'true',
      'storage.agent.checkpoint-batch-size': '1000',
      'storage.agent.checkpoint-from-in-memory-series': 'false',
      'storage.agent.retention.max-time': '0s',
    });
    writeFileSync(file, 'rule_files: [x.yml]');
    const reload = await fetch(`${url}/-/reload`, { method: 'POST' });
    expect([reload.status, await reload.text()]).toEqual([
      500,
      `failed to reload config: couldn't load configuration (--config.file="${file}"): field rule_files is not allowed in agent mode\n`,
    ]);
  }, 120_000);

  test('takes samples of others, and no others than newer ones', async () => {
    const data = dataFolder();
    const url = await ready(
      startAgent(
        config(undefined),
        data,
        '--web.enable-remote-write-receiver',
        '--storage.agent.no-lockfile',
      ),
    );
    const write = async (timestampMs: number): Promise<readonly [number, string]> => {
      const samples = { timestampsMs: [timestampMs], values: Float64Array.of(1) };
      const body = encodeWriteRequestV1([{ labels: [['__name__', 'written']], samples }]);
      const headers = { 'Content-Type': 'application/x-protobuf', 'Content-Encoding': 'snappy' };
      const answer = await fetch(`${url}/api/v1/write`, {
        method: 'POST',
        headers,
        body: new Uint8Array(compressSync(Buffer.from(body))),
      });
      return [answer.status, await answer.text()];
    };
    expect(await write(1000)).toEqual([204, '']);
    expect(await write(2000)).toEqual([204, '']);
    const [status, text] = await write(2000);
    expect([status, text]).toEqual([400, 'out of order sample\n']);
    expect(await loggedSeries(data)).toContain('__name__ written');
  }, 120_000);

  testWithPrometheus(
    'has a log that the original reads on, and reads on what that wrote',
    async () => {
      const data = dataFolder();
      const file = config(undefined);
      const first = startAgent(file, data);
      const url = await ready(first);
      await eventually('some scrapes', async () => {
        return ((await ownMetric(url, 'prometheus_agent_samples_appended_total')) ?? 0) > 20;
      });
      await first.end('SIGKILL');

      const peerUrl = `http://127.0.0.1:${await freePort()}`;
      let output = '';
      const flags = [
        '--agent',
        `--config.file=${file}`,
        `--storage.agent.path=${data}`,
        `--web.listen-address=${peerUrl.slice('http://'.length)}`,
      ];
      const peer = spawn(prometheus!, flags, { stdio: ['ignore', 'ignore', 'pipe'] });
      peers.push(peer);
      peer.stderr.on('data', (chunk) => (output += String(chunk)));
      await eventually('the original to scrape', async () => {
        return ((await ownMetric(peerUrl, 'prometheus_agent_samples_appended_total')) ?? 0) > 20;
      });
      expect(output).toContain('WAL segment loaded');
      expect(warnings(output)).toEqual([]);
      await expect(ownMetric(peerUrl, 'prometheus_agent_active_series')).resolves.toBe(7);
      await killed(peer);

      const third = startAgent(file, data);
      const again = await ready(third);
      await eventually('some scrapes', async () => {
        return ((await ownMetric(again, 'prometheus_agent_samples_appended_total')) ?? 0) > 20;
      });
      await expect(ownMetric(again, 'prometheus_agent_active_series')).resolves.toBe(7);
      expect(await third.end()).toBe(0);
      const series = await loggedSeries(data);
      expect([series.length, new Set(series).size]).toEqual([7, 7]);
      expect(warnings(third.output)).toEqual([]);
    },
    300_000,
  );
});

describe('an agent that does not start', () => {
  test.each<[string, readonly string[], number, string]>([
    ['rule_files: [x.yml]', [], 2, 'err="field rule_files is not allowed in agent mode"'],
    [
      'alerting: {alertmanagers: [{static_configs: [{targets: [x]}]}]}',
      [],
      2,
      'err="field alerting is not allowed in agent mode"',
    ],
    ['remote_read: [{url: "http://x"}]', [], 2, 'err="field remote_read is not allowed in agent mode"'],
    [
      '',
      [
        '--query.timeout=1m',
        '--rules.alert.resend-delay=1m',
        '--storage.tsdb.path=x',
        '--web.enable-admin-api',
      ],
      3,
      'The following flag(s) can not be used in agent mode: ["--query.timeout" "--rules.alert.resend-delay" "--storage.tsdb.path"]',
    ],
    [
      '',
      ['--storage.agent.wal-segment-size=1MB'],
      1,
      `msg="Fatal error" err="flag 'storage.agent.wal-segment-size' must be set between 10MB and 256MB"`,
    ],
  ])(
    '%s %j: exit %d',
    async (text, flags, code, message) => {
      const data = dataFolder();
      const file = join(folder.path, `refused-${agents}.yml`);
      writeFileSync(file, text);
      const server = startAgent(file, data, ...flags);
      expect(await server.exit()).toBe(code);
      expect(server.output).toContain(message);
    },
    60_000,
  );

  test('in a folder that another has: exit 1', async () => {
    const data = dataFolder();
    const file = config(undefined);
    await ready(startAgent(file, data));
    const second = startAgent(file, data);
    expect(await second.exit()).toBe(1);
    expect(second.output).toContain(
      'opening storage failed: lock DB directory: resource temporarily unavailable',
    );
  }, 60_000);
});
