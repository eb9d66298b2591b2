import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ManualClock, RecordingLogger, silentLogger, temporaryFolder } from '@narthex/testkit';
import { hashSync } from '@node-rs/bcrypt';
import { listen, type Listening } from '../listener.js';
import { WebGuard } from './web-guard.js';

const testdata = join(__dirname, 'testdata');
const pem = (name: string): string => readFileSync(join(testdata, name), 'utf8');
const HASH = hashSync('secret', 4);
const TLS = `tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n`;

let folder: ReturnType<typeof temporaryFolder>;
let clock: ManualClock;
const open: Listening[] = [];
beforeEach(() => {
  folder = temporaryFolder('web-config');
  clock = new ManualClock();
  for (const name of ['ca.pem', 'server.pem', 'server.key', 'other.pem', 'other.key']) {
    copyFileSync(join(testdata, name), join(folder.path, name));
  }
});
afterEach(async () => {
  for (const listening of open.splice(0)) await listening.close(0);
  folder.remove();
});

function write(text: string): string {
  const file = join(folder.path, 'web.yml');
  writeFileSync(file, text);
  return file;
}

async function serve(text: string, logger = silentLogger()): Promise<number> {
  const guard = await WebGuard.open({ file: write(text), clock, logger });
  const listening = await listen({
    addresses: ['127.0.0.1:0'],
    handler: (_request, response) => void response.end('hello'),
    logger: silentLogger(),
    guard,
  });
  open.push(listening);
  return listening.addresses[0]!.port;
}

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
}

function get(port: number, options: RequestOptions & { readonly tls?: boolean } = {}): Promise<Answer> {
  const { tls = false, ...rest } = options;
  const send = tls ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = send({ host: '127.0.0.1', port, agent: false, ...rest }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end();
  });
}

describe('passwords', () => {
  const users = `basic_auth_users:\n  alice: ${HASH}\n`;

  test.each([
    ['nobody', undefined, 401],
    ['the right password', 'alice:secret', 200],
    ['a wrong one', 'alice:wrong', 401],
    ['an empty one', 'alice:', 401],
    ['another user', 'bob:secret', 401],
    ["the password of the user that isn't", 'bob:fakepassword', 401],
  ])('%s', async (_what, auth, status) => {
    const port = await serve(users);
    for (let again = 0; again < 2; again++) {
      const answer = await get(port, auth === undefined ? {} : { auth });
      expect(answer.status).toBe(status);
      if (status === 200) continue;
      expect(answer.text).toBe('Unauthorized\n');
      expect(answer.headers['www-authenticate']).toBe('Basic');
    }
  });

  test('a change of the file is seen without a restart', async () => {
    const port = await serve(users);
    expect((await get(port)).status).toBe(401);
    write(`basic_auth_users:\n  carol: ${HASH}\n`);
    expect((await get(port, { auth: 'alice:secret' })).status).toBe(401);
    expect((await get(port, { auth: 'carol:secret' })).status).toBe(200);
  });

  test('a file that breaks lets nobody in, and says why', async () => {
    const logger = new RecordingLogger();
    const port = await serve(users, logger);
    write('basic_auth_user: {}\n');
    const answer = await get(port, { auth: 'alice:secret' });
    expect(answer).toMatchObject({ status: 500, text: 'Internal Server Error\n' });
    expect(logger.lines.at(-1)).toMatchObject({ level: 'error', message: 'Unable to parse configuration' });
    write(users);
    expect((await get(port, { auth: 'alice:secret' })).status).toBe(200);
  });
});

test('headers are set, also where nobody is let in', async () => {
  const port = await serve(
    `http_server_config:\n  headers:\n    X-Frame-Options: deny\nbasic_auth_users:\n  alice: ${HASH}\n`,
  );
  expect((await get(port)).headers['x-frame-options']).toBe('deny');
});

test('a rate limit refuses what is too much', async () => {
  const port = await serve('rate_limit:\n  interval: 1s\n  burst: 2\n');
  const statuses = async (count: number): Promise<number[]> => {
    const found: number[] = [];
    for (let i = 0; i < count; i++) found.push((await get(port)).status);
    return found;
  };
  expect(await statuses(3)).toEqual([200, 200, 429]);
  await clock.advance(1000);
  expect(await statuses(2)).toEqual([200, 429]);
});

describe('TLS', () => {
  const ca = pem('ca.pem');

  test('answers over TLS, and not in the clear', async () => {
    const port = await serve(TLS);
    expect(await get(port, { tls: true, ca })).toMatchObject({ status: 200, text: 'hello' });
    await expect(get(port)).rejects.toThrow();
  });

  test('a renewed certificate is shown to the next connection', async () => {
    const port = await serve(TLS);
    await get(port, { tls: true, ca });
    for (const kind of ['pem', 'key']) {
      copyFileSync(join(testdata, `other.${kind}`), join(folder.path, `server.${kind}`));
    }
    await expect(get(port, { tls: true, ca })).rejects.toThrow();
    const answer = await get(port, {
      tls: true,
      ca: pem('other.pem'),
      servername: 'other.example',
      headers: {},
    });
    expect(answer.status).toBe(200);
  });

  test('other files in the configuration are used from the next handshake on', async () => {
    const port = await serve(TLS);
    await get(port, { tls: true, ca });
    write(TLS.replaceAll('server.', 'other.'));
    const other = { tls: true, ca: pem('other.pem'), servername: 'other.example', headers: {} };
    expect((await get(port, other)).status).toBe(200);
  });

  test('without its certificate it lets nobody in until that is back', async () => {
    const logger = new RecordingLogger();
    const port = await serve(TLS, logger);
    rmSync(join(folder.path, 'server.pem'));
    for (let again = 0; again < 2; again++) await expect(get(port, { tls: true, ca })).rejects.toThrow();
    expect(logger.lines.map(({ message }) => message)).toEqual(
      Array.from({ length: 2 }, () => 'Reading TLS configuration failed'),
    );
    copyFileSync(join(testdata, 'server.pem'), join(folder.path, 'server.pem'));
    expect((await get(port, { tls: true, ca })).status).toBe(200);
    write('tls_server_config: {}\n');
    await expect(get(port, { tls: true, ca })).rejects.toThrow();
  });

  const client = { cert: pem('client.pem'), key: pem('client.key') };
  const stranger = { cert: pem('other.pem'), key: pem('other.key') };
  const san = '  client_allowed_sans: [client.example]\n';
  test.each<[string, string, object, boolean]>([
    ['RequestClientCert', '', {}, true],
    ['RequestClientCert', '', stranger, true],
    ['RequireAnyClientCert', '', {}, false],
    ['RequireAnyClientCert', '', stranger, true],
    ['VerifyClientCertIfGiven', '', {}, true],
    ['VerifyClientCertIfGiven', '', stranger, false],
    ['RequireAndVerifyClientCert', '', {}, false],
    ['RequireAndVerifyClientCert', '', stranger, false],
    ['RequireAndVerifyClientCert', '', client, true],
    ['RequireAndVerifyClientCert', san, client, true],
    ['RequireAnyClientCert', san, stranger, false],
  ])('%s%s', async (kind, more, shown, isLetIn) => {
    const port = await serve(`${TLS}  client_ca_file: ca.pem\n  client_auth_type: ${kind}\n${more}`);
    const agent = new Agent({ ...shown, ca });
    const asked = get(port, { tls: true, agent });
    if (isLetIn) expect((await asked).status).toBe(200);
    else await expect(asked).rejects.toThrow();
    agent.destroy();
  });
});

describe('what cannot be used is refused at the start', () => {
  test.each([
    ['tls_server_config:\n  cert_file: server.pem\n', 'missing one of key or key_file'],
    ['tls_server_config:\n  key_file: server.key\n', 'missing one of cert or cert_file'],
    ['tls_server_config:\n  client_auth_type: x\n', 'missing one of cert or cert_file'],
    [`${TLS}  client_auth_type: Nobody\n`, 'invalid ClientAuth: Nobody'],
    [`${TLS}  client_ca_file: ca.pem\n`, "client CA's have been configured without a Client Auth Policy"],
    [`${TLS}  min_version: TLS9\n`, 'unknown TLS version: TLS9'],
    [`${TLS}  cipher_suites: [ROT13]\n`, 'unknown cipher: ROT13'],
    [`${TLS}  curve_preferences: [Circle]\n`, 'unknown curve: Circle'],
    ['tls_server_config:\n  cert_file: absent.pem\n  key_file: server.key\n', 'failed to read cert_file ('],
    [
      `tls_server_config:\n  cert_file: server.pem\n  key_file: other.key\n`,
      'failed to load X509KeyPair: tls: private key does not match public key',
    ],
    ['http_server_config:\n  headers:\n    Server: x\n', 'HTTP header "Server" can not be configured'],
    [
      'http_server_config:\n  headers:\n    X-Frame-Options: maybe\n',
      'invalid value for X-Frame-Options. Expected one of: ["deny" "sameorigin"], but got: "maybe"',
    ],
    ['basic_auth_users:\n  a: plain\n', 'crypto/bcrypt: hashedSecret too short to be a bcrypted password'],
    ['nonsense: 1\n', 'field nonsense not found in type web.Config'],
  ])('%j', async (text, message) => {
    await expect(WebGuard.open({ file: write(text), clock, logger: silentLogger() })).rejects.toMatchObject({
      code: 'WEB_CONFIG',
      message: expect.stringContaining(message),
    });
  });
});
