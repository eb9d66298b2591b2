import { describe, expect, test } from '@jest/globals';
import { formatByteSize, parseByteSize, parseUrl } from './index.js';

describe('byte sizes', () => {
  test.each<[string, number, string]>([
    ['0', 0, '0B'],
    ['512B', 512, '512B'],
    ['1KB', 1024, '1KiB'],
    ['1.5MB', 1_572_864, '1MiB512KiB'],
    ['10MiB', 10_485_760, '10MiB'],
    ['2TB', 2 * 1024 ** 4, '2TiB'],
    ['1GB512MB', 1536 * 1024 ** 2, '1GiB512MiB'],
    ['.5KB', 512, '512B'],
    ['-5MB', -5_242_880, '-5MiB'],
    ['-1.5MiB', -1_572_864, '-1MiB-512KiB'],
    ['8EB', -(2 ** 63), '-8EiB'],
  ])('%s', (size, sizeBytes, printed) => {
    expect(parseByteSize(size)).toBe(sizeBytes);
    expect(formatByteSize(sizeBytes)).toBe(printed);
  });

  test.each([
    ['5x', 'units: unknown unit x in 5x'],
    ['MB', 'units: invalid MB'],
    ['', 'units: invalid '],
    ['5', 'units: unknown unit  in 5'],
    ['5mb', 'units: unknown unit mb in 5mb'],
    ['5iB', 'units: unknown unit iB in 5iB'],
    ['9EB', 'units: overflow parsing unit'],
  ])('%s is refused', (size, message) => {
    expect(() => parseByteSize(size)).toThrow(message);
  });
});

describe('urls', () => {
  test.each(['', '/x', 'foo/bar', 'http://a:1/x?y=%20#z', 'http://u:p@[::1]:9090', 'mailto:x', '//host/p'])(
    '%j passes',
    (address) => {
      expect(parseUrl(address)).toBe(address);
    },
  );

  test.each([
    [':foo', 'parse ":foo": missing protocol scheme'],
    ['http://a:b', 'parse "http://a:b": invalid port ":b" after host'],
    ['http://a b/', 'parse "http://a b/": invalid character " " in host name'],
    ['http://a/%zz', 'parse "http://a/%zz": invalid URL escape "%zz"'],
    ['1:2', 'parse "1:2": first path segment in URL cannot contain colon'],
    ['a\nb', 'parse "a\\nb": net/url: invalid control character in URL'],
  ])('%j is refused', (address, message) => {
    expect(() => parseUrl(address)).toThrow(message);
  });
});
