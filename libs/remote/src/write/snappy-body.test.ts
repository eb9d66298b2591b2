import { describe, expect, test } from '@jest/globals';
import { compressSync } from 'snappy';
import { decodeSnappyBody, loadSnappy, MAX_DECODED_BYTES } from './snappy-body.js';

async function decode(body: Uint8Array): Promise<Buffer> {
  return decodeSnappyBody(await loadSnappy(), body);
}

describe('decodeSnappyBody', () => {
  test.each([0, 1, 1000, 600_000, MAX_DECODED_BYTES])('gives back %d bytes', async (length) => {
    const bytes = Buffer.alloc(length, 'ab');
    expect((await decode(compressSync(bytes))).equals(bytes)).toBe(true);
  });

  test.each<[string, Uint8Array, string]>([
    ['nothing', Uint8Array.of(), 'snappy: corrupt input'],
    ['no end of the length', Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff), 'snappy: corrupt input'],
    ['more than 32 bits', Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x1f), 'snappy: corrupt input'],
    ['a length with little behind it', Uint8Array.of(0x80, 0x80, 0x80, 0x10, 0), 'snappy: corrupt input'],
    [
      'a length over the limit',
      Uint8Array.of(0x81, 0x80, 0x80, 0x10, 0),
      'snappy: decoded length 33554433 exceeds limit 33554432',
    ],
    ['data cut short', compressSync(Buffer.alloc(100, 'abcdefg')).subarray(0, 8), 'snappy: corrupt input'],
  ])('refuses %s', async (_name, body, message) => {
    await expect(decode(body)).rejects.toMatchObject({ code: 'COMPRESSION', message });
  });
});
