import { expect, test } from '@jest/globals';
import { crc32c } from '@narthex/bytes';
import fc from 'fast-check';
import { DecodeKernel } from './decode-kernel.js';

const kernel = new DecodeKernel();

/** The checksum that the kernel makes of bytes that were added as a chunk, behind others. */
function checksum(bytes: Uint8Array, previous = 0): number {
  kernel.begin(2);
  kernel.add(Uint8Array.of(1, 2, 3), 0, 3, 0);
  kernel.add(bytes, 0, bytes.length, 0);
  return kernel.checksum(previous);
}

test('the check value of the CRC catalogue', () => {
  expect(checksum(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
});

test('is that of the plain one, for any bytes behind any others', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), (bytes, cut) => {
      const [head, tail] = [bytes.slice(0, cut), bytes.slice(cut)];
      expect(checksum(tail, crc32c(head))).toBe(crc32c(bytes));
    }),
  );
});
