import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FloatReader, parseFloatBytes } from './float-bytes';

function read(text: string): number | undefined {
  const reader = new FloatReader();
  const bytes = Buffer.from(`${text}\n`);
  if (!reader.read(bytes, 0, bytes.length)) return undefined;
  expect(reader.end).toBe(text.length);
  return reader.value;
}

describe('NaN has the bits that upstream stores', () => {
  const bitsOf = (value: number): string =>
    new BigUint64Array(Float64Array.of(value).buffer)[0]!.toString(16);

  test('the short way', () => {
    expect(bitsOf(read('NaN')!)).toBe('7ff8000000000001');
  });

  test.each(['NaN', 'nan'])('the long way: %s', (text) => {
    expect(bitsOf(parseFloatBytes(Buffer.from(text), 0, text.length))).toBe('7ff8000000000001');
  });
});

describe('FloatReader', () => {
  test.each<[string, number]>([
    ['0', 0],
    ['-0', -0],
    ['1', 1],
    ['+1.5', 1.5],
    ['.5', 0.5],
    ['5.', 5],
    ['1e+06', 1e6],
    ['1.7976931348623157e+308', Number.MAX_VALUE],
    ['5e-324', 5e-324],
    ['9007199254740993', 9007199254740992],
    ['9007199254740991', 9007199254740991],
    ['123456789012345678901234567890', Number('123456789012345678901234567890')],
    ['0.1234567890123456789', Number('0.1234567890123456789')],
    ['1e22', 1e22],
    ['1e23', 1e23],
    ['0.000000000000000000000000001', 1e-27],
    ['NaN', NaN],
    ['+Inf', Infinity],
    ['-Inf', -Infinity],
  ])('%s', (text, value) => expect(read(text)).toBe(value));

  test.each(['', '.', '-', 'e5', '1e', '1e+', 'Inf', 'nan', '1e999'])(
    '%j is left to the long way',
    (text) => {
      expect(read(text)).toBeUndefined();
    },
  );

  test('reads every double as JavaScript prints it', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        // JavaScript prints no sign before a zero.
        expect(read(String(value))).toBe(value === 0 ? 0 : value);
        expect(read(value.toExponential())).toBe(value === 0 ? 0 : value);
      }),
      { numRuns: 5000 },
    );
  });

  test('rounds numbers between two doubles to the even one, and those beside it to the nearer', () => {
    const integer = fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n });
    fc.assert(
      fc.property(integer, fc.integer({ min: 0, max: 18 }), (near, places) => {
        const between = BigInt(Number(near)) + BigInt.asUintN(64, 2n ** BigInt(near.toString(2).length - 54));
        for (const digits of [between - 1n, between, between + 1n].map(String)) {
          const text = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
          expect(read(text)).toBe(Number(text));
        }
      }),
      { numRuns: 5000 },
    );
  });

  test('rounds decimals of any length as JavaScript does', () => {
    const digits = fc.stringMatching(/^\d{1,22}$/);
    fc.assert(
      fc.property(digits, digits, fc.integer({ min: -40, max: 40 }), (whole, fraction, exponent) => {
        const text = `${whole}.${fraction}e${exponent}`;
        expect(read(text)).toBe(Number(text));
      }),
      { numRuns: 5000 },
    );
  });
});

test.each<[string, number | string]>([
  ['0x10p0', 'unsupported character in float'],
  ['1_0', 'unsupported character in float'],
  ['infinity', Infinity],
  ['nAn', NaN],
  ['x', 'strconv.ParseFloat: parsing "x": invalid syntax'],
  ['1e999', 'strconv.ParseFloat: parsing "1e999": value out of range'],
])('parseFloatBytes of %j', (text, expected) => {
  const bytes = Buffer.from(text);
  const parse = () => parseFloatBytes(bytes, 0, bytes.length);
  if (typeof expected === 'number') expect(parse()).toBe(expected);
  else expect(parse).toThrow(expected);
});
