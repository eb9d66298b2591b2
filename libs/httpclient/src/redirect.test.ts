import { describe, expect, test } from '@jest/globals';
import { type Hop, nextHop, redirectLocation } from './redirect';

const FIRST = 'http://user:secret@a.example:8080/metrics?x=y';
/** As errors tell it. */
const FIRST_SHOWN = 'http://user:***@a.example:8080/metrics?x=y';
const first: Hop = {
  url: FIRST,
  method: 'POST',
  body: 'b',
  referer: undefined,
  hasLeftHost: false,
  count: 0,
};

describe('redirectLocation', () => {
  test.each<[number, string | undefined, string | undefined]>([
    [302, '/x', '/x'],
    [308, '/x', '/x'],
    [302, '', undefined],
    [302, undefined, undefined],
    [300, '/x', undefined],
    [200, '/x', undefined],
  ])('%d with %j', (status, location, expected) => {
    expect(redirectLocation(status, { location })).toBe(expected);
  });
});

describe('nextHop', () => {
  test.each<[status: number, location: string, url: string, method: string]>([
    [302, '/x', 'http://user:secret@a.example:8080/x', 'GET'],
    [307, 'x?q#f', 'http://user:secret@a.example:8080/x?q#f', 'POST'],
    [303, 'https://b.example/', 'https://b.example/', 'GET'],
  ])('%d to %s', (status, location, url, method) => {
    const hop = nextHop(first, status, location, FIRST);
    expect([hop.url, hop.method, hop.body]).toEqual([url, method, method === 'POST' ? 'b' : undefined]);
    expect(hop.referer).toBe('http://a.example:8080/metrics?x=y');
  });

  test.each<[location: string, leaves: boolean]>([
    ['http://a.example:9/', false],
    ['https://sub.a.example/', false],
    ['http://b.example/', true],
    ['http://nota.example/', true],
  ])('%s leaves the host: %s', (location, leaves) => {
    expect(nextHop(first, 302, location, FIRST).hasLeftHost).toBe(leaves);
  });

  test('who has left the host once is never back', () => {
    const away = nextHop(first, 302, 'http://b.example/', FIRST);
    expect(nextHop(away, 302, FIRST, FIRST).hasLeftHost).toBe(true);
  });

  test('nothing is told of a page that came over TLS', () => {
    const secure = { ...first, url: 'https://a.example/' };
    expect(nextHop(secure, 302, 'http://a.example/', 'https://a.example/').referer).toBeUndefined();
  });

  test.each<[string, string]>([
    [
      'http://[bad',
      `Post "${FIRST_SHOWN}": failed to parse Location header "http://[bad": parse "http://[bad": missing ']' in host`,
    ],
    [
      '/%zz',
      `Post "${FIRST_SHOWN}": failed to parse Location header "/%zz": parse "/%zz": invalid URL escape "%zz"`,
    ],
    ['ftp://x/', 'Post "ftp://x/": unsupported protocol scheme "ftp"'],
    ['http:///x', 'Post "http:///x": http: no Host in request URL'],
  ])('%s cannot be followed', (location, message) => {
    expect(() => nextHop(first, 302, location, FIRST)).toThrow(message);
  });

  test('ten redirects are enough', () => {
    expect(() => nextHop({ ...first, count: 10 }, 302, '/x', FIRST)).toThrow(
      'Post "/x": stopped after 10 redirects',
    );
  });
});
