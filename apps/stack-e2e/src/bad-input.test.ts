import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually, freePort, temporaryFolder } from '@narthex/testkit';
import { type Program, startApp } from './program.js';

const folder = temporaryFolder('bad-input');
const servers: Server[] = [];

async function target(handler: RequestListener): Promise<string> {
  const server = createServer(handler).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  folder.remove();
});

function configFile(name: string, text: string): string {
  const file = join(folder.path, name);
  writeFileSync(file, text);
  return file;
}

describe('at the start', () => {
  test.each([
    ['an unknown field', 'global:\n  foo: 1\n', 'field foo not found in type config.plain'],
    [
      'a wrong duration',
      'global:\n  scrape_interval: 1parsec\n',
      'unknown unit \\"parsec\\" in duration \\"1parsec\\"',
    ],
    ['no YAML', 'global: [\n', 'yaml: line'],
    [
      'a job twice',
      'scrape_configs:\n  - job_name: a\n  - job_name: a\n',
      'found multiple scrape configs with job name \\"a\\"',
    ],
  ])('%s in prometheus.yml: exit 2 with file, line and reason', async (name, text, reason) => {
    const file = configFile(`${name.replaceAll(' ', '-')}.yml`, text);
    const server = startApp('server', [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder.path, 'never')}`,
      '--web.listen-address=127.0.0.1:0',
    ]);
    expect(await server.exitCode()).toBe(2);
    expect(server.output).toContain(file);
    expect(server.output).toContain(reason);
  });

  test.each([
    ['server', ['--foo'], 1, "unknown long flag '--foo'"],
    ['server', ['--query.timeout=abc'], 2, 'not a valid duration string: "abc"'],
    ['alertmanager', ['--foo'], 1, "error: unknown long flag '--foo', try --help"],
    ['pushgateway', ['--foo'], 1, "error: unknown long flag '--foo', try --help"],
    ['node-exporter', ['--foo'], 1, "error: unknown long flag '--foo', try --help"],
  ])('%s %j', async (app, args, code, message) => {
    const program = startApp(app, args);
    expect(await program.exitCode()).toBe(code);
    expect(program.output).toContain(message);
  });

  test('a taken port is named', async () => {
    const address = await target(() => undefined);
    const pushgateway = startApp('pushgateway', [`--web.listen-address=${address}`]);
    expect(await pushgateway.exitCode()).toBe(1);
    expect(pushgateway.output).toContain(`listen tcp ${address}: bind: address already in use`);
  });
});

describe('while it runs', () => {
  let server: Program;
  let url: string;
  let file: string;
  let good: string;

  const config = (targets: Record<string, string>): string =>
    ['global: { scrape_interval: 1s, scrape_timeout: 500ms }', 'scrape_configs:']
      .concat(
        Object.entries(targets).map(
          ([job, address]) => `  - { job_name: ${job}, static_configs: [{ targets: ['${address}'] }] }`,
        ),
      )
      .join('\n');

  beforeAll(async () => {
    const textType = { 'Content-Type': 'text/plain; version=0.0.4' };
    good = config({
      good: await target((_request, response) => void response.writeHead(200, textType).end('fine 1\n')),
      slow: await target(() => undefined),
      broken: await target((_request, response) => void response.writeHead(500).end('oh no')),
      garbage: await target(
        (_request, response) => void response.writeHead(200, textType).end('fine 1\n%%% no metrics\n'),
      ),
      typeless: await target(
        (_request, response) => void response.writeHead(200, { 'Content-Type': 'text/html' }).end('<p>'),
      ),
      nobody: `127.0.0.1:${await freePort()}`,
    });
    file = configFile('prometheus.yml', good);
    mkdirSync(join(folder.path, 'data'));
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    server = startApp('server', [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder.path, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--web.enable-lifecycle',
    ]);
    await server.answersAt(`${url}/-/ready`);
  });

  afterAll(async () => {
    expect(await server.end()).toBe(0);
  });

  interface Target {
    readonly scrapePool: string;
    readonly health: string;
    readonly lastError: string;
  }

  async function targets(): Promise<Record<string, Target>> {
    const answer = (await (await fetch(`${url}/api/v1/targets`)).json()) as {
      data: { activeTargets: Target[] };
    };
    return Object.fromEntries(answer.data.activeTargets.map((each) => [each.scrapePool, each]));
  }

  test('each broken target is down with its reason, and the good one is scraped', async () => {
    const all = await eventually('all were scraped', async () => {
      const found = await targets();
      return Object.values(found).every(({ health }) => health !== 'unknown') && found;
    });
    expect(all.good).toMatchObject({ health: 'up', lastError: '' });
    expect(all.slow!.lastError).toContain('context deadline exceeded');
    expect(all.broken!.lastError).toBe('server returned HTTP status 500 Internal Server Error');
    expect(all.garbage!.lastError).toMatch(/expected|unsupported|invalid/);
    expect(all.typeless!.lastError).toContain('received unsupported Content-Type "text/html"');
    expect(all.nobody!.lastError).toContain('connection refused');
    for (const job of ['slow', 'broken', 'garbage', 'typeless', 'nobody'])
      expect(all[job]!.health).toBe('down');
    const answer = await fetch(`${url}/api/v1/query?query=sum(up)`);
    expect(await answer.json()).toMatchObject({ data: { result: [{ value: [expect.any(Number), '1'] }] } });
  });

  test('a broken file at reload answers 500 with the reason, and the old configuration stays', async () => {
    writeFileSync(file, `${good}\nfoo: 1\n`);
    const answer = await fetch(`${url}/-/reload`, { method: 'POST' });
    expect(answer.status).toBe(500);
    expect(await answer.text()).toContain('field foo not found in type config.plain');
    expect(Object.keys(await targets())).toContain('good');
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toMatch(/^prometheus_config_last_reload_successful 0$/m);

    writeFileSync(file, good.split('\n').slice(0, 3).join('\n'));
    expect((await fetch(`${url}/-/reload`, { method: 'POST' })).status).toBe(200);
    await eventually(
      'the other targets are gone',
      async () => Object.keys(await targets()).join() === 'good',
    );
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(
      /^prometheus_config_last_reload_successful 1$/m,
    );
  });

  test("a query that is none answers 400 with upstream's words", async () => {
    const answer = await fetch(`${url}/api/v1/query?query=up%20%2B`);
    expect([answer.status, await answer.json()]).toEqual([
      400,
      {
        status: 'error',
        errorType: 'bad_data',
        error: 'invalid parameter "query": 1:5: parse error: unexpected end of input',
      },
    ]);
  });
});
