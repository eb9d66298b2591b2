import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ShortBufferError, UnsafeIntegerError, VarintOverflowError } from './byte-errors.js';
import { ByteReader } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const unhex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

function written(write: (writer: ByteWriter) => void): string {
  const writer = new ByteWriter(1);
  write(writer);
  return hex(writer.view());
}

const uvarints: [number | bigint, string][] = [
  [0, '00'],
  [1, '01'],
  [127, '7f'],
  [128, '8001'],
  [300, 'ac02'],
  [2 ** 28 - 1, 'ffffff7f'],
  [2 ** 28, '8080808001'],
  [2 ** 31, '8080808008'],
  [2 ** 32, '8080808010'],
  [2 ** 35, '808080808001'],
  [Number.MAX_SAFE_INTEGER, 'ffffffffffffff0f'],
  [2n ** 53n, '8080808080808010'],
  [2n ** 64n - 1n, 'ffffffffffffffffff01'],
];

const varints: [number | bigint, string][] = [
  [0, '00'],
  [-1, '01'],
  [1, '02'],
  [63, '7e'],
  [-64, '7f'],
  [64, '8001'],
  [2 ** 30 - 1, 'feffffff07'],
  [2 ** 30, '8080808008'],
  [-(2 ** 30), 'ffffffff07'],
  [2 ** 31, '8080808010'],
  [-(2 ** 31) - 1, '8180808010'],
  [Number.MAX_SAFE_INTEGER, 'feffffffffffff1f'],
  [-Number.MAX_SAFE_INTEGER, 'fdffffffffffff1f'],
  [2n ** 63n - 1n, 'feffffffffffffffff01'],
  [-(2n ** 63n), 'ffffffffffffffffff01'],
];

describe('varints', () => {
  test.each(uvarints)('unsigned %s is %s', (value, bytes) => {
    expect(written((writer) => writer.uvarint(value))).toBe(bytes);
    expect(written((writer) => writer.uvarint(BigInt(value)))).toBe(bytes);
    expect(new ByteReader(unhex(bytes)).uvarintBig()).toBe(BigInt(value));
    if (typeof value === 'number') expect(new ByteReader(unhex(bytes)).uvarint()).toBe(value);
    else expect(() => new ByteReader(unhex(bytes)).uvarint()).toThrow(UnsafeIntegerError);
  });

  test.each(varints)('zigzag %s is %s', (value, bytes) => {
    expect(written((writer) => writer.varint(value))).toBe(bytes);
    expect(written((writer) => writer.varint(BigInt(value)))).toBe(bytes);
    expect(new ByteReader(unhex(bytes)).varintBig()).toBe(BigInt(value));
    if (typeof value === 'number') expect(new ByteReader(unhex(bytes)).varint()).toBe(value);
    else expect(() => new ByteReader(unhex(bytes)).varint()).toThrow(UnsafeIntegerError);
  });

  test.each([
    ['80', ShortBufferError],
    ['', ShortBufferError],
    ['ffffffffffffffffff02', VarintOverflowError],
    ['ffffffffffffffffffff01', VarintOverflowError],
  ])('malformed %s', (bytes, error) => {
    expect(() => new ByteReader(unhex(bytes)).uvarint()).toThrow(error);
    expect(() => new ByteReader(unhex(bytes)).varintBig()).toThrow(error);
  });

  test.each([-1, 0.5, 2 ** 53, NaN])('a number that is no unsigned safe integer is refused: %s', (value) => {
    expect(() => new ByteWriter().uvarint(value)).toThrow(UnsafeIntegerError);
  });

  test.each([1.5e9 + 0.5, 2 ** 53, -(2 ** 53), NaN])(
    'a number that is no safe integer is refused: %s',
    (value) => {
      expect(() => new ByteWriter().varint(value)).toThrow(UnsafeIntegerError);
      expect(() => new ByteWriter().u64(value)).toThrow(UnsafeIntegerError);
    },
  );
});

describe('fixed width', () => {
  test.each([
    [0, '0000000000000000'],
    [1, '0000000000000001'],
    [-1, 'ffffffffffffffff'],
    [2 ** 32, '0000000100000000'],
    [-(2 ** 32) - 1, 'fffffffeffffffff'],
    [Number.MAX_SAFE_INTEGER, '001fffffffffffff'],
    [-Number.MAX_SAFE_INTEGER, 'ffe0000000000001'],
  ])('signed 64 bits: %s is %s', (value, bytes) => {
    expect(written((writer) => writer.u64(value))).toBe(bytes);
    expect(written((writer) => writer.u64(BigInt(value)))).toBe(bytes);
    expect(new ByteReader(unhex(bytes)).i64()).toBe(value);
    expect(new ByteReader(unhex(bytes)).i64Big()).toBe(BigInt(value));
  });

  test('64 bits beyond a number', () => {
    const bytes = unhex('ffffffffffffffff');
    expect(new ByteReader(bytes).u64Big()).toBe(2n ** 64n - 1n);
    expect(() => new ByteReader(bytes).u64()).toThrow(UnsafeIntegerError);
    expect(() => new ByteReader(unhex('7fffffffffffffff')).i64()).toThrow(UnsafeIntegerError);
  });

  test('smaller ones', () => {
    const text = written((writer) => {
      writer.u8(0xfe);
      writer.u16(0x0102);
      writer.u32(0xfffefdfc);
      writer.f64(-2.5);
    });
    expect(text).toBe('fe0102fffefdfcc004000000000000');
    const reader = new ByteReader(unhex(text));
    expect([reader.u8(), reader.u16(), reader.u32(), reader.f64()]).toEqual([0xfe, 0x0102, 0xfffefdfc, -2.5]);
    expect(reader.remaining).toBe(0);
    expect(() => reader.u8()).toThrow(ShortBufferError);
  });

  test.each(['7ff0000000000002', '7ff8000000000001', 'fff8dead0000beef'])('NaN %s keeps its bits', (bits) => {
    const values = new Float64Array(2);
    const words = new Uint32Array(values.buffer);
    new ByteReader(unhex(bits)).f64BitsInto(words, 1);
    expect(values[1]).toBeNaN();
    expect(written((writer) => writer.f64Bits(words, 1))).toBe(bits);
  });

  test('a number known only afterwards', () => {
    const writer = new ByteWriter();
    writer.u32(0);
    writer.u8(7);
    writer.patchU32(0, 0x01020304);
    expect(hex(writer.view())).toBe('0102030407');
    expect(() => writer.patchU32(2, 0)).toThrow(RangeError);
  });
});

describe('text and bytes', () => {
  test.each(['', 'up', 'süß', 'a long name of more than twenty-four bytes', '\ufeffbom', '🦉'.repeat(30)])(
    'text "%s"',
    (text) => {
      const bytes = written((writer) => writer.uvarintText(text));
      const reader = new ByteReader(unhex(bytes));
      expect(reader.uvarintText()).toBe(text);
      expect(reader.remaining).toBe(0);
      const bare = written((writer) => writer.text(text));
      expect(bare).toBe(Buffer.from(text).toString('hex'));
    },
  );

  test('a length beyond the end is refused', () => {
    expect(() => new ByteReader(unhex('05616263')).uvarintText()).toThrow(ShortBufferError);
  });

  test('a reader keeps to its window, also after a reset', () => {
    const bytes = unhex('0102030405');
    const reader = new ByteReader(bytes, 1, 3);
    expect(reader.u8()).toBe(2);
    expect(reader.position).toBe(2);
    reader.skip(1);
    expect(() => reader.u8()).toThrow(ShortBufferError);
    expect(reader.reset(bytes, 4).u8()).toBe(5);
    expect(reader.reset(unhex('ff'), 0, 1).u8()).toBe(255);
  });

  test('a writer forgets and truncates', () => {
    const writer = new ByteWriter();
    writer.bytes(unhex('0a0b0c'));
    writer.truncate(2);
    const copy = writer.copy();
    expect(hex(writer.view(1))).toBe('0b');
    writer.clear().u8(1);
    expect([hex(copy), hex(writer.view())]).toEqual(['0a0b', '01']);
  });
});

test('what is written in any order is read back', () => {
  const item = fc.oneof(
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value) => ({ kind: 'uvarint' as const, value })),
    fc
      .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
      .map((value) => ({ kind: 'varint' as const, value })),
    fc.maxSafeInteger().map((value) => ({ kind: 'safe' as const, value })),
    fc.string({ unit: 'binary', maxLength: 60 }).map((value) => ({ kind: 'text' as const, value })),
    fc.uint8Array({ maxLength: 40 }).map((value) => ({ kind: 'bytes' as const, value })),
  );
  fc.assert(
    fc.property(fc.array(item), (items) => {
      const writer = new ByteWriter(1);
      for (const { kind, value } of items) {
        if (kind === 'uvarint') writer.uvarint(value);
        else if (kind === 'varint' || kind === 'safe') writer.varint(value);
        else if (kind === 'text') writer.uvarintText(value);
        else writer.uvarintBytes(value);
      }
      const reader = new ByteReader(writer.view());
      const read = items.map(({ kind }) => {
        if (kind === 'uvarint') return { kind, value: reader.uvarintBig() };
        if (kind === 'varint') return { kind, value: reader.varintBig() };
        if (kind === 'safe') return { kind, value: reader.varint() };
        if (kind === 'text') return { kind, value: reader.uvarintText() };
        return { kind, value: reader.uvarintBytes() };
      });
      expect(read).toEqual(items);
      expect(reader.remaining).toBe(0);
    }),
  );
});
