import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createCompression } from '@narthex/http';
import { eventually } from '@narthex/testkit';
import express from 'express';
import { TestServer } from '../testing/http.js';
import { Outlet } from './streamed.js';

const PIECE = randomBytes(64 * 1024);

let server: TestServer;
afterEach(() => server.close());

/** Serves so many pieces; what it returns is set when the answer is over. */
async function serve(pieces: number): Promise<{ written?: number; warnings: string[] }> {
  const seen: { written?: number; warnings: string[] } = { warnings: [] };
  const warned = (warning: Error): void => void seen.warnings.push(warning.message);
  const app = express();
  app.use(createCompression(0));
  app.get('/', async (_request, response) => {
    process.on('warning', warned);
    response.setHeader('Content-Type', 'application/json');
    const outlet = new Outlet(response);
    let written = 0;
    while (written < pieces && (await outlet.write(PIECE))) written += 1;
    response.end();
    // Warnings are told in the next tick.
    await new Promise(setImmediate);
    process.off('warning', warned);
    seen.written = written;
  });
  server = await TestServer.start(app);
  return seen;
}

describe('an answer in pieces', () => {
  test.each(['gzip', 'identity'])('%s: arrives whole, and nothing piles up on the way', async (encoding) => {
    const seen = await serve(60);
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.write(`GET / HTTP/1.0\r\nAccept-Encoding: ${encoding}\r\n\r\n`);
    const parts: Buffer[] = [];
    socket.on('data', (part: Buffer) => void parts.push(part));
    await once(socket, 'end');
    const answer = Buffer.concat(parts);
    const body = answer.subarray(answer.indexOf('\r\n\r\n') + 4);
    const text = encoding === 'gzip' ? gunzipSync(body) : body;
    expect(text.equals(Buffer.concat(Array<Buffer>(60).fill(PIECE)))).toBe(true);
    await eventually('the answer to be over', () => seen.written !== undefined);
    expect(seen).toEqual({ written: 60, warnings: [] });
  });

  test.each(['gzip', 'identity'])(
    '%s: ends when the client goes, and does not wait for it',
    async (encoding) => {
      const seen = await serve(Number.POSITIVE_INFINITY);
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
      socket.write(`GET / HTTP/1.1\r\nHost: x\r\nAccept-Encoding: ${encoding}\r\n\r\n`);
      await once(socket, 'readable');
      socket.destroy();
      await eventually('the answer to be over', () => seen.written !== undefined);
      expect(seen.warnings).toEqual([]);
    },
  );

  test('is over at once where the client is gone already', async () => {
    let outcome: boolean | undefined;
    server = await TestServer.start((request, response) => {
      response.once('close', () => {
        void new Outlet(response).write(PIECE).then((isThere) => (outcome = isThere));
      });
      request.socket.destroy();
    });
    await expect(fetch(server.url)).rejects.toThrow('fetch failed');
    await eventually('the outcome', () => outcome !== undefined);
    expect(outcome).toBe(false);
  });
});
