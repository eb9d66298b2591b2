import { generateKeyPairSync, type KeyObject, verify } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { check, decodeConfig, section } from '@narthex/config';
import { ManualClock } from '@narthex/testkit';
import { type HttpClientConfig, httpClientFault, httpClientFields } from './http-client-config';
import { TokenSource } from './oauth2';
import { type TokenAnswer } from './token-answer';

const schema = check(section('config.Test', httpClientFields), httpClientFault);
const JWT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

function configOf(yaml: string): NonNullable<HttpClientConfig['oauth2']> {
  const text = `oauth2:\n  client_id: id\n  token_url: http://t/\n${yaml}`;
  return decodeConfig(text, { file: 'x.yml', folder: '/' }, schema).value.oauth2!;
}

interface Post {
  readonly authorization: string | undefined;
  readonly form: string;
}

function source(
  yaml: string,
  answerTo: (post: Post) => Partial<TokenAnswer>,
): { header: () => Promise<string>; posts: Post[] } {
  const posts: Post[] = [];
  const tokens = new TokenSource({
    config: configOf(yaml),
    clock: new ManualClock(),
    post: (_url, headers, form) => {
      const post = { authorization: headers.authorization, form };
      posts.push(post);
      const good = { status: 200, statusText: 'OK', contentType: '', body: '{"access_token":"t"}' };
      return Promise.resolve({ ...good, ...answerTo(post) });
    },
  });
  return { header: () => tokens.header(undefined), posts };
}

describe('client credentials', () => {
  test('a server that refuses the header is asked with the form, and so the next time', async () => {
    const { header, posts } = source('  client_secret: s', ({ authorization }) =>
      authorization === undefined
        ? { body: '{"access_token":"t","expires_in":1}' }
        : { status: 400, statusText: 'Bad Request', body: 'no' },
    );
    expect([await header(), await header()]).toEqual(['Bearer t', 'Bearer t']);
    const form = { form: 'client_id=id&client_secret=s&grant_type=client_credentials' };
    expect(posts).toEqual([
      { authorization: 'Basic aWQ6cw==', form: 'grant_type=client_credentials' },
      form,
      form,
    ]);
  });

  test('one that refuses both tells why the second time', async () => {
    let count = 0;
    const { header } = source('  client_secret: s', () => ({ body: `{"error":"e${++count}"}` }));
    await expect(header()).rejects.toThrow('oauth2: "e2"');
  });
});

describe('assertions', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const indented = (key: KeyObject, type: 'pkcs1' | 'pkcs8'): string =>
    key.export({ type, format: 'pem' }).toString().trim().replaceAll('\n', '\n    ');

  test.each<['pkcs1' | 'pkcs8', string, string]>([
    ['pkcs1', '', 'sha256'],
    ['pkcs8', 'RS512', 'sha512'],
  ])('%s %s', async (type, algorithm, digest) => {
    const yaml = `  grant_type: ${JWT}
  client_certificate_key: |
    ${indented(privateKey, type)}
  client_certificate_key_id: k
  signature_algorithm: '${algorithm}'
  claims: {x: 1, y: [a, true]}
  scopes: [r, w]
  endpoint_params: {p: q}`;
    const { header, posts } = source(yaml, () => ({}));
    expect(await header()).toBe('Bearer t');
    const form = new URLSearchParams(posts[0]!.form);
    expect([form.get('grant_type'), form.get('p'), posts[0]!.authorization]).toEqual([JWT, 'q', undefined]);
    const [head = '', claims = '', signature = ''] = form.get('assertion')!.split('.');
    const decoded = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
    expect(decoded(head)).toEqual({ alg: algorithm || 'RS256', typ: 'JWT', kid: 'k' });
    const { jti, iat, ...others } = decoded(claims) as Record<string, unknown>;
    expect(typeof jti).toBe('string');
    expect(others).toEqual({
      iss: 'id',
      sub: 'id',
      aud: 'http://t/',
      exp: (iat as number) + 600,
      scope: 'r w',
      x: 1,
      y: ['a', true],
    });
    const signed = Buffer.from(`${head}.${claims}`);
    expect(verify(digest, signed, publicKey, Buffer.from(signature, 'base64url'))).toBe(true);
  });

  test('a key that is none', async () => {
    const { header } = source(`  grant_type: ${JWT}\n  client_certificate_key: x`, () => ({}));
    await expect(header()).rejects.toThrow('invalid key: Key must be a PEM encoded PKCS1 or PKCS8 key');
  });

  test.each<[string, string]>([
    ['  signature_algorithm: HS256', 'valid signature algorithms are RS256, RS384 and RS512'],
    [
      '  client_certificate_key: a\n  client_certificate_key_file: b',
      'at most one of oauth2 client_certificate_key, client_certificate_key_file & client_certificate_key_ref must be configured',
    ],
  ])('%j is refused', (yaml, message) => {
    expect(() => configOf(`  grant_type: ${JWT}\n${yaml}`)).toThrow(message);
  });
});
