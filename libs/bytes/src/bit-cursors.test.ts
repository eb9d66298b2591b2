import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BitReader } from './bit-reader.js';
import { BitWriter } from './bit-writer.js';
import { ShortBufferError, VarintOverflowError } from './byte-errors.js';

describe('bit cursors', () => {
  test('the most significant bit comes first and old bytes do not shine through', () => {
    const bytes = new Uint8Array(4).fill(0xff);
    const writer = new BitWriter(bytes);
    writer.bits(0b1, 1);
    writer.bits(0b0, 1);
    writer.bits(0b10110, 5);
    writer.bits(0x1ff, 9);
    expect([...bytes.subarray(0, 2)]).toEqual([0b10101101, 0b11111111]);
    expect(writer.position).toBe(16);
  });

  test('a cursor may start inside a byte', () => {
    const bytes = Uint8Array.of(0b10100000, 0);
    new BitWriter(bytes, 3).bits(0b111111, 6);
    expect([...bytes]).toEqual([0b10111111, 0b10000000]);
    expect(new BitReader(bytes, 3).bits(6)).toBe(0b111111);
  });

  test.each([
    [0, 0, '00'],
    [0, 127, '7f'],
    [0, 128, '8001'],
    [0x1f_ffff, 0xffff_ffff, 'ffffffffffffff0f'],
    [0xffff_ffff, 0xffff_ffff, 'ffffffffffffffffff01'],
  ])('varint of %i:%i', (high, low, hex) => {
    const bytes = new Uint8Array(10);
    const writer = new BitWriter(bytes);
    writer.uvarint(high, low);
    expect(Buffer.from(bytes.subarray(0, writer.position / 8)).toString('hex')).toBe(hex);
    const reader = new BitReader(bytes);
    reader.uvarint();
    expect([reader.high, reader.low, reader.position]).toEqual([high, low, writer.position]);
  });

  test('the end is the end', () => {
    const reader = new BitReader(Uint8Array.of(0xff), 0, 7);
    expect(reader.bits(7)).toBe(127);
    expect(() => reader.bit()).toThrow(ShortBufferError);
    expect(() => reader.bits(1)).toThrow(ShortBufferError);
    expect(reader.bits(0)).toBe(0);
    expect(() => new BitReader(new Uint8Array(11).fill(0xff)).uvarint()).toThrow(VarintOverflowError);
    expect(() => new BitReader(Uint8Array.of(0x80)).uvarint()).toThrow(ShortBufferError);
  });

  test('what is written is read, whatever the widths', () => {
    const piece = fc.record({
      value: fc.integer({ min: 0, max: 0xffffffff }),
      count: fc.integer({ min: 0, max: 32 }),
    });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.integer({ min: 0, max: 7 }), (pieces, lead) => {
        const bytes = new Uint8Array(260).fill(0xa5);
        bytes[0] = 0;
        const writer = new BitWriter(bytes, lead);
        for (const { value, count } of pieces) writer.bits(value, count);
        const reader = new BitReader(bytes, lead, writer.position);
        for (const { value, count } of pieces) {
          const mask = count === 32 ? 0xffffffff : (1 << count) - 1;
          expect(reader.bits(count)).toBe((value & mask) >>> 0);
        }
        expect(() => reader.bit()).toThrow(ShortBufferError);
      }),
    );
  });
});
