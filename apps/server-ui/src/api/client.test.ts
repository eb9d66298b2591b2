/** @jest-environment node */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { ApiClient } from './client';
import { ApiError, MalformedAnswerError, MissingEndpointError, UnreachableError } from './errors';

/** A server that answers by path, and remembers what it was asked. */
const answers: Record<string, { status: number; body: string }> = {
  '/p/api/v1/query': { status: 200, body: '{"status":"success","data":7,"warnings":["w"],"infos":["i"]}' },
  '/p/api/v1/labels': { status: 200, body: '{"status":"success","data":["a"]}' },
  '/p/api/v1/bad': { status: 400, body: '{"status":"error","errorType":"bad_data","error":"no"}' },
  '/p/api/v1/html': { status: 502, body: '<html>' },
};
let server: Server;
let api: ApiClient;
const asked: { method: string; url: string; body: string }[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = request.url ?? '';
      asked.push({ method: request.method ?? '', url, body: Buffer.concat(chunks).toString() });
      const { status, body } = answers[url.split('?')[0] ?? ''] ?? {
        status: 404,
        body: '404 page not found\n',
      };
      response.writeHead(status).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  api = new ApiClient({ pathPrefix: `http://127.0.0.1:${port}/p/`, fetch });
});

afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

const none = new URLSearchParams();

describe('ApiClient', () => {
  test('gives data, warnings and infos', async () => {
    expect(await api.get('query', new URLSearchParams({ query: 'a b' }))).toEqual({
      data: 7,
      warnings: ['w'],
      infos: ['i'],
    });
    expect(asked.at(-1)).toEqual({ method: 'GET', url: '/p/api/v1/query?query=a+b', body: '' });
    expect(await api.get('labels', none)).toEqual({ data: ['a'], warnings: [], infos: [] });
    expect(asked.at(-1)?.url).toBe('/p/api/v1/labels');
  });

  test('sends what is too long for an address in a form', async () => {
    const query = 'x'.repeat(5000);
    await api.get('query', new URLSearchParams({ query }));
    expect(asked.at(-1)).toEqual({ method: 'POST', url: '/p/api/v1/query', body: `query=${query}` });
  });

  test('throws the server’s own error', async () => {
    const error = await api.get('bad', none).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ code: 'api', status: 400, errorType: 'bad_data', message: 'no' });
  });

  test('tells a missing endpoint from a broken answer and from silence', async () => {
    await expect(api.get('nothing', none)).rejects.toBeInstanceOf(MissingEndpointError);
    await expect(api.get('html', none)).rejects.toBeInstanceOf(MalformedAnswerError);
    const nowhere = new ApiClient({ pathPrefix: 'http://127.0.0.1:1/', fetch });
    await expect(nowhere.get('query', none)).rejects.toBeInstanceOf(UnreachableError);
  });

  test('an abandoned request ends with the reason given', async () => {
    const controller = new AbortController();
    controller.abort(new Error('enough'));
    await expect(api.get('query', none, controller.signal)).rejects.toThrow('enough');
  });
});
