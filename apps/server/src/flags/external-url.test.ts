import { describe, expect, test } from '@jest/globals';
import { servedAt } from './external-url.js';

const at = (url: string, { prefix = '', address = '0.0.0.0:9090' } = {}) =>
  servedAt({ 'web.external-url': url, 'web.route-prefix': prefix, 'web.listen-address': [address] }, 'host');

// As 3.5.3 shows them in templates and /api/v1/status/flags.
describe('where the server is reached', () => {
  test.each([
    ['', 'http://host:9090', '', 'host:9090', 'http:'],
    ['https://x.org/prom/', 'https://x.org/prom', '/prom', 'x.org', 'https:'],
    ['https://double--dash.de', 'https://double--dash.de', '', 'double--dash.de', 'https:'],
    ['/prometheus', '/prometheus', '/prometheus', '', ''],
    ['prometheus', '/prometheus', '/prometheus', '', ''],
    ['/a/b//', '/a/b', '/a/b', '', ''],
    ['//host/p/', '//host/p', '/p', 'host', ''],
    ['http://h/p?a=b#c', 'http://h/p?a=b#c', '/p', 'h', 'http:'],
    ['HTTP://Host/P', 'http://Host/P', '/P', 'Host', 'http:'],
    ['http://u:p@h:1/x', 'http://u:p@h:1/x', '/x', 'h:1', 'http:'],
    ['ftp://h/x/', 'ftp://h/x', '/x', 'h', 'ftp:'],
    ['mailto:x', 'mailto:x', '', '', 'mailto:'],
    ['?x', '?x', '', '', ''],
    ['/p q/ü%20', '/p%20q/%C3%BC%20', '/p%20q/%C3%BC%20', '', ''],
  ])('%j', (url, href, pathname, host, protocol) => {
    const { externalUrl, routePrefix } = at(url);
    expect(externalUrl).toEqual({ href, pathname, host, protocol });
    expect(routePrefix).toBe(pathname);
  });

  test.each([
    ['https://x.org/prom/', { prefix: '/' }, 'https://x.org/prom', ''],
    ['', { prefix: 'a/b/', address: ':1' }, 'http://host:1', '/a/b'],
    ['/prom', { prefix: '/other' }, '/prom', '/other'],
  ])('%j with %j', (url, flags, href, prefix) => {
    const { externalUrl, routePrefix } = at(url, flags);
    expect([externalUrl.href, routePrefix]).toEqual([href, prefix]);
  });

  test.each([
    [':x', 'parse ":x": missing protocol scheme'],
    ['"http://x"', 'URL must not begin or end with quotes'],
    ["'https://url/prometheus'", 'URL must not begin or end with quotes'],
    ['x"', 'URL must not begin or end with quotes'],
    ['http://a b/', 'parse "http://a b/": invalid character " " in host name'],
    ['http://h:x/', 'parse "http://h:x/": invalid port ":x" after host'],
    ['/%zz', 'parse "/%zz": invalid URL escape "%zz"'],
    ['http://[::1', 'parse "http://[::1": missing \']\' in host'],
  ])('%s is refused', (url, reason) => {
    expect(() => at(url)).toThrow(`parse external URL ${JSON.stringify(url)}: ${reason}`);
  });

  test('an address that is none is refused', () => {
    expect(() => at('', { address: 'foo' })).toThrow(
      /^parse external URL "": address foo: missing port in address$/,
    );
  });
});
