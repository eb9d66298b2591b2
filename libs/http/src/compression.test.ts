import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import {
  acceptsGzip,
  addVary,
  beginCompression,
  createCompression,
  deferCompression,
  endCompression,
} from './compression.js';

describe('accept-encoding', () => {
  test.each<[string | undefined, boolean]>([
    [undefined, false],
    ['', false],
    ['identity', false],
    ['gzip', true],
    ['GZIP', true],
    ['gzip, deflate, br', true],
    ['br;q=1.0, gzip;q=0.8, *;q=0.1', true],
    ['gzip;q=0', false],
    ['gzip; q=0, *', false],
    ['*', true],
    ['*;q=0', false],
    ['deflate', false],
    ['gzip;q=nonsense', false],
    ['xgzip', false],
  ])('%s', (header, expected) => {
    expect(acceptsGzip(header)).toBe(expected);
  });
});

const compress = createCompression(0);
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function answered(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Response> {
  const server = createServer((request, response) => {
    deferCompression(compress, request, response);
    response.setHeader('Content-Type', 'application/json');
    answer(request, response);
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return fetch(`http://127.0.0.1:${port}/`, { headers: { 'accept-encoding': 'deflate' } });
}

describe('compression that waits', () => {
  test('compresses once it is asked to', async () => {
    const answer = await answered((_request, response) => {
      beginCompression(response);
      beginCompression(response);
      response.write('{"a":');
      response.end('1}');
    });
    expect([answer.headers.get('content-encoding'), answer.headers.get('vary')]).toEqual([
      'deflate',
      'Accept-Encoding',
    ]);
    expect(await answer.json()).toEqual({ a: 1 });
  });

  test('says what the answer depends on where it is not needed', async () => {
    const answer = await answered((_request, response) => {
      addVary(response, 'Origin');
      endCompression(response);
      beginCompression(response);
      response.end('{}');
    });
    expect([answer.headers.get('content-encoding'), answer.headers.get('vary')]).toEqual([
      null,
      'Origin, Accept-Encoding',
    ]);
    expect(await answer.text()).toBe('{}');
  });

  test('is not there where nobody has put it off', async () => {
    const server = createServer((_request, response) => {
      endCompression(response);
      beginCompression(response);
      addVary(response, 'Origin');
      addVary(response, 'origin');
      response.end('x');
    }).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    expect([answer.headers.get('vary'), await answer.text()]).toEqual(['Origin', 'x']);
  });
});
