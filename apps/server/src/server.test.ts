import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { eventually, temporaryFolder } from '@narthex/testkit';
import { Bundle, type RunningServer } from './testing/built-server.js';

let bundle: Bundle;
let target: Server;
let targetAddress: string;
let counter = 0;
const folder = temporaryFolder('server');
const running: RunningServer[] = [];
let dataFolder = '';
let tests = 0;

beforeAll(async () => {
  bundle = await Bundle.build();
  target = createServer((request, response) => {
    if (request.url === '/metrics') {
      response.setHeader('Content-Type', 'text/plain; version=0.0.4');
      response.end(
        `# TYPE jobs_total counter\njobs_total{kind="a"} ${(counter += 10)}\n# TYPE room gauge\nroom 7\n`,
      );
    } else {
      response.statusCode = 500;
      response.end();
    }
  }).listen(0, '127.0.0.1');
  await once(target, 'listening');
  targetAddress = `127.0.0.1:${(target.address() as AddressInfo).port}`;
}, 120_000);

// Each test has data of its own: what another left is younger than the look-back.
beforeEach(() => {
  dataFolder = `data-${++tests}`;
});

afterEach(async () => {
  for (const server of running.splice(0)) await server.end('SIGKILL');
});

afterAll(() => {
  target.closeAllConnections();
  target.close();
  bundle.remove();
  folder.remove();
});

function config(name: string, text: string): string {
  const file = join(folder.path, name);
  writeFileSync(file, text);
  return file;
}

function start(file: string, ...more: string[]): RunningServer {
  const server = bundle.run(
    [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder.path, dataFolder)}`,
      '--web.listen-address=127.0.0.1:0',
      '--web.enable-lifecycle',
      ...more,
    ],
    folder.path,
  );
  running.push(server);
  return server;
}

const ready = (server: RunningServer): Promise<string> =>
  eventually('the server to be ready', () => server.url());

const goodConfig = (): string =>
  [
    'global: {scrape_interval: 250ms, scrape_timeout: 250ms, evaluation_interval: 250ms, external_labels: {zone: z}}',
    'rule_files: [rules.yml]',
    'scrape_configs:',
    '- job_name: good',
    `  static_configs: [{targets: ["${targetAddress}"], labels: {team: "x"}}]`,
    '- job_name: broken',
    '  metrics_path: /broken',
    `  static_configs: [{targets: ["${targetAddress}"]}]`,
  ].join('\n');
const goodRules =
  'groups: [{name: g, rules: [{record: "job:up:sum", expr: "sum by (job) (up)"}, {alert: Down, expr: "up == 0", labels: {severity: page}}]}]';

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly errorType?: string;
  readonly data: {
    readonly result: { readonly metric: Record<string, string>; readonly value: [number, string] }[];
  };
}

async function query(url: string, expression: string): Promise<Answer> {
  const response = await fetch(`${url}/api/v1/query`, {
    method: 'POST',
    body: new URLSearchParams({ query: expression }),
  });
  return (await response.json()) as Answer;
}

/** The value of an expression that gives one sample, once it gives one. */
async function value(url: string, expression: string): Promise<number> {
  return eventually(`a value of ${expression}`, async () => {
    const { data } = await query(url, expression);
    const text = data.result[0]?.value[1];
    return text === undefined ? undefined : Number(text);
  });
}

describe('a running server', () => {
  test('scrapes, answers by value, evaluates rules, and keeps everything over kill -9', async () => {
    config('rules.yml', goodRules);
    const file = config('prometheus.yml', goodConfig());
    const first = start(file);
    const url = await ready(first);

    expect(await value(url, 'room')).toBe(7);
    expect(await value(url, 'room{team="x",job="good"} * 2 + 1')).toBe(15);
    expect(await value(url, 'up{job="broken"}')).toBe(0);
    expect(await value(url, 'job:up:sum{job="good"}')).toBe(1);
    // Ten more at each scrape: the increase over samples seen is a multiple of ten.
    await eventually('three scrapes', async () => (await value(url, 'count_over_time(room[1m])')) >= 3);
    expect(
      await value(url, 'max_over_time(jobs_total[1m]) - min_over_time(jobs_total[1m]) > 0'),
    ).toBeGreaterThanOrEqual(10);
    expect(await value(url, 'ALERTS{alertname="Down",alertstate="firing",severity="page"}')).toBe(1);

    const targets = (await (await fetch(`${url}/api/v1/targets`)).json()) as {
      data: { activeTargets: { scrapePool: string; health: string; lastError: string }[] };
    };
    expect(
      targets.data.activeTargets.map(({ scrapePool, health, lastError }) => [scrapePool, health, lastError]),
    ).toEqual([
      ['broken', 'down', 'server returned HTTP status 500 Internal Server Error'],
      ['good', 'up', ''],
    ]);
    const federated = await (await fetch(`${url}/federate?match[]=room`)).text();
    expect(federated).toMatch(
      /^# TYPE room untyped\nroom\{instance="[\d.:]+",job="good",team="x",zone="z"\} 7 \d{13}\n$/,
    );

    const oldestMs = await value(url, 'min_over_time(timestamp(room)[1m:250ms]) * 1000');
    expect(await first.end('SIGKILL')).toBeNull();

    const second = start(file);
    const again = await ready(second);
    const kept = await value(again, `count_over_time(room[1m] @ ${(oldestMs / 1000 + 0.5).toFixed(3)})`);
    expect(kept).toBeGreaterThanOrEqual(1);
    expect(await second.end('SIGTERM')).toBe(0);
    expect(second.output).toContain('See you next time!');
  }, 120_000);

  test('keeps its configuration when a new one is broken, and says why', async () => {
    config('rules.yml', goodRules);
    const file = config('prometheus.yml', goodConfig());
    const server = start(file);
    const url = await ready(server);
    const reload = async (): Promise<[number, string]> => {
      const response = await fetch(`${url}/-/reload`, { method: 'POST' });
      return [response.status, await response.text()];
    };
    const metric = async (name: string): Promise<string | undefined> =>
      new RegExp(`^${name} (.*)$`, 'm').exec(await (await fetch(`${url}/metrics`)).text())?.[1];

    config('prometheus.yml', 'global:\n  foo: 1\n');
    expect(await reload()).toEqual([
      500,
      `failed to reload config: couldn't load configuration (--config.file="${file}"): parsing YAML file ${file}: ` +
        'yaml: unmarshal errors:\n  line 2: field foo not found in type config.plain\n',
    ]);
    expect(await metric('prometheus_config_last_reload_successful')).toBe('0');

    config('prometheus.yml', goodConfig());
    config('rules.yml', 'groups: [{name: g, rules: [{record: x, expr: "sum("}]}]');
    const [status, text] = await reload();
    expect([status, text]).toEqual([
      500,
      expect.stringContaining('rule 1, "x": could not parse expression: 1:5:'),
    ]);
    const pools = (await (await fetch(`${url}/api/v1/scrape_pools`)).json()) as { data: unknown };
    expect(pools.data).toEqual({ scrapePools: ['broken', 'good'] });
    expect(await value(url, 'job:up:sum{job="good"}')).toBe(1);

    config('rules.yml', goodRules);
    config('prometheus.yml', goodConfig().replace('job_name: good', 'job_name: better'));
    server.signal('SIGHUP');
    expect(await value(url, 'up{job="better"}')).toBe(1);
    expect(await metric('prometheus_config_last_reload_successful')).toBe('1');
    const gone = await eventually('the old job to end', async () => {
      const { data } = await query(url, 'up{job="good"}');
      return data.result.length === 0;
    });
    expect(gone).toBe(true);

    const quit = await fetch(`${url}/-/quit`, { method: 'POST' });
    expect([quit.status, await quit.text()]).toEqual([200, 'Requesting termination... Goodbye!']);
    expect(await server.exit()).toBe(0);
  }, 120_000);
});

describe('a server that does not start', () => {
  test.each<[string[], number, string]>([
    [['--foo'], 1, "prometheus: error: unknown long flag '--foo'"],
    [['stray'], 1, 'prometheus: error: unexpected stray'],
    [['--query.timeout=x'], 2, 'Error parsing command line arguments: not a valid duration string: "x"'],
    [
      ['--storage.agent.path=x'],
      3,
      'The following flag(s) can only be used in agent mode: ["--storage.agent.path"]',
    ],
    [['--config.file=none.yml'], 2, 'open none.yml: no such file or directory'],
    [['--web.external-url=:x'], 2, 'parse external URL ":x": parse ":x": missing protocol scheme'],
    [
      ['--web.cors.origin=('],
      2,
      'could not compile CORS regex string "(": error parsing regexp: missing closing )',
    ],
    [['--web.config.file=absent.yml'], 1, 'open absent.yml: no such file or directory'],
    [['--help'], 0, '--storage.tsdb.path="data/"'],
    [['--version'], 0, 'prometheus, version '],
  ])(
    '%j exits with %d',
    async (args, code, message) => {
      config('empty.yml', '');
      const given = args.some((arg) => arg.startsWith('--config.file')) ? [] : ['--config.file=empty.yml'];
      const server = bundle.run([...given, ...args], folder.path);
      running.push(server);
      expect(await server.exit()).toBe(code);
      expect(server.output).toContain(message);
    },
    60_000,
  );

  test('a broken file: exit 2 with file, line and reason', async () => {
    const file = config('broken.yml', 'global:\n  scrape_interval: 5\n');
    const server = start(file);
    expect(await server.exit()).toBe(2);
    expect(server.output).toContain(
      `level=ERROR msg="Error loading config (--config.file=${file})" file=${file}`,
    );
    expect(server.output).toContain(`parsing YAML file ${file}: not a valid duration string: \\"5\\"`);
  }, 60_000);

  test('a folder in use and a port in use: exit 1', async () => {
    const file = config('empty.yml', '');
    const first = start(file);
    const url = await ready(first);
    const second = start(file);
    expect(await second.exit()).toBe(1);
    expect(second.output).toContain(
      'opening storage failed: lock DB directory: resource temporarily unavailable',
    );
    const third = start(file, `--web.listen-address=${url.slice('http://'.length)}`);
    expect(await third.exit()).toBe(1);
    expect(third.output).toContain('msg="Unable to start web listener"');
    expect(third.output).toContain('bind: address already in use');
  }, 60_000);
});
