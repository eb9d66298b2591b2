import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Registry } from '@narthex/client';
import { Labels } from '@narthex/model';
import { parseFlags } from '@narthex/process';
import { ManualClock, silentLogger, temporaryFolder } from '@narthex/testkit';
import { sendData } from '../api/envelope.js';
import { servedAt } from '../flags/external-url.js';
import { serverFlags } from '../flags/flags.js';
import { TestServer } from '../testing/http.js';
import { createWeb, type Web } from './application.js';
import { corsOrigins } from './cors.js';
import { type ServerState } from './readiness.js';

const ui = temporaryFolder('ui');
const registry = new Registry();
const calls: string[] = [];
let state: ServerState = 'starting';
let reloadError: Error | undefined;
let web: Web;
let server: TestServer;

beforeAll(async () => {
  mkdirSync(join(ui.path, 'assets'));
  writeFileSync(
    join(ui.path, 'index.html'),
    '<title>TITLE_PLACEHOLDER</title><meta content="READY_PLACEHOLDER LOOKBACKDELTA_PLACEHOLDER OTHER_PLACEHOLDER">',
  );
  writeFileSync(join(ui.path, 'assets/x.js'), 'let x;');
  writeFileSync(join(ui.path, 'favicon.svg'), '<svg/>');
  const outcome = parseFlags({ program: 'prometheus', about: '' }, serverFlags, [
    '--web.external-url=http://out/prom',
    '--web.enable-lifecycle',
    '--web.page-title=A <b> "title"',
  ]);
  if (outcome.kind !== 'run') throw new Error(outcome.kind);
  const flags = outcome.values;
  web = createWeb({
    flags,
    clock: new ManualClock(),
    logger: silentLogger(),
    registry,
    servedAt: servedAt(flags, 'host'),
    corsOrigins: corsOrigins('.*'),
    uiFolder: ui.path,
    state: () => state,
    earlyEndpoints: [
      {
        path: '/read',
        methods: ['POST'],
        handle: async (_parameters, response, request) => sendData(response, await text(request)),
      },
      { path: '/early', methods: ['GET'], handle: (_parameters, response) => sendData(response, 1) },
    ],
    reload: () => {
      calls.push('reload');
      return reloadError === undefined ? Promise.resolve() : Promise.reject(reloadError);
    },
    quit: () => void calls.push('quit'),
  });
  server = await TestServer.start(web.handler);
});
afterAll(() => {
  server.close();
  ui.remove();
});

async function ask(path: string, init: RequestInit = {}): Promise<[number, string, Headers]> {
  const response = await fetch(`${server.url}${path}`, { redirect: 'manual', ...init });
  return [response.status, await response.text(), response.headers];
}

test('before it is ready it answers little, and says so', async () => {
  const [status, text, headers] = await ask('/prom/api/v1/query?query=1');
  expect([status, text, headers.get('x-prometheus-stopping')]).toEqual([503, 'Service Unavailable', 'false']);
  expect((await ask('/prom/-/ready'))[0]).toBe(503);
  expect((await ask('/prom/federate'))[0]).toBe(503);
  expect((await ask('/prom/-/healthy')).slice(0, 2)).toEqual([200, 'Prometheus Server is Healthy.\n']);
  expect((await ask('/prom/api/v1/early')).slice(0, 2)).toEqual([200, '{"status":"success","data":1}']);
  state = 'stopping';
  expect((await ask('/prom/-/ready'))[2].get('x-prometheus-stopping')).toBe('true');
  state = 'ready';
  expect((await ask('/prom/-/ready')).slice(0, 2)).toEqual([200, 'Prometheus Server is Ready.\n']);
  expect((await ask('/prom/-/ready', { method: 'HEAD' }))[0]).toBe(200);
  expect((await ask('/prom/-/healthy', { method: 'POST' }))[0]).toBe(405);
});

test('remote read gets its body, whatever type it is said to have', async () => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await ask('/prom/api/v1/read', { method: 'POST', headers, body: 'a=b' });
  expect(answer.slice(0, 2)).toEqual([200, '{"status":"success","data":"a=b"}']);
});

describe('pages', () => {
  test.each([
    ['/prom/', 302, '/prom/query'],
    ['/prom/graph?g0.expr=a%26b&x=1', 302, '/prom/query?g0.expr=a%26b&x=1'],
    ['/prom/query/', 301, '/prom/query'],
  ])('%s leads on', async (path, status, location) => {
    const [answered, text, headers] = await ask(path);
    expect([answered, headers.get('location')]).toEqual([status, location]);
    expect(text).toContain(`<a href="${location.replaceAll('&', '&amp;')}">`);
  });

  test.each(['/query', '/alerts', '/targets', '/status', '/tsdb-status'])(
    '%s is the one page',
    async (path) => {
      const [status, text, headers] = await ask(`/prom${path}`);
      expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(text).toBe(
        '<title>A &lt;b&gt; &#34;title&#34;</title><meta content="true 5m OTHER_PLACEHOLDER">',
      );
    },
  );

  test('files beside it', async () => {
    const [status, text, headers] = await ask('/prom/assets/x.js');
    expect([status, text, headers.get('cache-control')]).toEqual([200, 'let x;', 'public, max-age=86400']);
    expect((await ask('/prom/favicon.svg'))[0]).toBe(200);
    expect((await ask('/prom/assets/none.js'))[0]).toBe(404);
    for (const path of ['index.html', 'assets%2fx.js']) expect((await ask(`/prom/${path}`))[0]).toBe(404);
    for (const [path, place] of [
      ['assets/..%2findex.html', '/prom/index.html'],
      ['..%2f..%2fetc%2fpasswd', '/etc/passwd'],
    ]) {
      const [status, , headers] = await ask(`/prom/${path}`);
      expect([status, headers.get('location')]).toEqual([301, place]);
    }
    expect((await ask('/prom/nope'))[1]).toBe('404 page not found\n');
  });
});

test('lifecycle', async () => {
  expect((await ask('/prom/-/reload')).slice(0, 2)).toEqual([405, 'Only POST or PUT requests allowed']);
  expect((await ask('/prom/-/reload', { method: 'PUT' })).slice(0, 2)).toEqual([200, '']);
  reloadError = new Error('bad file');
  expect((await ask('/prom/-/reload', { method: 'POST' })).slice(0, 2)).toEqual([
    500,
    'failed to reload config: bad file\n',
  ]);
  expect((await ask('/prom/-/quit', { method: 'POST' }))[0]).toBe(200);
  expect(calls).toEqual(['reload', 'reload', 'quit']);
});

test('federation, version and metrics', async () => {
  const asked: unknown[] = [];
  web.open(
    [],
    {
      clock: new ManualClock(10_000),
      registry: new Registry(),
      queries: {
        json: (task) => {
          asked.push(task);
          return Promise.resolve({
            parts: (async function* () {
              await Promise.resolve();
              yield Buffer.from('up 1 5\n');
            })(),
            notes: () => ({
              warnings: ['a warning'],
              infos: [],
              samples: { totalQueryableSamples: 0, peakSamples: 0 },
              timings: { preparation: 0, evaluation: 0, sorting: 0 },
            }),
            queuedSeconds: 0,
          });
        },
      },
      externalLabels: () => Labels.of({ zone: 'z' }),
      lookbackDeltaMs: 4000,
    },
    {
      templateFolder: join(ui.path, 'consoles'),
      libraryFolder: join(ui.path, 'libraries'),
      clock: new ManualClock(10_000),
      externalUrl: new URL('http://out/prom'),
      externalLabels: () => Labels.of({ zone: 'z' }),
      query: () =>
        Promise.resolve({
          samples: [{ labels: Labels.of({ a: '<b>' }), value: 2 }],
          warnings: [],
          infos: [],
        }),
    },
  );
  const [status, text, headers] = await ask('/prom/federate?match[]=up');
  expect([status, text, headers.get('content-type')]).toEqual([
    200,
    'up 1 5\n',
    'text/plain; version=0.0.4; charset=utf-8; escaping=underscores',
  ]);
  expect(asked).toEqual([
    {
      form: 'federation',
      format: 'text',
      escaping: 'underscores',
      startMs: 6000,
      endMs: 10_000,
      selectors: [[['=', '__name__', 'up']]],
      externalLabels: [['zone', 'z']],
    },
  ]);
  expect((await ask('/prom/federate?match[]=up%7B')).slice(0, 2)).toEqual([
    400,
    '1:4: parse error: unexpected end of input inside braces\n',
  ]);
  expect(JSON.parse((await ask('/prom/version'))[1])).toMatchObject({ goVersion: `node ${process.version}` });
  const metrics = (await ask('/prom/metrics'))[1];
  expect(metrics).toContain('prometheus_http_requests_total{handler="/query",code="200"} 1');
  expect(metrics).toContain('prometheus_http_requests_total{handler="/assets/*filepath",code="404"}');
  expect(metrics).toMatch(/^prometheus_http_requests_total\{handler="other",code="404"\} \d+$/m);
});
