import { describe, expect, test } from '@jest/globals';
import { check, decodeConfig, printConfig, section } from '@narthex/config';
import { httpClientFault, httpClientFields } from './http-client-config';

const schema = check(section('config.Test', httpClientFields), httpClientFault);
const decode = (yaml: string) => decodeConfig(yaml, { file: 'x.yml', folder: '/etc' }, schema).value;

describe('the HTTP client configuration', () => {
  test.each<[string, string]>([
    [
      'bearer_token: a\nbearer_token_file: b',
      'at most one of bearer_token & bearer_token_file must be configured',
    ],
    [
      'bearer_token: a\nbasic_auth: {username: a}',
      'at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured',
    ],
    [
      'basic_auth: {username: a, username_file: b}',
      'at most one of basic_auth username, username_file & username_ref must be configured',
    ],
    [
      'basic_auth: {password: a, password_file: b}',
      'at most one of basic_auth password, password_file & password_ref must be configured',
    ],
    [
      'bearer_token: a\nauthorization: {}',
      'authorization is not compatible with bearer_token & bearer_token_file',
    ],
    [
      'authorization: {credentials: a, credentials_file: b}',
      'at most one of authorization credentials & credentials_file must be configured',
    ],
    [
      'authorization: {type: " Basic "}',
      'authorization type cannot be set to "basic", use "basic_auth" instead',
    ],
    [
      'authorization: {}\nbasic_auth: {username: a}',
      'at most one of basic_auth, oauth2 & authorization must be configured',
    ],
    [
      'oauth2: {client_id: a, token_url: b}\nbasic_auth: {username: a}',
      'at most one of basic_auth, oauth2 & authorization must be configured',
    ],
    ['oauth2: {token_url: b}', 'oauth2 client_id must be configured'],
    ['oauth2: {client_id: b}', 'oauth2 token_url must be configured'],
    [
      'oauth2: {client_id: a, token_url: b, client_secret: c, client_secret_file: d}',
      'at most one of oauth2 client_secret, client_secret_file & client_secret_ref must be configured',
    ],
    ['tls_config: {ca: a, ca_file: b}', 'at most one of ca, ca_file & ca_ref must be configured'],
    [
      'tls_config: {cert_file: b}',
      'exactly one of key or key_file must be configured when a client certificate is configured',
    ],
    [
      'tls_config: {key_file: b}',
      'exactly one of cert or cert_file must be configured when a client key is configured',
    ],
    ['tls_config: {min_version: x}', 'unknown TLS version: x'],
    ['tls_config: {foo: x}', 'field foo not found in type config.plain'],
    ['http_headers: {authorization: {values: [a]}}', 'setting header "Authorization" is not allowed'],
    ['http_headers: {x-a: {}, X-A: {}}', 'header "X-A" is set multiple times'],
    ['http_headers: {foo: {bar: 1}}', 'field bar not found in type config.Header'],
    [
      'proxy_connect_header: {foo: [a]}',
      'if proxy_connect_header is configured, proxy_url or proxy_from_environment must also be configured',
    ],
    [
      'proxy_from_environment: true\nproxy_url: http://a',
      'if proxy_from_environment is configured, proxy_url must not be configured',
    ],
    [
      'proxy_from_environment: true\nno_proxy: a',
      'if proxy_from_environment is configured, no_proxy must not be configured',
    ],
    ['no_proxy: a', 'if no_proxy is configured, proxy_url must also be configured'],
  ])('%j is refused', (yaml, message) => expect(() => decode(yaml)).toThrow(message));

  test('files are beside the configuration, secrets are not printed, defaults are', () => {
    const value = decode('basic_auth: {username: a, password_file: p}\ntls_config: {ca_file: /ca}\n');
    expect(value.basic_auth?.password_file).toBe('/etc/p');
    expect(value.tls_config?.ca_file).toBe('/ca');
    expect(printConfig(schema, decode('authorization: {credentials: x}'))).toBe(
      'authorization:\n  type: Bearer\n  credentials: <secret>\nfollow_redirects: true\nenable_http2: true\n',
    );
  });
});
