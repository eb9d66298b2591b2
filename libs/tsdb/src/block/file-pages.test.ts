import { afterAll, describe, expect, test } from '@jest/globals';
import { ShortBufferError } from '@narthex/bytes';
import { temporaryFolder } from '@narthex/testkit';
import fc from 'fast-check';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FilePages, PagePool } from './file-pages.js';
import { RandomAccessFile } from './random-access-file.js';

/** More than all pages hold together. */
const SIZE_BYTES = 5 * 1024 * 1024 + 123;

describe('pages of a file', () => {
  const folder = temporaryFolder('pages');
  const content = Uint8Array.from({ length: SIZE_BYTES }, (_, i) => (i * 31 + (i >>> 8)) & 0xff);
  const path = join(folder.path, 'file');
  writeFileSync(path, content);
  const file = RandomAccessFile.open(path);
  afterAll(() => {
    file.close();
    folder.remove();
  });

  function bytesAt(pages: FilePages, position: number, length: number): Uint8Array {
    pages.find(position, length);
    return pages.bytes.slice(pages.at, pages.at + length);
  }

  test('give what the file has, whatever the order', () => {
    const pages = new FilePages(file, new PagePool());
    const places = fc.array(
      fc.tuple(fc.nat(SIZE_BYTES), fc.oneof(fc.nat(2000), fc.nat(40_000)), fc.boolean()),
      { maxLength: 100 },
    );
    fc.assert(
      fc.property(places, (list) => {
        for (const [position, wanted, release] of list) {
          if (release && wanted % 16 === 0) pages.release();
          const length = Math.min(wanted, SIZE_BYTES - position);
          expect(bytesAt(pages, position, length)).toEqual(content.slice(position, position + length));
        }
      }),
      { numRuns: 20 },
    );
  });

  test('are shared by the files of a pool', () => {
    const pool = new PagePool();
    const [first, second] = [new FilePages(file, pool), new FilePages(file, pool)];
    for (let position = 0; position + 100 <= SIZE_BYTES; position += 16_384) {
      // The first takes all there are; the second makes do with what it needs.
      expect(bytesAt(first, position, 100)).toEqual(content.slice(position, position + 100));
      expect(bytesAt(second, position, 100)).toEqual(content.slice(position, position + 100));
    }
    first.release();
    for (const position of [0, 100_000, 200_000, 0])
      expect(bytesAt(second, position, 100)).toEqual(content.slice(position, position + 100));
  });

  test('go round when the file is larger than all of them', () => {
    const pages = new FilePages(file, new PagePool());
    for (let round = 0; round < 2; round++) {
      for (let position = 0; position + 100 <= SIZE_BYTES; position += 9000)
        expect(bytesAt(pages, position, 100)).toEqual(content.slice(position, position + 100));
    }
  });

  test.each([
    [SIZE_BYTES - 10, 11],
    [SIZE_BYTES + 5, 1],
    [-1, 1],
  ])('end with the file: %d, %d', (position, length) => {
    expect(() => new FilePages(file, new PagePool()).find(position, length)).toThrow(ShortBufferError);
  });
});
