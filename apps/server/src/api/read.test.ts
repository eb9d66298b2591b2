import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BodyTooLargeError, MAX_ENCODED_BYTES, type ReadAnswer, ReadError } from '@narthex/remote';
import { silentLogger } from '@narthex/testkit';
import express from 'express';
import { TestServer } from '../testing/http.js';
import { mountEndpoints } from './endpoint.js';
import { readEndpoint } from './read.js';

type Receive = (
  body: () => Promise<Uint8Array>,
  send: (answer: ReadAnswer) => Promise<void>,
  signal: AbortSignal,
) => Promise<void>;

let receive: Receive;
let server: TestServer;
beforeAll(async () => {
  const app = express();
  const endpoint = readEndpoint({ receive: (body, send, signal) => receive(body, send, signal) });
  mountEndpoints(app, [endpoint], { logger: silentLogger(), decorate: () => undefined });
  server = await TestServer.start(app);
});
afterAll(() => server.close());

function post(body: Uint8Array<ArrayBuffer> | string): Promise<Response> {
  return fetch(`${server.url}/read`, { method: 'POST', body });
}

async function* partsOf(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) {
    await Promise.resolve();
    yield Buffer.from(text);
  }
}

const answer = (parts: AsyncIterable<Uint8Array>): ReadAnswer => ({
  contentType: 'application/x-protobuf',
  contentEncoding: '',
  parts,
});

describe('/read', () => {
  test('hands the body on, and sends the parts of the answer', async () => {
    let given = '';
    receive = async (body, send) => {
      given = Buffer.from(await body()).toString();
      await send(answer(partsOf('a', 'b')));
    };
    const response = await post('asked');
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      200,
      'application/x-protobuf',
      'ab',
    ]);
    expect(given).toBe('asked');
  });

  test('answers a refusal with its status and words, anything else with 500', async () => {
    receive = () => Promise.reject(new ReadError(400, 'exceeded sample limit (5)'));
    const refused = await post('');
    expect([refused.status, await refused.text()]).toEqual([400, 'exceeded sample limit (5)\n']);
    receive = () => Promise.reject(new Error('disk on fire'));
    expect((await post('')).status).toBe(500);
  });

  test('breaks an answer off that fails on the way, so that nobody takes it for whole', async () => {
    receive = async (_body, send) => {
      await send(
        answer(
          (async function* () {
            yield Buffer.from('half');
            await Promise.resolve();
            throw new ReadError(500, 'too late');
          })(),
        ),
      );
    };
    await expect(post('').then((response) => response.text())).rejects.toThrow();
  });

  test('takes no body beyond the largest good one', async () => {
    let failure: unknown;
    receive = async (body) => {
      failure = await body().catch((error: unknown) => error);
      throw new ReadError(400, 'too large');
    };
    const response = await post(new Uint8Array(MAX_ENCODED_BYTES + 1)).catch(() => undefined);
    expect(failure).toBeInstanceOf(BodyTooLargeError);
    expect(response?.status ?? 400).toBe(400);
  });

  test('tells when the client is gone', async () => {
    const gone = new AbortController();
    const noticed = new Promise<void>((resolve) => {
      receive = async (_body, _send, signal) => {
        signal.addEventListener('abort', () => resolve());
        gone.abort();
        await new Promise((_resolve, reject) => signal.addEventListener('abort', reject));
      };
    });
    const asked = fetch(`${server.url}/read`, { method: 'POST', signal: gone.signal });
    await expect(asked).rejects.toThrow();
    await noticed;
  });
});
