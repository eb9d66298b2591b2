import { describe, expect, test } from '@jest/globals';
import { BitReader, BitWriter } from '@narthex/bytes';
import { type NativeHistogram } from '@narthex/model';
import fc from 'fast-check';
import { IntegerNumbers } from './integer-numbers.js';
import { lastWide, readVarbit, writeVarbit, writeWideVarbit } from './varbit.js';

describe('whole numbers of 64 bits', () => {
  const wide = fc.oneof(
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.bigInt({ min: -(2n ** 56n), max: 2n ** 56n }),
    fc.bigInt({ min: -300n, max: 300n }),
  );

  test('are read as they were written', () => {
    fc.assert(
      fc.property(fc.array(wide, { maxLength: 20 }), (values) => {
        const bytes = new Uint8Array(9 * values.length + 8);
        const writer = new BitWriter(bytes, 0);
        for (const value of values) writeWideVarbit(writer, value);
        const reader = new BitReader(bytes, 0);
        for (const value of values) {
          const number = readVarbit(reader);
          expect(number).toBe(Number(value));
          if (!Number.isSafeInteger(number)) expect(lastWide(reader)).toBe(value);
        }
        expect(reader.position).toBe(writer.position);
      }),
    );
  });

  test.each([
    [2n ** 55n, '11111110' + '1' + '0'.repeat(55)],
    [2n ** 55n + 1n, '1'.repeat(8) + '0'.repeat(8) + '1' + '0'.repeat(54) + '1'],
    [1n - 2n ** 55n, '11111110' + '1' + '0'.repeat(54) + '1'],
    [-(2n ** 55n), '1'.repeat(8) + '1'.repeat(9) + '0'.repeat(55)],
    [-(2n ** 63n), '1'.repeat(8) + '1' + '0'.repeat(63)],
    [3n, '10' + '011'],
  ])('%d has the bits of its width', (value, expected) => {
    const bytes = new Uint8Array(16);
    const writer = new BitWriter(bytes, 0);
    writeWideVarbit(writer, value);
    const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
    expect(bits.slice(0, writer.position)).toBe(expected);
  });

  test('numbers that are exact are written the same either way', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        const [a, b] = [new Uint8Array(16), new Uint8Array(16)];
        writeVarbit(new BitWriter(a, 0), value);
        writeWideVarbit(new BitWriter(b, 0), BigInt(value));
        expect(a).toEqual(b);
      }),
    );
  });
});

function histogram(count: number, positive: readonly number[], negative: readonly number[]): NativeHistogram {
  return {
    counterResetHint: 3,
    schema: 0,
    zeroThreshold: 0.5,
    zeroCount: count,
    count,
    sum: 1.5,
    positiveSpans: [{ offset: 0, length: positive.length }],
    negativeSpans: [{ offset: 0, length: negative.length }],
    positiveBuckets: positive,
    negativeBuckets: negative,
    customValues: [],
  };
}

describe('histograms that count beyond 2^53', () => {
  const count = fc.oneof(
    fc.nat(50),
    fc.constantFrom(2 ** 53, 2 ** 53 - 1, 2 ** 54 + 4, 2 ** 60, 2 ** 62 + 2 ** 40),
    fc.nat(2 ** 40).map((bits) => 2 ** 55 + 16 * bits),
  );
  const numbers = fc.tuple(count, fc.tuple(count, count, count), fc.tuple(count, count));

  test('are read as they were written, small ones behind great ones too', () => {
    fc.assert(
      fc.property(fc.array(numbers, { minLength: 1, maxLength: 12 }), (samples) => {
        const bytes = new Uint8Array(200 * samples.length);
        const writer = new BitWriter(bytes, 0);
        const written = new IntegerNumbers(3, 2);
        samples.forEach(([total, positive, negative], i) => {
          const next = histogram(total, positive, negative);
          if (i === 0) written.writeFirst(writer, next);
          else written.writeNext(writer, next);
          expect([written.count, written.positiveCounts()]).toEqual([total, positive]);
        });
        const reader = new BitReader(bytes, 0);
        const read = new IntegerNumbers(3, 2);
        samples.forEach(([total, positive, negative], i) => {
          if (i === 0) read.readFirst(reader);
          else read.readNext(reader);
          expect([read.count, read.zeroCount, read.positiveCounts(), read.negativeCounts()]).toEqual([
            total,
            total,
            positive,
            negative,
          ]);
        });
      }),
    );
  });

  test('a count is one of 64 bits without a sign', () => {
    const bytes = new Uint8Array(64);
    const writer = new BitWriter(bytes, 0);
    new IntegerNumbers(0, 0).writeFirst(writer, histogram(2 ** 63 + 2 ** 20, [], []));
    const read = new IntegerNumbers(0, 0);
    read.readFirst(new BitReader(bytes, 0));
    expect([read.count, read.zeroCount]).toEqual([2 ** 63 + 2 ** 20, 2 ** 63 + 2 ** 20]);
  });
});
