import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Registry } from '@narthex/client';
import { parseFlags } from '@narthex/process';
import { eventually, ManualClock, silentLogger } from '@narthex/testkit';
import { type Endpoint } from '../api/endpoint.js';
import { sendData } from '../api/envelope.js';
import { ApiError } from '../api/errors.js';
import { servedAt } from '../flags/external-url.js';
import { serverFlags } from '../flags/flags.js';
import { TestServer } from '../testing/http.js';
import { createWeb } from './application.js';
import { corsOrigins } from './cors.js';
import { type ServerState } from './readiness.js';

const registry = new Registry();
let state: ServerState = 'ready';
let server: TestServer;
/** Whether the last request came past express, which leaves its mark on requests. */
let wasShort: boolean | undefined;

const endpoint: Endpoint = {
  path: '/echo',
  methods: ['GET', 'POST'],
  isPlain: true,
  handle: (parameters, response, request) => {
    wasShort = !('originalUrl' in request);
    parameters.checkForm();
    if (parameters.get('fail') !== '') throw new ApiError('not_found', parameters.get('fail'));
    sendData(response, { a: parameters.all('a'), long: 'x'.repeat(Number(parameters.get('long'))) });
  },
};

beforeAll(async () => {
  const outcome = parseFlags({ program: 'prometheus', about: '' }, serverFlags, ['--web.route-prefix=/pre']);
  if (outcome.kind !== 'run') throw new Error(outcome.kind);
  const web = createWeb({
    flags: outcome.values,
    clock: new ManualClock(),
    logger: silentLogger(),
    registry,
    servedAt: servedAt(outcome.values, 'host'),
    corsOrigins: corsOrigins('http://ok.*'),
    uiFolder: '/nowhere',
    state: () => state,
    earlyEndpoints: [],
    reload: () => Promise.resolve(),
    quit: () => undefined,
  });
  const queries = { json: () => Promise.reject(new Error('nobody asks')) };
  const clock = new ManualClock();
  const federation = {
    clock,
    registry: new Registry(),
    queries,
    externalLabels: () => [] as never,
    lookbackDeltaMs: 1,
  };
  web.open([endpoint, { ...endpoint, path: '/posted', methods: ['POST'] }], federation, {
    templateFolder: '/nowhere',
    libraryFolder: '/nowhere',
    clock,
    externalUrl: new URL('http://host/'),
    externalLabels: () => [] as never,
    query: () => Promise.reject(new Error('nobody asks')),
  });
  server = await TestServer.start(web.handler);
});
afterAll(() => server.close());

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly wasShort: boolean | undefined;
}

async function ask(path: string, init: RequestInit = {}): Promise<Answer> {
  wasShort = undefined;
  const answer = await fetch(`${server.url}${path}`, { redirect: 'manual', ...init });
  const { date: _date, ...headers } = Object.fromEntries(answer.headers);
  return { status: answer.status, text: await answer.text(), headers, wasShort };
}

const form = (text: string, type = 'application/x-www-form-urlencoded'): RequestInit => ({
  method: 'POST',
  body: text,
  headers: { 'content-type': type },
});

describe('both roads give the same answer', () => {
  // An escaped letter in the path is what express has to look at.
  const roads = async (query: string, init?: RequestInit): Promise<readonly [Answer, Answer]> => [
    await ask(`/pre/api/v1/echo${query}`, init),
    await ask(`/pre/api/v1/%65cho${query}`, init),
  ];

  test.each<[string, string, RequestInit | undefined]>([
    ['no parameters', '', undefined],
    ['an empty query', '?', undefined],
    ['parameters', '?a=1&a=%2B+%C3%BC&b', undefined],
    ['a semicolon', '?a=1;2', undefined],
    ['a wrong escape', '?a=%zz', undefined],
    ['an error', '?fail=%3Cb%3E', undefined],
    ['a long answer', '?long=20000', { headers: { 'accept-encoding': 'gzip' } }],
    ['an answer compressed otherwise', '?a=1', { headers: { 'accept-encoding': 'deflate' } }],
    ['an answer not compressed', '?a=1', { headers: { 'accept-encoding': 'identity' } }],
    ['a form', '?a=url', form('a=form&a=%C3%BC')],
    ['a form in another case', '', form('a=1', 'Application/X-WWW-Form-Urlencoded;charset=UTF-8')],
    ['a form with a byte-order mark', '', form('\uFEFFa=1')],
    ['an empty form', '?a=1', form('')],
    ['a body that is no form', '?a=1', form('a=2', 'text/plain')],
    ['an origin that may read', '?a=1', { headers: { origin: 'http://ok.example' } }],
    ['an origin that may not', '?a=1', { headers: { origin: 'http://no.example' } }],
  ])('%s', async (_what, query, init) => {
    const [short, long] = await roads(query, init);
    const isForm =
      init?.method !== 'POST' || !String(new Headers(init.headers).get('content-type')).startsWith('text');
    expect([short.wasShort, long.wasShort]).toEqual([isForm, false]);
    expect({ ...short, wasShort: undefined }).toEqual({ ...long, wasShort: undefined });
  });
});

describe('forms are read as Go reads them, on both roads', () => {
  const sent = async (path: string, method: string, body: string): Promise<unknown> => {
    const { hostname, port } = new URL(server.url);
    const asked = request({
      hostname,
      port,
      path: `/pre/api/v1/${path}`,
      method,
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=utf-16',
        'content-length': Buffer.byteLength(body),
      },
    });
    asked.end(body);
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    return JSON.parse(await text(answer));
  };

  test.each<[string, string, string, readonly string[]]>([
    ['the body of a GET tells nothing', 'GET', 'a=body', ['url']],
    ['nor does what charset it claims', 'POST', 'a=body', ['body', 'url']],
    ['a byte-order mark belongs to the name', 'POST', '\uFEFFa=body', ['url']],
  ])('%s', async (_what, method, body, a) => {
    for (const path of ['echo', '%65cho']) {
      expect(await sent(`${path}?a=url`, method, body)).toMatchObject({ data: { a } });
    }
  });
});

describe('what is left to express', () => {
  test.each<[string, string, RequestInit | undefined, number]>([
    ['HEAD', '/pre/api/v1/echo', { method: 'HEAD' }, 405],
    ['OPTIONS', '/pre/api/v1/echo', { method: 'OPTIONS' }, 204],
    ['a method the path does not know', '/pre/api/v1/posted', undefined, 405],
    ['another method', '/pre/api/v1/echo', { method: 'PUT' }, 405],
    ['another path', '/pre/api/v1/nothing', undefined, 404],
    ['a path without the prefix', '/api/v1/echo', undefined, 404],
    ['a path that has to be cleaned', '/pre/api/v1//echo', undefined, 301],
    ['a long form', '/pre/api/v1/echo', form(`a=${'x'.repeat(70_000)}`), 200],
    [
      'a form in another encoding',
      '/pre/api/v1/echo',
      form('a=1', 'application/x-www-form-urlencoded; charset=x'),
      200,
    ],
  ])('%s', async (_what, path, init, status) => {
    const answer = await ask(path, init);
    expect([answer.status, answer.wasShort]).toEqual([status, status === 200 ? false : undefined]);
  });

  test('everything while the server is not ready', async () => {
    state = 'stopping';
    const answer = await ask('/pre/api/v1/echo');
    state = 'ready';
    expect([answer.status, answer.headers['x-prometheus-stopping']]).toEqual([503, 'true']);
  });
});

test('requests are counted under the name of their path, those that break off as bad ones', async () => {
  const counted = async (code: number): Promise<number> => {
    const text = await registry.metrics();
    const line = `prometheus_http_requests_total{handler="/api/v1/echo",code="${code}"} `;
    return Number(text.split(line)[1]?.split('\n')[0] ?? 0);
  };
  const before = [await counted(200), await counted(400)] as const;
  await ask('/pre/api/v1/echo?a=1');
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    'POST /pre/api/v1/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\na=',
    () => socket.destroy(),
  );
  await eventually('both to be counted', async () => {
    const now = [await counted(200), await counted(400)];
    return now[0] === before[0] + 1 && now[1] === before[1] + 1;
  });
});
