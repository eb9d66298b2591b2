import { afterAll, describe, expect, test } from '@jest/globals';
import { ByteWriter, crc32c } from '@narthex/bytes';
import { StorageError } from '@narthex/storage';
import { temporaryFolder } from '@narthex/testkit';
import fc from 'fast-check';
import { Tombstones } from './tombstones.js';

function sample(): Tombstones {
  const tombstones = new Tombstones();
  tombstones.add(300, 10, 20);
  tombstones.add(2, -5, 5);
  tombstones.add(300, 40, 50);
  return tombstones;
}

describe('tombstones', () => {
  const work = temporaryFolder('tombstones');
  afterAll(work.remove);

  test('of nothing, as upstream writes them', () => {
    expect(Buffer.from(new Tombstones().encode()).toString('hex')).toBe('0130ba300100000000');
  });

  test('golden bytes', () => {
    expect(Buffer.from(sample().encode()).toString('hex')).toBe(
      '0130ba3001' + '02090a' + 'ac021428' + 'ac025064' + '5ea5ecd7',
    );
  });

  test('no file, no tombstones', () => {
    expect(Tombstones.read(work.path).count).toBe(0);
  });

  test('are read as they were written', () => {
    sample().write(work.path);
    const read = Tombstones.read(work.path);
    expect(read.count).toBe(3);
    expect([...read.of(300)]).toEqual([10, 20, 40, 50]);
    expect([...read.of(2)]).toEqual([-5, 5]);
    expect([...read.of(3)]).toEqual([]);
  });

  test('open ends come as the nearest exact numbers', () => {
    const writer = new ByteWriter();
    writer.uvarint(1);
    writer.varint(-(2n ** 63n));
    writer.varint(2n ** 63n - 1n);
    const entry = writer.copy();
    writer.clear();
    writer.u32(0x0130ba30);
    writer.u8(1);
    writer.bytes(entry);
    writer.u32(crc32c(entry));
    const tombstones = Tombstones.decode(writer.copy(), 'tombstones');
    expect([...tombstones.of(1)]).toEqual([Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]);
  });

  test('any changed byte, and any cut, is noticed', () => {
    const bytes = sample().encode();
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: bytes.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (at, mask) => {
          const broken = bytes.slice();
          broken[at]! ^= mask;
          expect(() => Tombstones.decode(broken, 'the/tombstones')).toThrow(StorageError);
          expect(() => Tombstones.decode(broken, 'the/tombstones')).toThrow('the/tombstones');
        },
      ),
    );
    for (let length = 0; length < bytes.length; length++) {
      expect(() => Tombstones.decode(bytes.subarray(0, length), 'the/tombstones')).toThrow(StorageError);
    }
  });
});
