import { expect, test } from '@jest/globals';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { eventually } from '@narthex/testkit';
import { ConnectionGate } from './connection-gate.js';

test('what a client sent while it waited, for a place and then for the preparation, is read', async () => {
  const server = createServer((socket) => socket.pipe(socket));
  const gate = new ConnectionGate(1);
  const prepared: (() => void)[] = [];
  gate.guard(server, () => new Promise((resolve) => prepared.push(resolve)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = (): { socket: Socket; received: () => string } => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    let text = '';
    socket.on('data', (part) => (text += String(part)));
    return { socket, received: () => text };
  };
  const first = client();
  first.socket.write('first');
  await eventually('the first is inside', () => prepared.length === 1);
  const second = client();
  second.socket.write('second');
  prepared[0]!();
  await eventually('the first is answered', () => first.received() === 'first');
  first.socket.destroy();
  await eventually('the second is inside', () => prepared.length === 2);
  // Only when its bytes had time to arrive.
  await new Promise((resolve) => setImmediate(resolve));
  prepared[1]!();
  await eventually('the second is answered', () => second.received().length >= 'second'.length);
  expect([first.received(), second.received()]).toEqual(['first', 'second']);
  second.socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});
