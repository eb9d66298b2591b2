import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually, freePort, peerProgram, temporaryFolder } from '@narthex/testkit';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Bundle, type RunningServer } from './testing/built-server.js';

/*
 * Servers as they are built write to each other and read from each other; where they are there, the original Prometheus
 * and VictoriaMetrics take part.
 */

/** Starts of servers, on a machine that may be busy. */
const PATIENCE_MS = 240_000;
const PATIENCE = { timeoutMs: 120_000 };

const folder = temporaryFolder('server-remote');
const running = new Set<RunningServer>();
const peers = new Set<ChildProcess>();
let bundle: Bundle;
let started = 0;

beforeAll(async () => {
  bundle = await Bundle.build();
}, 120_000);

afterEach(async () => {
  for (const server of running) await server.end('SIGKILL');
  running.clear();
  for (const peer of peers) {
    peer.kill('SIGKILL');
    if (peer.exitCode === null && peer.signalCode === null) await once(peer, 'exit');
  }
  peers.clear();
});

afterAll(() => {
  bundle.remove();
  folder.remove();
});

interface Started {
  readonly server: RunningServer;
  readonly url: string;
}

async function start(config: string, name: string, ...flags: string[]): Promise<Started> {
  const file = join(folder.path, `${name}-${++started}.yml`);
  writeFileSync(file, config);
  const path = join(folder.path, `data-${name}`);
  const server = bundle.run(
    [
      `--config.file=${file}`,
      `--storage.tsdb.path=${path}`,
      '--web.enable-remote-write-receiver',
      '--web.enable-lifecycle',
      ...flags,
    ],
    folder.path,
  );
  running.add(server);
  const url = await eventually('the server to be ready', () => server.url(), PATIENCE);
  return { server, url };
}

const ANY_PORT = '--web.listen-address=127.0.0.1:0';

/** Scrapes a target each second and writes what it finds to receivers. */
function sender(target: string, remoteWrites: readonly object[], labels: object = {}): string {
  const job = { job_name: 'source', static_configs: [{ targets: [target] }] };
  const global = { scrape_interval: '1s', external_labels: labels };
  return JSON.stringify({ global, scrape_configs: [job], remote_write: remoteWrites });
}

const QUICK = { batch_send_deadline: '200ms', min_backoff: '50ms', max_backoff: '500ms' };

async function ask<T>(url: string, path: string, parameters: Record<string, string>): Promise<T> {
  const response = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`);
  const { data } = (await response.json()) as { data: T };
  return data;
}

/** The samples of each series in the last five minutes: its labels and its times. */
async function samplesOf(
  url: string,
  selector: string,
): Promise<Map<string, readonly (readonly [number, string])[]>> {
  const query = `${selector}[5m]`;
  const { result } = await ask<{
    result: { metric: Record<string, string>; values: [number, string][] }[];
  }>(url, 'query', { query });
  return new Map(result.map(({ metric, values }) => [JSON.stringify(metric), values]));
}

const EMPTY = '{}';
const UP = 'up{job="source"}';

async function countOf(url: string, selector: string): Promise<number> {
  const found = await samplesOf(url, selector);
  return [...found.values()].reduce((sum, values) => sum + values.length, 0);
}

test.each(['prometheus.WriteRequest', 'io.prometheus.write.v2.Request'])(
  'what is scraped arrives by %s, whatever ends and begins meanwhile',
  async (message) => {
    const name = message.includes('v2') ? 'v2' : 'v1';
    const port = await freePort();
    const listen = `--web.listen-address=127.0.0.1:${port}`;
    let receiver = await start(EMPTY, `receiver-${name}`, listen);
    const remote = { url: `${receiver.url}/api/v1/write`, protobuf_message: message, queue_config: QUICK };
    const config = sender(`127.0.0.1:${port}`, [remote], { origin: 'x' });
    let source = await start(config, `sender-${name}`, ANY_PORT);
    const received = `${UP.slice(0, -1)},origin="x"}`;
    await eventually('some samples', async () => (await countOf(receiver.url, received)) >= 3, PATIENCE);

    // The receiver dies and comes back: what it missed is sent again.
    await receiver.server.end('SIGKILL');
    const scraped = await countOf(source.url, UP);
    await eventually(
      'scrapes while it is gone',
      async () => (await countOf(source.url, UP)) >= scraped + 2,
      PATIENCE,
    );
    receiver = await start(EMPTY, `receiver-${name}`, listen);
    const here = await countOf(source.url, UP);
    await eventually(
      'what was missed',
      async () => (await countOf(receiver.url, received)) >= here,
      PATIENCE,
    );
    const stored = [...(await samplesOf(source.url, UP)).values()][0]!;
    const arrived = new Set(
      [...(await samplesOf(receiver.url, received)).values()][0]!.map(([time]) => time),
    );
    const first = Math.min(...arrived);
    expect(stored.filter(([time]) => time >= first && !arrived.has(time)).slice(0, -3)).toEqual([]);

    // The sender dies and comes back: it goes on with what is new.
    await source.server.end('SIGKILL');
    source = await start(config, `sender-${name}`, ANY_PORT);
    const before = await countOf(receiver.url, received);
    await eventually('more', async () => (await countOf(receiver.url, received)) >= before + 3, PATIENCE);

    // An orderly end sends all that there is.
    await source.server.end('SIGTERM');
    expect(source.server.output).toContain('Remote storage stopped.');
    const text = await (await fetch(`${receiver.url}/metrics`)).text();
    expect(text).toContain('prometheus_remote_storage_samples_in_total');
    rmSync(join(folder.path, `data-sender-${name}`), { recursive: true });
  },
  PATIENCE_MS,
);

test(
  'what another server has is read from it, where the local one has nothing',
  async () => {
    const port = await freePort();
    const store = await start(
      sender(`127.0.0.1:${port}`, []),
      'store',
      `--web.listen-address=127.0.0.1:${port}`,
    );
    await eventually('some samples', async () => (await countOf(store.url, UP)) >= 3, PATIENCE);
    const config = (readRecent: boolean): string =>
      JSON.stringify({
        remote_read: [{ url: `${store.url}/api/v1/read`, read_recent: readRecent }],
      });
    const reader = await start(config(true), 'reader', ANY_PORT);
    const [theirs, ours] = [await samplesOf(store.url, UP), await samplesOf(reader.url, UP)];
    expect([...ours.keys()]).toEqual([...theirs.keys()]);
    const [key] = [...theirs.keys()];
    expect(ours.get(key!)!.slice(0, theirs.get(key!)!.length)).toEqual(theirs.get(key!));
    const series = await ask<unknown[]>(reader.url, 'series', { 'match[]': UP });
    expect(series).toHaveLength(1);
    // Nothing of it is in the local storage.
    expect(await (await fetch(`${reader.url}/federate?match[]=${encodeURIComponent(UP)}`)).text()).toBe('');
    await store.server.end('SIGKILL');
    const query = new URLSearchParams({ query: UP }).toString();
    const answer = (await (await fetch(`${reader.url}/api/v1/query?${query}`)).json()) as {
      warnings: string[];
    };
    expect(answer).toMatchObject({ status: 'success', data: { result: [] } });
    expect(answer.warnings[0]).toMatch(
      /^remote_read: error sending request: Post "http.*connection refused$/,
    );
  },
  PATIENCE_MS,
);

const prometheus = peerProgram('prometheus');
const victoria = peerProgram('victoria-metrics');

function startPeer(program: string, args: readonly string[]): void {
  peers.add(spawn(program, args, { cwd: folder.path, stdio: 'ignore' }));
}

async function ready(url: string): Promise<void> {
  await eventually(
    `${url} to be ready`,
    () =>
      fetch(url).then(
        ({ ok }) => ok,
        () => false,
      ),
    PATIENCE,
  );
}

(prometheus === undefined ? describe.skip : describe)('beside the original', () => {
  test(
    'both write the same to each other',
    async () => {
      const port = await freePort();
      const target = `127.0.0.1:${port}`;
      const url = `http://${target}`;
      const ours = await start(EMPTY, 'beside', ANY_PORT);
      const messages = ['prometheus.WriteRequest', 'io.prometheus.write.v2.Request'];
      const to = (receiver: string): object[] =>
        messages.map((message) => ({
          url: `${receiver}/api/v1/write`,
          protobuf_message: message,
          queue_config: QUICK,
          write_relabel_configs: [{ target_label: 'message', replacement: message }],
        }));
      const file = join(folder.path, 'original.yml');
      writeFileSync(file, sender(target, to(ours.url), { origin: 'theirs' }));
      startPeer(prometheus!, [
        `--config.file=${file}`,
        '--storage.tsdb.path=data-original',
        `--web.listen-address=${target}`,
        '--web.enable-remote-write-receiver',
      ]);
      await ready(`${url}/-/ready`);
      const source = await start(sender(target, to(url), { origin: 'ours' }), 'beside-sender', ANY_PORT);
      const query = 'count by (message, origin) ({job="source",origin!=""})';
      const countsOf = async (receiver: string): Promise<Record<string, string>> => {
        interface Found {
          readonly metric: { readonly message: string; readonly origin: string };
          readonly value: [number, string];
        }
        const { result } = await ask<{ result: Found[] }>(receiver, 'query', { query });
        return Object.fromEntries(
          result.map(({ metric, value }) => [`${metric.origin} ${metric.message}`, value[1]]),
        );
      };
      const counts = await eventually(
        'series of both',
        async () => {
          const all = { ...(await countsOf(ours.url)), ...(await countsOf(url)) };
          const isSettled = Object.keys(all).length === 4 && new Set(Object.values(all)).size === 1;
          return isSettled ? all : undefined;
        },
        PATIENCE,
      );
      expect(Number(counts[`ours ${messages[0]!}`])).toBeGreaterThan(100);
      const sent = await (await fetch(`${source.url}/metrics`)).text();
      expect(sent).toMatch(/prometheus_remote_storage_samples_failed_total\{.*\} 0\n/);
    },
    PATIENCE_MS,
  );
});

(victoria === undefined ? describe.skip : describe)('VictoriaMetrics', () => {
  test(
    'takes what is written to it',
    async () => {
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      startPeer(victoria!, [`-httpListenAddr=127.0.0.1:${port}`, '-storageDataPath=data-victoria']);
      await ready(`${url}/health`);
      await start(
        sender(`127.0.0.1:${port}`, [{ url: `${url}/api/v1/write`, queue_config: QUICK }]),
        'victoria-sender',
        ANY_PORT,
      );
      await eventually(
        'series',
        async () => {
          await fetch(`${url}/internal/force_flush`);
          return (await ask<string[]>(url, 'series', { 'match[]': UP })).length === 1;
        },
        PATIENCE,
      );
    },
    PATIENCE_MS,
  );
});
