import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { eventually, freePort } from '@narthex/testkit';
import { countDial, type DialCounts } from './dial-counts.js';
import { HttpClient } from './http-client.js';
import { DEFAULT_HTTP_CLIENT_CONFIG } from './http-client-config.js';

let told: string[];
let server: Server;
let port: number;
const counts: DialCounts = {
  attempted: () => told.push('attempted'),
  established: () => told.push('established'),
  failed: (reason) => told.push(`failed: ${reason}`),
  closed: () => told.push('closed'),
};

beforeEach(async () => {
  told = [];
  server = createServer((_request, response) => response.end('x'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const unresolved = Object.assign(new Error('getaddrinfo ENOTFOUND nowhere.invalid'), { code: 'ENOTFOUND' });

test('a client tells of a connection that it makes and closes', async () => {
  const client = new HttpClient({ config: DEFAULT_HTTP_CLIENT_CONFIG, userAgent: 'x', dials: counts });
  await (await client.request({ url: `http://127.0.0.1:${port}/` })).discard();
  expect(told).toEqual(['attempted', 'established']);
  await client.close();
  await eventually('closed', () => told.includes('closed'));
  expect(told).toEqual(['attempted', 'established', 'closed']);
});

test('a client tells why there was no connection', async () => {
  const client = new HttpClient({
    config: DEFAULT_HTTP_CLIENT_CONFIG,
    userAgent: 'x',
    dials: counts,
    lookup: (_name, _options, done) => done(unresolved, ''),
  });
  await expect(client.request({ url: `http://127.0.0.1:${await freePort()}/` })).rejects.toThrow();
  await expect(client.request({ url: 'http://nowhere.invalid/' })).rejects.toThrow();
  expect(told).toEqual(['attempted', 'failed: refused', 'attempted', 'failed: resolution']);
  await client.close();
});

test('a socket tells likewise', async () => {
  const good = connect(port, '127.0.0.1');
  countDial(good, counts);
  await eventually('established', () => told.includes('established'));
  good.destroy();
  await eventually('closed', () => told.includes('closed'));
  const bad = connect(await freePort(), '127.0.0.1');
  countDial(bad, counts);
  bad.on('error', () => undefined);
  await eventually('failed', () => told.includes('failed: refused'));
  const given = connect(port, '127.0.0.1');
  countDial(given, counts);
  given.destroy();
  await eventually('given up', () => told.includes('failed: unknown'));
  expect(told).toEqual([
    ...['attempted', 'established', 'closed'],
    ...['attempted', 'failed: refused'],
    ...['attempted', 'failed: unknown'],
  ]);
});
