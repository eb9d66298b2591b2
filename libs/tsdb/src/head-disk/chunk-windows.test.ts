import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { temporaryFolder } from '@narthex/testkit';
import fc from 'fast-check';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { chunkFilePath } from './chunk-file-names.js';
import { ChunkWindows } from './chunk-windows.js';

const FILE_BYTES = 4 << 20;
const folder = temporaryFolder('chunk-windows');
const contents = new Uint8Array(FILE_BYTES);

beforeAll(() => {
  for (let i = 0; i < FILE_BYTES; i++) contents[i] = Math.imul(i, 0x9e3779b1) >>> 24;
  mkdirSync(folder.path, { recursive: true });
  for (const file of [1, 2]) writeFileSync(chunkFilePath(folder.path, file), contents);
});
afterAll(() => folder.remove());

function check(windows: ChunkWindows, file: number, offset: number, sizeBytes: number): void {
  const target = new Uint8Array(sizeBytes + 8).fill(0xee);
  windows.copy(file, offset, sizeBytes, target, 4);
  expect(
    Buffer.compare(target.subarray(4, 4 + sizeBytes), contents.subarray(offset, offset + sizeBytes)),
  ).toBe(0);
  expect([...target.subarray(0, 4), ...target.subarray(4 + sizeBytes)]).toEqual(new Array(8).fill(0xee));
}

describe('what is read', () => {
  test('is what is in the file, wherever', () => {
    const read = fc.record({
      file: fc.constantFrom(1, 2),
      offset: fc.nat(FILE_BYTES - 1),
      sizeBytes: fc.oneof(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 200_000 })),
      again: fc.nat(5),
    });
    fc.assert(
      fc.property(fc.array(read, { maxLength: 40 }), (reads) => {
        const windows = new ChunkWindows(folder.path);
        for (const { file, offset, sizeBytes, again } of reads) {
          // Some places follow each other, as chunks do.
          for (let at = offset, left = again; left >= 0; left--, at += sizeBytes + 29) {
            if (at + sizeBytes <= FILE_BYTES) check(windows, file, at, sizeBytes);
          }
        }
        windows.rest();
      }),
      { numRuns: 60 },
    );
  });

  test('goes on where a file has grown', () => {
    const path = chunkFilePath(folder.path, 3);
    writeFileSync(path, contents.subarray(0, 5000));
    const windows = new ChunkWindows(folder.path);
    check(windows, 3, 4000, 900);
    expect(() => windows.copy(3, 4900, 200, new Uint8Array(200), 0)).toThrow('ends before the chunk at 4900');
    appendFileSync(path, contents.subarray(5000, 9000));
    check(windows, 3, 4900, 200);
    check(windows, 3, 8000, 1000);
    windows.rest();
    expect(windows.openFiles).toBe(0);
    expect(() => windows.copy(9, 0, 1, new Uint8Array(1), 0)).toThrow('cannot read head chunks: ENOENT');
  });
});

describe('few reads', () => {
  test.each([
    ['one after the other', 1],
    ['at six places in turn, as a range over many series does', 6],
    ['at thirty places in turn', 30],
  ])('%s', (_name, places) => {
    const windows = new ChunkWindows(folder.path);
    const step = Math.floor(FILE_BYTES / places);
    const chunkBytes = 200;
    let chunks = 0;
    let wrong = 0;
    const target = new Uint8Array(chunkBytes);
    for (let at = 0; at + chunkBytes <= step; at += chunkBytes + 30) {
      for (let place = 0; place < places; place++, chunks++) {
        const offset = place * step + at;
        windows.copy(1, offset, chunkBytes, target, 0);
        if (Buffer.compare(target, contents.subarray(offset, offset + chunkBytes)) !== 0) wrong++;
      }
    }
    expect(wrong).toBe(0);
    expect(chunks).toBeGreaterThan(18_000);
    // Each place starts with short reads, then there is one for each 64 KiB.
    expect(windows.reads).toBeLessThan(FILE_BYTES / 65_536 + 6 * places);
    windows.rest();
  });
});
