import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { check, decodeConfig, section } from '@narthex/config';
import { freePort, ManualClock, temporaryFolder } from '@narthex/testkit';
import { DeadlineError } from './errors';
import { goReason } from './go-reasons';
import { HttpClient, type HttpResponse } from './http-client';
import { httpClientFault, httpClientFields } from './http-client-config';

const schema = check(section('config.Test', httpClientFields), httpClientFault);
const folder = temporaryFolder('httpclient');
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
afterAll(() => folder.remove());

function client(
  yaml: string,
  environment: Record<string, string> = {},
  clock = new ManualClock(),
): HttpClient {
  const config = decodeConfig(yaml, { file: 'x.yml', folder: folder.path }, schema).value;
  const made = new HttpClient({ config, userAgent: 'test', environment, clock });
  closers.push(() => made.close());
  return made;
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

const serve = (answer: RequestListener): Promise<number> => listening(createServer(answer));
const echo: RequestListener = (request, response) =>
  response.end(JSON.stringify({ url: request.url, ...request.headers }));

async function textOf(response: HttpResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function headersSeen(yaml: string): Promise<IncomingMessage['headers']> {
  const port = await serve(echo);
  const response = await client(yaml).request({ url: `http://127.0.0.1:${port}/` });
  return JSON.parse(await textOf(response)) as IncomingMessage['headers'];
}

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('credentials', () => {
  test.each<[string, string]>([
    ['basic_auth: {username: a, password: b}', basic('a:b')],
    ['basic_auth: {username: a}', basic('a:')],
    ['authorization: {credentials: t}', 'Bearer t'],
    ['authorization: {type: Custom, credentials: t}', 'Custom t'],
    ['bearer_token: t', 'Bearer t'],
  ])('%s', async (yaml, expected) => expect((await headersSeen(yaml)).authorization).toBe(expected));

  test('files are read at each request', async () => {
    const file = join(folder.path, 'password');
    const port = await serve(echo);
    const url = `http://127.0.0.1:${port}/`;
    const sender = client(
      'basic_auth: {username: a, password_file: password}\nhttp_headers: {X-T: {values: [v], files: [password]}}',
    );
    for (const password of ['one', 'two']) {
      writeFileSync(file, `${password}\n`);
      const seen = JSON.parse(await textOf(await sender.request({ url }))) as Record<string, string>;
      expect([seen.authorization, seen['x-t']]).toEqual([basic(`a:${password}`), `v, ${password}`]);
    }
  });

  test('a file that is missing is the reason', async () => {
    const sender = client('basic_auth: {username: a, password_file: /nofile}');
    await expect(sender.request({ url: 'http://127.0.0.1:1/' })).rejects.toThrow(
      'Get "http://127.0.0.1:1/": unable to read basic auth password: unable to read file /nofile: open /nofile: no such file or directory',
    );
  });

  test('OAuth2 tokens are fetched, kept, and fetched anew before they expire', async () => {
    const forms: string[] = [];
    const tokenPort = await serve((request, response) => {
      let form = '';
      request.on('data', (chunk: Buffer) => (form += chunk.toString()));
      request.on('end', () => {
        forms.push(`${request.headers.authorization ?? ''} ${form}`);
        response.setHeader('content-type', 'application/json');
        response.end(
          JSON.stringify({ access_token: `t${forms.length}`, token_type: 'bearer', expires_in: 60 }),
        );
      });
    });
    const port = await serve(echo);
    const clock = new ManualClock();
    const yaml = `oauth2: {client_id: "i d", client_secret: s, scopes: [x, y], endpoint_params: {p: q}, token_url: "http://127.0.0.1:${tokenPort}/"}`;
    const sender = client(yaml, {}, clock);
    const ask = async () =>
      (
        JSON.parse(await textOf(await sender.request({ url: `http://127.0.0.1:${port}/` }))) as Record<
          string,
          string
        >
      ).authorization;
    expect([await ask(), await ask()]).toEqual(['Bearer t1', 'Bearer t1']);
    expect(forms).toEqual([`${basic('i+d:s')} grant_type=client_credentials&p=q&scope=x+y`]);
    await clock.advance(50_001);
    expect(await ask()).toBe('Bearer t2');
  });
});

test('headers of the configuration go over those of the request; what cannot be sent is the reason', async () => {
  const port = await serve(echo);
  const url = `http://127.0.0.1:${port}/`;
  const sender = client('http_headers: {Accept: {values: [a/b]}}');
  const seen = JSON.parse(
    await textOf(await sender.request({ url, headers: { accept: 'c/d', 'x-y': 'z' } })),
  ) as Record<string, string>;
  expect([seen.accept, seen['x-y']]).toEqual(['a/b', 'z']);
  await expect(client('http_headers: {X-A: {values: ["a\\nb: c"]}}').request({ url })).rejects.toThrow(
    'net/http: invalid header field value for "X-A"',
  );
  await expect(client('http_headers: {"X A": {values: [a]}}').request({ url })).rejects.toThrow(
    'net/http: invalid header field name "X A"',
  );
});

test('a user in the URL is sent as credentials', async () => {
  const port = await serve(echo);
  const response = await client('').request({ url: `http://a:b%20c@127.0.0.1:${port}/` });
  const seen = JSON.parse(await textOf(response)) as Record<string, string>;
  expect(seen.authorization).toBe(basic('a:b c'));
});

test.each<[string, string]>([
  ['authorization: {credentials_ref: x}', 'unable to use credentials: cannot use secret ref without manager'],
  ['tls_config: {ca_file: none.pem}', 'unable to read CA cert: unable to read file '],
])('%s: no client is to be made', async (yaml, reason) => {
  await expect(client(yaml).checkSetup()).rejects.toThrow(reason);
});

describe('redirects', () => {
  test('are followed, without the credentials on another host', async () => {
    const other = await serve(echo);
    const port = await serve((request, response) => {
      const location = request.url === '/other' ? `http://localhost:${other}/x` : '/x';
      if (request.url === '/x') echo(request, response);
      else response.writeHead(302, { location }).end();
    });
    const sender = client('basic_auth: {username: a}');
    const seen = async (path: string) =>
      JSON.parse(await textOf(await sender.request({ url: `http://127.0.0.1:${port}${path}` }))) as Record<
        string,
        string
      >;
    expect((await seen('/same')).authorization).toBe(basic('a:'));
    const away = await seen('/other');
    expect([away.authorization, away.referer]).toEqual([undefined, `http://127.0.0.1:${port}/other`]);
  });

  test('other headers go along to another host', async () => {
    const other = await serve(echo);
    const port = await serve((_request, response) =>
      response.writeHead(302, { location: `http://localhost:${other}/` }).end(),
    );
    const sender = client('http_headers: {X-A: {values: [b]}, Cookie: {values: [c]}}');
    const response = await sender.request({ url: `http://127.0.0.1:${port}/` });
    const seen = JSON.parse(await textOf(response)) as Record<string, string>;
    expect([seen['x-a'], seen.cookie]).toEqual(['b', undefined]);
  });

  test('are not followed where the configuration says so, nor for ever', async () => {
    const port = await serve((_request, response) => response.writeHead(302, { location: '/' }).end());
    const url = `http://127.0.0.1:${port}/`;
    const response = await client('follow_redirects: false').request({ url });
    expect([response.status, response.statusText]).toEqual([302, 'Found']);
    await response.discard();
    await expect(client('').request({ url })).rejects.toThrow('Get "/": stopped after 10 redirects');
  });
});

describe('failures, in the words of Go', () => {
  test('a refused connection', async () => {
    const port = await freePort();
    await expect(client('').request({ url: `http://127.0.0.1:${port}/` })).rejects.toThrow(
      `Get "http://127.0.0.1:${port}/": dial tcp 127.0.0.1:${port}: connect: connection refused`,
    );
  });

  test('a server that never answers', async () => {
    const deadline = new AbortController();
    const port = await serve(() => deadline.abort(new DeadlineError()));
    const url = `http://127.0.0.1:${port}/`;
    await expect(client('').request({ url, signal: deadline.signal })).rejects.toThrow(
      `Get "${url}": context deadline exceeded`,
    );
  });

  test('a handshake that never ends does not outlast the deadline', async () => {
    const deadline = new AbortController();
    const silent = createServer();
    silent.on('connection', () => deadline.abort(new DeadlineError()));
    const port = await listening(silent);
    const url = `https://127.0.0.1:${port}/`;
    await expect(client('').request({ url, signal: deadline.signal })).rejects.toThrow(
      `Get "${url}": context deadline exceeded`,
    );
  });

  test('a server that hangs up', async () => {
    const port = await serve((request) => request.socket.destroy());
    await expect(client('').request({ url: `http://127.0.0.1:${port}/` })).rejects.toThrow(/: EOF$/);
  });
});

test.each<[string, string]>([
  [
    'x:SSL routines:y:tlsv13 alert certificate required:z:1:SSL alert number 116\n',
    'remote error: tls: certificate required',
  ],
  [
    'x:SSL routines:y:tlsv1 alert protocol version:z:1:SSL alert number 70\n',
    'remote error: tls: protocol version not supported',
  ],
  ['x:SSL routines:y:wrong version number:z', 'http: server gave HTTP response to HTTPS client'],
])('%j', (message, reason) => {
  expect(goReason(Object.assign(new Error(message), { code: 'ERR_SSL_X' }))).toBe(reason);
});

describe('proxies', () => {
  test('plain HTTP is asked of the proxy, TLS goes through a tunnel', async () => {
    const port = await serve((request, response) =>
      response.end(
        `proxied ${request.url ?? ''}${request.headers['x-c'] === undefined ? '' : ' told too much'}`,
      ),
    );
    const sender = client(`proxy_url: "http://127.0.0.1:${port}"\nproxy_connect_header: {X-C: [v]}`);
    expect(await textOf(await sender.request({ url: 'http://nowhere.invalid/x?y' }))).toBe(
      'proxied http://nowhere.invalid/x?y',
    );
  });

  test('a dead proxy is the reason', async () => {
    const port = await freePort();
    const sender = client(`proxy_url: "http://127.0.0.1:${port}"`);
    await expect(sender.request({ url: 'http://a.invalid/' })).rejects.toThrow(
      `Get "http://a.invalid/": proxyconnect tcp: dial tcp 127.0.0.1:${port}: connect: connection refused`,
    );
  });
});

describe('TLS', () => {
  let port = 0;
  let tlsServer: Server;

  beforeAll(async () => {
    const key = join(folder.path, 'key.pem');
    const cert = join(folder.path, 'cert.pem');
    for (const file of [key, cert]) copyFileSync(join(__dirname, '../testdata', basename(file)), file);
    tlsServer = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
      response.end(`secure ${request.httpVersion}`);
    });
    await new Promise<void>((resolve) => tlsServer.listen(0, '127.0.0.1', resolve));
    port = (tlsServer.address() as AddressInfo).port;
  });

  afterAll(() => {
    tlsServer.closeAllConnections();
    tlsServer.close();
  });

  test.each<[string, string]>([
    ['tls_config: {ca_file: cert.pem}', 'secure 1.1'],
    ['tls_config: {insecure_skip_verify: true}', 'secure 1.1'],
    ['tls_config: {ca_file: cert.pem, server_name: good.test}', 'secure 1.1'],
    ['tls_config: {ca_file: cert.pem}\nenable_http2: false', 'secure 1.1'],
  ])('%s', async (yaml, expected) => {
    const response = await client(yaml).request({ url: `https://127.0.0.1:${port}/` });
    expect(await textOf(response)).toBe(expected);
  });

  test.each<[string, string]>([
    ['', 'tls: failed to verify certificate: x509: certificate signed by unknown authority'],
    [
      'tls_config: {ca_file: cert.pem, server_name: bad.test}',
      'tls: failed to verify certificate: x509: certificate is valid for good.test, not bad.test',
    ],
    ['tls_config: {ca_file: key.pem}', 'unable to use specified CA cert file '],
    ['tls_config: {ca_file: none.pem}', 'unable to read CA cert: unable to read file '],
    [
      'tls_config: {min_version: TLS13, max_version: TLS12}',
      'tls_config.max_version must be greater than or equal to tls_config.min_version if both are specified',
    ],
  ])('%s: refused', async (yaml, reason) => {
    await expect(client(yaml).request({ url: `https://127.0.0.1:${port}/` })).rejects.toThrow(reason);
  });

  test('HTTP/2 where both sides can, and not where the configuration forbids it', async () => {
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => readFileSync(join(folder.path, name)));
    const server = createSecureServer({ key: key!, cert: cert!, allowHTTP1: true }, (request, response) => {
      response.statusCode = request.url === '/missing' ? 404 : 200;
      response.end(`secure ${request.httpVersion}`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise((resolve) => server.close(resolve)));
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const sender = client('tls_config: {ca_file: cert.pem}');
    expect(await textOf(await sender.request({ url }))).toBe('secure 2.0');
    const missing = await sender.request({ url: `${url}missing` });
    expect([missing.status, missing.statusText]).toEqual([404, 'Not Found']);
    await missing.discard();
    const old = client('tls_config: {ca_file: cert.pem}\nenable_http2: false');
    expect(await textOf(await old.request({ url }))).toBe('secure 1.1');
    await sender.close();
    await old.close();
  });

  test('a client certificate is wanted', async () => {
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => readFileSync(join(folder.path, name)));
    const server = createSecureServer({ key: key!, cert: cert!, allowHTTP1: true, requestCert: true });
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise((resolve) => server.close(resolve)));
    const sender = client('tls_config: {insecure_skip_verify: true}');
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    // The connection may be closed before the reason has been read.
    await expect(sender.request({ url })).rejects.toThrow(
      /: (?:remote error: tls: certificate required|EOF|read tcp .*: connection reset by peer)$/,
    );
  });

  test('a version that the server does not speak, and an old one that it does', async () => {
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => readFileSync(join(folder.path, name)));
    const old = createTlsServer(
      { key: key!, cert: cert!, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
      (_request, response) => response.end('old'),
    );
    const url = `https://127.0.0.1:${await listening(old)}/`;
    await expect(client('tls_config: {insecure_skip_verify: true}').request({ url })).rejects.toThrow(
      `Get "${url}": remote error: tls: protocol version not supported`,
    );
    const sender = client('tls_config: {insecure_skip_verify: true, min_version: TLS10}');
    expect(await textOf(await sender.request({ url }))).toBe('old');
  });

  test('a tunnel through a proxy', async () => {
    const proxy = createServer();
    const asked: IncomingMessage['headers'][] = [];
    proxy.on('connect', (request, socket) => {
      asked.push(request.headers);
      const far = connect(Number(request.url!.split(':')[1]), '127.0.0.1', () => {
        socket.write(`HTTP/1.1 200 OK\r\n\r\n`);
        far.pipe(socket).pipe(far);
      });
      far.on('error', () => socket.destroy());
      socket.on('error', () => far.destroy());
    });
    const proxyPort = await listening(proxy);
    const sender = client(
      `proxy_url: "http://u:p@127.0.0.1:${proxyPort}"\nproxy_connect_header: {X-C: [v]}\ntls_config: {ca_file: cert.pem}`,
    );
    const response = await sender.request({ url: `https://127.0.0.1:${port}/` });
    expect(await textOf(response)).toBe('secure 1.1');
    expect(asked.map((headers) => [headers['x-c'], headers['proxy-authorization']])).toEqual([
      ['v', basic('u:p')],
    ]);
  });
});
