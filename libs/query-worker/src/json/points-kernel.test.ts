import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { formatFloatJson } from '@narthex/model';
import fc from 'fast-check';
import { POINTS_KERNEL_BASE64 } from './points-kernel.generated.js';
import { compilePointsKernel, PointsKernel } from './points-kernel.js';

const kernel = new PointsKernel(compilePointsKernel());
kernel.setTime(0, 1_750_003_200_123);
kernel.setTime(1, -1500);
kernel.setTime(10_999, 9_007_199_254_740_991);

function written(values: readonly number[], place = 0): string {
  kernel.values.set(values);
  kernel.places.fill(place, 0, values.length);
  return Buffer.from(kernel.write(values.length)).toString('latin1');
}

function expected(values: readonly number[]): string {
  return values.map((value) => `[1750003200.123,"${formatFloatJson(value)}"]`).join(',');
}

const bits = new BigUint64Array(1);
const double = new Float64Array(bits.buffer);
function fromBits(word: bigint): number {
  bits[0] = word;
  return double[0]!;
}

test('times stand before values', () => {
  expect(written([1, 2.5])).toBe('[1750003200.123,"1"],[1750003200.123,"2.5"]');
  expect(written([1], 1)).toBe('[-1.500,"1"]');
  expect(written([-0], 10_999)).toBe('[9007199254740.991,"-0"]');
  expect(written([])).toBe('');
});

test.each<[string, readonly number[]]>([
  ['specials', [NaN, Infinity, -Infinity, 0, -0]],
  ['whole numbers', [1, 9, 10, 99, 100, -7, 4294967295, 4294967296, 99999999, 100000000, 2 ** 53 - 1]],
  ['large whole numbers', [2 ** 53, 2 ** 60, 1e20, 10 ** 21 - 2 ** 17, 1e21, -1e21, 1.5e22, 1e23]],
  ['around the exponent', [1e-6, 1e-6 * (1 - 2 ** -52), 1.5e-7, 0.000001234, 1e-5, 1e100, 1.234e-300]],
  ['extremes', [Number.MAX_VALUE, Number.MIN_VALUE, 2.2250738585072014e-308, 2.225073858507201e-308]],
  ['ties', [5e-324, 1e-323, 1.5e-323, 2e-323, 2 ** 53 + 2, 2 ** 63, 9.5367431640625e-7]],
])('%s', (_name, values) => {
  expect(written(values)).toBe(expected(values));
});

test('every power of two, and its neighbours', () => {
  for (let exponent = 0n; exponent < 2047n; exponent++) {
    const values = [-1n, 0n, 1n].flatMap((off) => {
      const word = (exponent << 52n) + off;
      return word < 0n ? [] : [fromBits(word)];
    });
    expect(written(values)).toBe(expected(values));
  }
});

test('every power of ten', () => {
  const values = Array.from({ length: 632 }, (_, i) => Number(`1e${i - 323}`));
  expect(written(values)).toBe(expected(values));
});

test('the smallest numbers', () => {
  for (let from = 1; from < 5000; from += 500) {
    const values = Array.from({ length: 500 }, (_, i) => fromBits(BigInt(from + i)));
    expect(written(values)).toBe(expected(values));
  }
});

test('any number', () => {
  const anyDouble = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map(fromBits);
  const decimal = fc
    .tuple(fc.integer(), fc.integer({ min: -20, max: 20 }))
    .map(([a, b]) => Number(`${a}e${b}`));
  fc.assert(
    fc.property(fc.array(fc.oneof(anyDouble, decimal, fc.double()), { maxLength: 100 }), (values) => {
      expect(written(values)).toBe(expected(values));
    }),
    { numRuns: 500 },
  );
});

test('the module is what its source compiles to', () => {
  const script =
    "import('./build-kernels.mjs').then(async (m) => process.stdout.write((await m.compileKernels()).toString('base64')))";
  const folder = join(__dirname, '../..');
  const compiled = execFileSync(process.execPath, ['-e', script], { cwd: folder, encoding: 'utf8' });
  expect(compiled).toBe(POINTS_KERNEL_BASE64);
});
