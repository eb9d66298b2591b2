import { expect, test } from '@jest/globals';
import { proxyFor } from './proxy-choice';

const P = 'http://proxy:3128';
test.each<[url: string, noProxy: string, expected: string | undefined]>([
  ['http://a.example/', '', P],
  ['http://127.0.0.1/', '', P],
  ['http://127.0.0.1/', 'x', undefined],
  ['http://localhost/', 'x', undefined],
  ['http://a.example/', 'example', undefined],
  ['http://a.example/', '.example', undefined],
  ['http://example/', '.example', P],
  ['http://a.example/', '*.example', undefined],
  ['http://notexample/', 'example', P],
  ['http://a.example/', 'example:80', undefined],
  ['http://a.example:81/', 'example:80', P],
  ['http://10.1.2.3/', '10.0.0.0/8', undefined],
  ['http://11.1.2.3/', '10.0.0.0/8', P],
  ['http://10.1.2.3/', '10.1.2.3', undefined],
  ['http://[fd00::1]/', 'fd00::/8', undefined],
  ['http://a/', 'b, *', undefined],
])('%s with no_proxy %j', (url, noProxy, expected) => {
  const config = { proxy_url: P, no_proxy: noProxy, proxy_from_environment: false };
  expect(proxyFor(new URL(url), config, {})).toBe(expected);
});

test.each<[url: string, environment: Record<string, string>, expected: string | undefined]>([
  ['http://a/', { HTTP_PROXY: P }, P],
  ['http://a/', { http_proxy: 'proxy:3128' }, P],
  ['https://a/', { HTTP_PROXY: P }, undefined],
  ['https://a/', { HTTPS_PROXY: P }, P],
  ['http://a/', { HTTP_PROXY: P, NO_PROXY: 'a' }, undefined],
  ['http://127.0.0.1/', { HTTP_PROXY: P }, undefined],
])('%s with %j', (url, environment, expected) => {
  const config = { proxy_url: '', no_proxy: '', proxy_from_environment: true };
  expect(proxyFor(new URL(url), config, environment)).toBe(expected);
});
