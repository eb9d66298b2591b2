import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { type ClientHttp2Session, connect, constants, type SecureClientSessionOptions } from 'node:http2';
import { connect as connectTls } from 'node:tls';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually, ManualClock, silentLogger, temporaryFolder } from '@narthex/testkit';
import { hashSync } from '@node-rs/bcrypt';
import { Agent, fetch } from 'undici';
import { Registry } from '@narthex/client';
import { createApplication } from '../application.js';
import { listen, type Listening, type ListenOptions } from '../listener.js';
import { RequestMeter } from '../metrics.js';
import { WebGuard } from '../web-config/web-guard.js';

const testdata = join(__dirname, '../web-config/testdata');
const ca = readFileSync(join(testdata, 'ca.pem'), 'utf8');
const TLS = `tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n`;

let folder: ReturnType<typeof temporaryFolder>;
const open: Listening[] = [];
const sessions: ClientHttp2Session[] = [];
beforeEach(() => {
  folder = temporaryFolder('http2');
  for (const name of ['ca.pem', 'server.pem', 'server.key', 'other.pem', 'other.key']) {
    copyFileSync(join(testdata, name), join(folder.path, name));
  }
});
afterEach(async () => {
  for (const session of sessions.splice(0)) session.destroy();
  for (const listening of open.splice(0)) await listening.close(0);
  folder.remove();
});

interface Served {
  readonly config?: string;
  readonly handler?: RequestListener;
  readonly options?: Partial<ListenOptions>;
}

async function serve({ config = TLS, handler = hello, options = {} }: Served = {}): Promise<number> {
  const file = join(folder.path, 'web.yml');
  writeFileSync(file, config);
  const guard = await WebGuard.open({ file, clock: new ManualClock(), logger: silentLogger() });
  const logger = silentLogger();
  const listening = await listen({ addresses: ['127.0.0.1:0'], handler, logger, guard, ...options });
  open.push(listening);
  return listening.addresses[0]!.port;
}

function hello(_request: IncomingMessage, response: ServerResponse): void {
  response.end('hello');
}

/** Answers with what was asked. */
function echo(request: IncomingMessage, response: ServerResponse): void {
  let body = '';
  request.setEncoding('utf8').on('data', (part: string) => (body += part));
  request.on('end', () => {
    const { method, url, headers, httpVersion } = request;
    response.setHeader('Set-Cookie', ['a=1', 'b=2']);
    response.setHeader('Keep-Alive', 'timeout=5');
    response.end(
      JSON.stringify({ method, url, headers, httpVersion, body, from: request.socket.remoteAddress }),
    );
  });
}

function session(port: number, options: SecureClientSessionOptions = {}): ClientHttp2Session {
  const client = connect(`https://127.0.0.1:${port}`, { ca, servername: 'localhost', ...options });
  sessions.push(client);
  client.on('error', () => undefined);
  return client;
}

interface Answer {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** What a stream that was broken off was broken off with. */
  readonly code: number;
}

function ask(
  client: ClientHttp2Session,
  headers: Readonly<Record<string, string>>,
  body?: string | readonly string[],
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stream = client.request({ ':path': '/', ...headers }, { endStream: body === undefined });
    let answered: Readonly<Record<string, unknown>> = {};
    let text = '';
    stream.on('response', (given) => (answered = given));
    stream.setEncoding('utf8').on('data', (part: string) => (text += part));
    stream.on('error', () => undefined);
    stream.on('close', () => {
      if (stream.rstCode === constants.NGHTTP2_REFUSED_STREAM) reject(new Error('refused'));
      else resolve({ headers: answered, text, code: stream.rstCode });
    });
    for (const part of body === undefined ? [] : [body].flat()) stream.write(part);
    if (body !== undefined) stream.end();
  });
}

describe('what is offered', () => {
  test.each([
    ['by default', '', ['h2', 'http/1.1'], 'h2'],
    ['to clients that know HTTP/1.1 only', '', ['http/1.1'], 'http/1.1'],
    ['where it is switched off', 'http_server_config:\n  http2: false\n', ['h2', 'http/1.1'], 'http/1.1'],
  ])('%s', async (_what, more, protocols, chosen) => {
    const port = await serve({ config: TLS + more });
    const socket = connectTls({
      port,
      host: '127.0.0.1',
      ca,
      servername: 'localhost',
      ALPNProtocols: protocols,
    });
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    expect(socket.alpnProtocol).toBe(chosen);
    socket.destroy();
  });

  test('both are answered at the same port', async () => {
    const port = await serve();
    for (const allowH2 of [true, false]) {
      const dispatcher = new Agent({ allowH2, connect: { ca, servername: 'localhost' } });
      const answer = await fetch(`https://127.0.0.1:${port}/`, { dispatcher });
      expect([answer.status, await answer.text()]).toEqual([200, 'hello']);
      await dispatcher.close();
    }
  });
});

describe('cipher suites that leave HTTP/2 none', () => {
  const suites = `${TLS}  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384]\n`;

  test('are refused', async () => {
    await expect(serve({ config: suites })).rejects.toMatchObject({
      code: 'WEB_CONFIG',
      message:
        'http2: TLSConfig.CipherSuites is missing an HTTP/2-required AES_128_GCM_SHA256 cipher (need at least one of TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 or TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256)',
    });
  });

  test.each(['http_server_config:\n  http2: false\n', '  min_version: TLS13\n'])(
    'are not with %j',
    async (more) => {
      await expect(serve({ config: suites + more })).resolves.toBeGreaterThan(0);
    },
  );
});

describe('a request', () => {
  test('arrives as one of HTTP/1.1 would, with its address, query and headers', async () => {
    const client = session(await serve({ handler: echo }));
    const { headers, text } = await ask(client, {
      ':path': '/a/b?match[]=x&match[]=y',
      'x-one': '1',
      cookie: 'c=d',
    });
    expect(headers).toMatchObject({ ':status': 200, 'set-cookie': ['a=1', 'b=2'] });
    expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['connection']));
    expect(headers['keep-alive'] ?? headers['transfer-encoding']).toBeUndefined();
    const seen = JSON.parse(text) as Record<string, unknown>;
    expect(seen).toMatchObject({
      method: 'GET',
      url: '/a/b?match[]=x&match[]=y',
      from: '127.0.0.1',
      body: '',
    });
    expect(seen.headers).toMatchObject({
      host: expect.stringMatching(/:\d+$/),
      'x-one': '1',
      cookie: 'c=d',
    });
  });

  test.each([
    ['POST', 'announced', { 'content-length': '4' }],
    ['POST', 'not announced', {}],
    ['GET', 'not announced', {}],
    ['PUT', 'expected', { expect: '100-continue' }],
  ])('a body of %s that is %s is read whole', async (method, _how, headers) => {
    const client = session(await serve({ handler: echo }));
    const { text } = await ask(client, { ':method': method, ...(headers as Record<string, string>) }, [
      'ab',
      'cd',
    ]);
    expect(JSON.parse(text)).toMatchObject({ method, body: 'abcd' });
  });

  test('what looks like another request in a body is a body', async () => {
    const seen: string[] = [];
    const handler: RequestListener = (request, response) => {
      seen.push(String(request.url));
      echo(request, response);
    };
    const client = session(await serve({ handler }));
    const body = 'GET /admin HTTP/1.1\r\nHost: x\r\n\r\n';
    for (const method of ['GET', 'POST', 'DELETE']) {
      const { text } = await ask(client, { ':method': method }, body);
      expect(JSON.parse(text)).toMatchObject({ body });
    }
    expect(seen).toEqual(['/', '/', '/']);
  });

  test('HEAD has no body, and no answer is cut where there is none', async () => {
    const client = session(
      await serve({
        handler: (request, response) => {
          response.statusCode = request.url === '/none' ? 204 : 200;
          response.end(request.url === '/none' ? undefined : 'hello');
        },
      }),
    );
    expect(await ask(client, { ':method': 'HEAD' })).toMatchObject({ text: '', headers: { ':status': 200 } });
    expect(await ask(client, { ':path': '/none' })).toMatchObject({ text: '', headers: { ':status': 204 } });
  });

  test('is counted with the size of its answer', async () => {
    const registry = new Registry();
    const meter = new RequestMeter({ registry, prefix: 'test' });
    const handler: RequestListener = (request, response) => {
      meter.begin('/', request, response);
      response.end('x'.repeat(2000));
    };
    const client = session(await serve({ handler }));
    await ask(client, {});
    await ask(client, {});
    const text = await registry.metrics();
    expect(text).toContain('test_http_requests_total{handler="/",code="200"} 2');
    expect(text).toContain('test_http_response_size_bytes_bucket{le="1000",handler="/"} 0');
    expect(text).toContain('test_http_response_size_bytes_bucket{le="10000",handler="/"} 2');
  });

  test('CONNECT is refused', async () => {
    const client = session(await serve());
    const answer = new Promise((resolve) => {
      const stream = client.request({ ':method': 'CONNECT', ':authority': 'x:1' });
      stream.on('error', () => undefined).on('response', (headers) => resolve(headers[':status']));
    });
    expect(await answer).toBe(400);
  });

  test('an express application answers: compressed, in parts, and 404', async () => {
    const handler = createApplication({
      logger: silentLogger(),
      routes: (router) =>
        router.get('/long', (_request, response) => void response.send('x'.repeat(500_000))),
    });
    const client = session(await serve({ handler }));
    const [long, missing] = await Promise.all([
      ask(client, { ':path': '/long', 'accept-encoding': 'gzip' }),
      ask(client, { ':path': '/nope' }),
    ]);
    expect(long.headers).toMatchObject({ ':status': 200, 'content-encoding': 'gzip' });
    expect(missing).toMatchObject({ text: '404 page not found\n', headers: { ':status': 404 } });
    expect((await ask(client, { ':path': '/long' })).text).toHaveLength(500_000);
  });
});

describe('answers', () => {
  test('that never end arrive as they are told, and who told them hears of the end', async () => {
    let ended = false;
    const handler: RequestListener = (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write('data: 1\n\n');
      response.once('close', () => (ended = true));
    };
    const client = session(await serve({ handler }));
    const stream = client.request({ ':path': '/' });
    const first = await new Promise((resolve) => stream.setEncoding('utf8').once('data', resolve));
    expect([first, ended]).toEqual(['data: 1\n\n', false]);
    stream.close(constants.NGHTTP2_CANCEL);
    await eventually('the handler knows', () => ended);
  });

  test('wait for clients that do not read', async () => {
    let written = 0;
    const handler: RequestListener = (_request, response) => {
      const part = Buffer.alloc(64 * 1024);
      const go = (): void => {
        while (written < 64 * 1024 * 1024) {
          written += part.length;
          if (!response.write(part)) return void response.once('drain', go);
        }
        response.end();
      };
      go();
    };
    const client = session(await serve({ handler }));
    const stream = client.request({ ':path': '/' });
    stream.pause();
    await new Promise((resolve) => stream.once('response', resolve));
    let before = -1;
    await eventually('nothing more is written', () => {
      const isStill = written === before;
      before = written;
      return isStill;
    });
    expect(written).toBeLessThan(8 * 1024 * 1024);
    stream.close(constants.NGHTTP2_CANCEL);
  });

  test('that break off are not taken for whole', async () => {
    const handler: RequestListener = (_request, response) => {
      response.write('half');
      setImmediate(() => response.destroy());
    };
    const client = session(await serve({ handler }));
    expect((await ask(client, {})).code).toBe(constants.NGHTTP2_INTERNAL_ERROR);
  });
});

describe('the guard', () => {
  test('asks for passwords and sets headers', async () => {
    const config = `${TLS}http_server_config:\n  headers:\n    X-Frame-Options: deny\nbasic_auth_users:\n  alice: ${hashSync('secret', 4)}\n`;
    const client = session(await serve({ config }));
    const refused = await ask(client, {});
    expect(refused.headers).toMatchObject({
      ':status': 401,
      'www-authenticate': 'Basic',
      'x-frame-options': 'deny',
    });
    const authorization = `Basic ${Buffer.from('alice:secret').toString('base64')}`;
    expect((await ask(client, { authorization })).text).toBe('hello');
  });

  test('sends clients without a certificate away', async () => {
    const config = `${TLS}  client_auth_type: RequireAnyClientCert\n`;
    const port = await serve({ config });
    const refused = session(port);
    await new Promise((resolve) => refused.once('close', resolve));
    const key = readFileSync(join(testdata, 'other.key'));
    const cert = readFileSync(join(testdata, 'other.pem'));
    expect((await ask(session(port, { key, cert }), {})).text).toBe('hello');
  });
});

const [HEADERS, RST_STREAM, SETTINGS, GOAWAY] = [1, 3, 4, 7];
/** `:method: GET`, `:scheme: https`, `:path: /`, `:authority: x` (RFC 7541, appendix A). */
const GET_ROOT = '828784410178';

/** A frame of RFC 9113, its payload in hexadecimal digits. */
function frame(type: number, flags: number, stream: number, payload: string): Buffer {
  const body = Buffer.from(payload, 'hex');
  const head = Buffer.alloc(9);
  head.writeUIntBE(body.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, body]);
}

function frameTypes(octets: Buffer): number[] {
  const types: number[] = [];
  for (let at = 0; at + 9 <= octets.length; at += 9 + octets.readUIntBE(at, 3)) types.push(octets[at + 3]!);
  return types;
}

describe('limits', () => {
  test('a body that does not come is answered 408', async () => {
    const client = session(await serve({ handler: echo, options: { readTimeoutMs: 300 } }));
    const stream = client.request({ ':path': '/', ':method': 'POST', 'content-length': '10' });
    stream.on('error', () => undefined).write('abc');
    expect(
      await new Promise((resolve) => stream.once('response', (headers) => resolve(headers[':status']))),
    ).toBe(408);
  });

  test('a connection without requests is closed after the time to read, one with a request is not', async () => {
    const port = await serve({
      handler: (_request, response) => void response.write('begun'),
      options: { readTimeoutMs: 300 },
    });
    const [idle, busy] = [session(port), session(port)];
    const stream = busy.request({ ':path': '/' });
    stream.resume();
    await new Promise((resolve) => idle.once('close', resolve));
    expect(stream.closed).toBe(false);
    stream.close();
    await new Promise((resolve) => busy.once('close', resolve));
  });

  test.each([
    [900, 200],
    [1500, 431],
  ])('headers of %i octets, where about 1024 are allowed', async (size, status) => {
    const client = session(await serve({ options: { maxHeaderBytes: 1200 } }));
    const { headers } = await ask(client, { 'x-long': 'a'.repeat(size) });
    expect(headers[':status']).toBe(status);
  });

  test('streams that are opened and reset at once are taken up to a number', async () => {
    let handled = 0;
    const port = await serve({ handler: () => (handled += 1) });
    const flood = connectTls({ port, host: '127.0.0.1', ca, servername: 'localhost', ALPNProtocols: ['h2'] });
    let received = Buffer.alloc(0);
    flood.on('data', (part: Buffer) => (received = Buffer.concat([received, part])));
    flood.on('error', () => undefined);
    flood.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    flood.write(frame(SETTINGS, 0, 0, ''));
    for (let stream = 1; stream < 10_000; stream += 2) {
      flood.write(frame(HEADERS, 5, stream, GET_ROOT));
      flood.write(frame(RST_STREAM, 0, stream, '00000008'));
    }
    await eventually('told to go', () => frameTypes(received).includes(GOAWAY));
    expect(handled).toBeLessThan(2000);
    flood.destroy();
  });

  test('the limit of connections counts these as well', async () => {
    const port = await serve({ options: { maxConnections: 1 } });
    const first = session(port);
    expect((await ask(first, {})).text).toBe('hello');
    let isAnswered = false;
    const waiting = ask(session(port), {}).then((answer) => {
      isAnswered = true;
      return answer.text;
    });
    expect((await ask(first, {})).text).toBe('hello');
    expect(isAnswered).toBe(false);
    first.close();
    expect(await waiting).toBe('hello');
  });
});

describe('the end', () => {
  test('lets a running request end, and takes no other', async () => {
    let finish = (): void => undefined;
    const port = await serve({ handler: (_request, response) => (finish = () => response.end('late')) });
    const client = session(port);
    const running = ask(client, {});
    const before = finish;
    await eventually('running', () => finish !== before);
    const closing = open.pop()!.close(10_000);
    await new Promise((resolve) => client.once('goaway', resolve));
    finish();
    expect((await running).text).toBe('late');
    await closing;
  });

  test('cuts what runs on', async () => {
    const port = await serve({ handler: (_request, response) => void response.write('begun') });
    const client = session(port);
    const stream = client.request({ ':path': '/' });
    stream.on('error', () => undefined);
    await new Promise((resolve) => stream.once('response', resolve));
    await open.pop()!.close(50);
    await eventually('closed', () => client.destroyed);
  });
});
