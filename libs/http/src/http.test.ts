import { request } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Registry } from '@narthex/client';
import { silentLogger } from '@narthex/testkit';
import { createApplication } from './application.js';
import { ListenError } from './errors.js';
import { mountHealth } from './health.js';
import { parseListenAddress } from './listen-address.js';
import { listen, type Listening } from './listener.js';
import { mountMetrics, RequestMeter, requestMetrics } from './metrics.js';

const logger = silentLogger();
const open: Listening[] = [];

afterEach(async () => {
  for (const listening of open.splice(0)) await listening.close(0);
});

async function serve(
  options: Omit<Parameters<typeof createApplication>[0], 'logger'>,
  limits: { maxConnections?: number } = {},
): Promise<string> {
  const handler = createApplication({ logger, ...options });
  const listening = await listen({ addresses: ['127.0.0.1:0'], handler, logger, ...limits });
  open.push(listening);
  return `http://127.0.0.1:${listening.addresses[0]!.port}`;
}

describe('listen addresses', () => {
  test.each([
    [':9090', { host: undefined, port: 9090 }],
    ['0.0.0.0:9090', { host: '0.0.0.0', port: 9090 }],
    ['[::1]:80', { host: '::1', port: 80 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
  ])('%s', (text, expected) => {
    expect(parseListenAddress(text)).toEqual(expected);
  });

  test.each([
    ['9090', 'listen tcp 9090: address 9090: missing port in address'],
    ['::1:80', 'listen tcp ::1:80: address ::1:80: too many colons in address'],
    [':70000', 'listen tcp :70000: address 70000: invalid port'],
  ])('%s is refused', (text, message) => {
    expect(() => parseListenAddress(text)).toThrow(
      new ListenError('LISTEN_ADDRESS', text, message.slice(`listen tcp ${text}: `.length)),
    );
  });

  test('a taken port names the address, and nothing else stays open', async () => {
    const first = await listen({ addresses: ['127.0.0.1:0'], handler: () => undefined, logger });
    open.push(first);
    const taken = `127.0.0.1:${first.addresses[0]!.port}`;
    await expect(
      listen({ addresses: ['127.0.0.1:0', taken], handler: () => undefined, logger }),
    ).rejects.toMatchObject({
      code: 'LISTEN_IN_USE',
      message: `listen tcp ${taken}: bind: address already in use`,
    });
  });
});

describe('an application', () => {
  test('keeps match[] a list and stands under its prefix', async () => {
    const url = await serve({
      routePrefix: '/prom/',
      redirectsRoot: true,
      routes: (router) => router.get('/echo', (request, response) => void response.json(request.query)),
    });
    const answer = await fetch(`${url}/prom/echo?match[]=a&match[]=b&x[y]=1`);
    expect(await answer.json()).toEqual({ 'match[]': ['a', 'b'], 'x[y]': '1' });
    const root = await fetch(`${url}/`, { redirect: 'manual' });
    expect([root.status, root.headers.get('location')]).toEqual([302, '/prom']);
    expect((await fetch(`${url}/echo`)).status).toBe(404);
  });

  test('answers 404 as upstream and hides what went wrong inside', async () => {
    const url = await serve({
      routes: (router) =>
        router.get('/broken', () => {
          throw new Error('secret detail');
        }),
    });
    const missing = await fetch(`${url}/nope`);
    expect([missing.status, await missing.text()]).toEqual([404, '404 page not found\n']);
    const broken = await fetch(`${url}/broken`);
    expect([broken.status, await broken.text()]).toEqual([500, 'Internal Server Error\n']);
    expect(logger.lines.at(-1)).toMatchObject({ level: 'error', fields: { path: '/broken' } });
  });

  test('health turns ready when told so', async () => {
    let reason: string | undefined = 'Service Unavailable';
    const url = await serve({
      routes: (router) =>
        mountHealth(router, { healthyText: 'healthy\n', readyText: 'ready\n', notReady: () => reason }),
    });
    expect((await fetch(`${url}/-/healthy`)).status).toBe(200);
    const early = await fetch(`${url}/-/ready`);
    expect([early.status, await early.text()]).toEqual([503, 'Service Unavailable']);
    reason = undefined;
    expect((await fetch(`${url}/-/ready`)).status).toBe(200);
  });

  test('counts requests by handler and code', async () => {
    const registry = new Registry();
    const url = await serve({
      before: [
        requestMetrics({ meter: new RequestMeter({ registry, prefix: 'test' }), handlerOf: (path) => path }),
      ],
      routes: (router) => mountMetrics(router, registry),
    });
    await (await fetch(`${url}/metrics`)).text();
    await (await fetch(`${url}/missing`)).text();
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).toContain('test_http_requests_total{handler="/metrics",code="200"} 1');
    expect(text).toContain('test_http_requests_total{handler="/missing",code="404"} 1');
    expect(text).toContain('test_http_request_duration_seconds_count{handler="/metrics"} 1');
  });

  test('closing lets a running request end and refuses new ones', async () => {
    let answer: (() => void) | undefined;
    const url = await serve({
      routes: (router) =>
        router.get('/slow', (_request, response) => (answer = () => void response.send('done'))),
    });
    const listening = open.pop()!;
    const text = new Promise<string>((resolve, reject) => {
      request(`${url}/slow`, (response) => response.setEncoding('utf8').on('data', resolve))
        .on('error', reject)
        .end();
    });
    while (answer === undefined) await new Promise((resolve) => setImmediate(resolve));
    const closing = listening.close();
    await expect(fetch(`${url}/slow`)).rejects.toThrow();
    answer();
    expect(await text).toBe('done');
    await closing;
  });
});
