import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { eventually, silentLogger } from '@narthex/testkit';
import { listen, type Listening, type ListenOptions } from './listener.js';

const open: Listening[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const listening of open.splice(0)) await listening.close(0);
});

async function serve(options: Partial<ListenOptions>): Promise<readonly number[]> {
  const listening = await listen({
    addresses: ['127.0.0.1:0'],
    handler: (request, response) => {
      request.resume().on('end', () => response.end('hello'));
    },
    logger: silentLogger(),
    ...options,
  });
  open.push(listening);
  return listening.addresses.map(({ port }) => port);
}

/** A connection on which bytes are sent as they stand. */
function client(port: number): {
  readonly socket: Socket;
  readonly received: () => string;
  readonly ended: () => boolean;
} {
  let text = '';
  let ended = false;
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
  socket.on('error', () => undefined).on('close', () => (ended = true));
  return { socket, received: () => text, ended: () => ended };
}

const REQUEST = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

describe('the limit of connections', () => {
  test('those beyond it wait, over all addresses, and are served when another closes', async () => {
    const [first, second] = await serve({ addresses: ['127.0.0.1:0', '127.0.0.1:0'], maxConnections: 2 });
    const inside = [client(first!), client(second!)];
    for (const one of inside) one.socket.write(REQUEST);
    await eventually('both answered', () => inside.every(({ received }) => received().includes('hello')));
    const waiting = client(second!);
    waiting.socket.write(REQUEST);
    const quitter = client(first!);
    await eventually('connected', () => !quitter.socket.connecting && !waiting.socket.connecting);
    inside[0]!.socket.write(REQUEST);
    await eventually('answered again', () => inside[0]!.received().split('hello').length === 3);
    expect([waiting.received(), waiting.ended()]).toEqual(['', false]);
    quitter.socket.destroy();
    inside[1]!.socket.destroy();
    await eventually('served', () => waiting.received().includes('hello'));
  });

  test('the end does not wait for those that wait', async () => {
    const [port] = await serve({ maxConnections: 1 });
    const inside = client(port!);
    inside.socket.write(REQUEST);
    await eventually('answered', () => inside.received().includes('hello'));
    const waiting = client(port!);
    await eventually('connected', () => !waiting.socket.connecting);
    await open.pop()!.close(0);
    await eventually('both closed', () => inside.ended() && waiting.ended());
  });
});

describe('slow and large requests', () => {
  test.each([
    ['a header that never ends', 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: '],
    ['a body that never comes', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc'],
  ])('%s is cut off after the time to read', async (_what, text) => {
    const [port] = await serve({ readTimeoutMs: 300 });
    const slow = client(port!);
    slow.socket.write(text);
    await eventually('closed', () => slow.ended());
    expect(slow.received()).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('an idle connection is closed after the time to read', async () => {
    const [port] = await serve({ readTimeoutMs: 300 });
    const idle = client(port!);
    idle.socket.write(REQUEST);
    await eventually('answered', () => idle.received().includes('hello'));
    await eventually('closed', () => idle.ended());
  });

  test.each([
    [900, '200'],
    [1200, '431'],
  ])('headers of %i bytes, where 1024 are allowed: %s', async (size, status) => {
    const [port] = await serve({ maxHeaderBytes: 1024 });
    const sender = client(port!);
    sender.socket.write(`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(size)}\r\n\r\n`);
    await eventually('answered', () => sender.received().includes('\r\n\r\n'));
    expect(sender.received()).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  test.each([
    ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    [
      'a length beside chunks',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a line break in a name', 'GET / HTTP/1.1\r\nHost: x\r\nA\nB: c\r\n\r\n'],
  ])('%s is refused: 400', async (_what, text) => {
    const [port] = await serve({});
    const sender = client(port!);
    sender.socket.write(text);
    await eventually('closed', () => sender.ended());
    expect(sender.received()).toMatch(/^HTTP\/1\.1 400 /);
  });
});
