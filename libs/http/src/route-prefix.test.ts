import { afterEach, describe, expect, test } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { silentLogger } from '@narthex/testkit';
import { createApplication } from './application.js';

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function answerTo(redirectsRoot: boolean, method: string, path: string): Promise<unknown[]> {
  const handler = createApplication({
    logger: silentLogger(),
    routePrefix: '/prefix/',
    redirectsRoot,
    routes: (router) => router.get('/', (_request, response) => void response.end('home')),
  });
  server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  const { status, headers, ...answer } = await fetch(url, { method, redirect: 'manual' }).then(
    async (response) => ({ status: response.status, headers: response.headers, text: await response.text() }),
  );
  return [status, headers.get('location') ?? headers.get('allow'), answer.text];
}

// As Prometheus 3.5.3 and Pushgateway 1.11 answered.
const FOUND = '<a href="/prefix">Found</a>.\n\n';
const MOVED = '<a href="/prefix/">Moved Permanently</a>.\n\n';
const MISSING = '404 page not found\n';
describe('around the route prefix', () => {
  test.each<[boolean, string, string, number, string | null, string]>([
    [true, 'GET', '/', 302, '/prefix', FOUND],
    [true, 'GET', '/?a=1', 302, '/prefix', FOUND],
    [true, 'HEAD', '/', 405, 'GET, OPTIONS', ''],
    [true, 'POST', '/', 405, 'GET, OPTIONS', 'Method Not Allowed\n'],
    [true, 'OPTIONS', '/', 200, 'GET, OPTIONS', ''],
    [true, 'GET', '/other', 404, null, MISSING],
    [false, 'GET', '/', 404, null, MISSING],
    [true, 'GET', '/prefix', 301, '/prefix/', MOVED],
    [false, 'GET', '/prefix', 301, '/prefix/', MOVED],
    [true, 'GET', '/prefix?a=<', 301, '/prefix/?a=%3C', MOVED.replace('x/"', 'x/?a=%3C"')],
    [true, 'HEAD', '/prefix', 404, null, ''],
    [true, 'POST', '/prefix', 404, null, MISSING],
    [true, 'GET', '/prefix/', 200, null, 'home'],
    [true, 'GET', '/prefixed', 404, null, MISSING],
  ])('root %s: %s %s', async (redirectsRoot, method, path, ...answer) => {
    expect(await answerTo(redirectsRoot, method, path)).toEqual(answer);
  });
});
