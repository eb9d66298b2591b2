import { expect, test } from '@jest/globals';
import { fullNames, parseResolverConfig } from './resolver-config';

test('resolv.conf', () => {
  const text =
    '# made by hand\nnameserver 10.0.0.1 ; first\n\ndomain lost.test\nsearch a.test b.test.\noptions timeout:1 ndots:2\nnameserver ::1\n';
  expect(parseResolverConfig(text)).toEqual({
    servers: ['10.0.0.1', '::1'],
    search: ['a.test', 'b.test.'],
    ndots: 2,
  });
  expect(parseResolverConfig('')).toEqual({ servers: [], search: [], ndots: 1 });
});

test.each([
  ['web', 1, ['web.a.test.', 'web.b.test.', 'web.']],
  ['web.x', 1, ['web.x.', 'web.x.a.test.', 'web.x.b.test.']],
  ['web.x', 2, ['web.x.a.test.', 'web.x.b.test.', 'web.x.']],
  ['web.', 1, ['web.']],
])('%s with ndots %i', (name, ndots, expected) => {
  expect(fullNames(name, { servers: [], search: ['a.test', 'b.test.'], ndots })).toEqual(expected);
});
