import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  addHistograms,
  divideHistogram,
  reduceHistogram,
  scaleHistogram,
  subtractHistograms,
} from './histogram-arithmetic.js';
import { compactHistogram } from './histogram-compact.js';
import { histogramsEqual } from './histogram-compare.js';
import { IncompatibleHistogramsError } from './histogram-errors.js';
import { histogramFraction } from './histogram-fraction.js';
import { histogramVariance } from './histogram-moments.js';
import { histogramQuantile } from './histogram-quantile.js';
import { detectsReset } from './histogram-reset.js';
import { formatHistogram } from './histogram-text.js';
import { trimHistogram } from './histogram-trim.js';
import { COUNTER_RESET_HINT, CUSTOM_BUCKETS_SCHEMA, type NativeHistogram } from './native-histogram.js';

/** A histogram whose buckets begin at index 0, that is, (0.5, 1] for schema 0. */
function histogram(positive: readonly number[], rest: Partial<NativeHistogram> = {}): NativeHistogram {
  const negative = rest.negativeBuckets ?? [];
  const total = [...positive, ...negative, rest.zeroCount ?? 0].reduce((a, b) => a + b, 0);
  return {
    counterResetHint: COUNTER_RESET_HINT.unknown,
    schema: 0,
    zeroThreshold: 0.001,
    zeroCount: 0,
    count: total,
    sum: total,
    positiveBuckets: positive,
    positiveSpans: positive.length === 0 ? [] : [{ offset: 0, length: positive.length }],
    negativeBuckets: negative,
    negativeSpans: negative.length === 0 ? [] : [{ offset: 0, length: negative.length }],
    customValues: [],
    ...rest,
  };
}

const custom = (bounds: readonly number[], buckets: readonly number[]): NativeHistogram =>
  histogram(buckets, { schema: CUSTOM_BUCKETS_SCHEMA, zeroThreshold: 0, customValues: bounds });

describe('text', () => {
  test.each([
    [histogram([]), '{count:0, sum:0}'],
    [histogram([1, 2]), '{count:3, sum:3, (0.5,1]:1, (1,2]:2}'],
    [
      histogram([1], { negativeBuckets: [2], zeroCount: 3 }),
      '{count:6, sum:6, [-1,-0.5):2, [-0.001,0.001]:3, (0.5,1]:1}',
    ],
    [custom([5, 10], [1, 2, 3]), '{count:6, sum:6, [-Inf,5]:1, (5,10]:2, (10,+Inf]:3}'],
  ])('%#', (value, text) => {
    expect(formatHistogram(value)).toBe(text);
  });
});

describe('arithmetic', () => {
  test.each([
    ['the same layout', histogram([1, 2]), histogram([3, 4]), '{count:10, sum:10, (0.5,1]:4, (1,2]:6}'],
    ['other lengths', histogram([1]), histogram([0, 0, 5]), '{count:6, sum:6, (0.5,1]:1, (1,2]:0, (2,4]:5}'],
    // (0.5,0.71] and (0.71,1] of schema 1 make (0.5,1] of schema 0.
    [
      'another schema',
      histogram([1, 2]),
      histogram([3, 4], { schema: 1 }),
      '{count:10, sum:10, (0.5,1]:4, (1,2]:6}',
    ],
    [
      'custom buckets',
      custom([5], [1, 2]),
      custom([5], [3, 4]),
      '{count:10, sum:10, [-Inf,5]:4, (5,+Inf]:6}',
    ],
    [
      'common bounds',
      custom([1, 5], [1, 2, 3]),
      custom([5], [4, 5]),
      '{count:15, sum:15, [-Inf,5]:7, (5,+Inf]:8}',
    ],
  ])('addition of %s', (_, a, b, text) => {
    expect(formatHistogram(compactOf(addHistograms(a, b).histogram))).toBe(compactText(text));
    expect(formatHistogram(compactOf(addHistograms(b, a).histogram))).toBe(compactText(text));
  });

  test('exponential and custom buckets do not mix', () => {
    expect(() => addHistograms(histogram([1]), custom([1], [1, 1]))).toThrow(IncompatibleHistogramsError);
    expect(() => subtractHistograms(custom([1], [1, 1]), histogram([1]))).toThrow(
      IncompatibleHistogramsError,
    );
  });

  test('scaling and division', () => {
    expect(formatHistogram(scaleHistogram(histogram([1, 2]), 3))).toBe(
      '{count:9, sum:9, (0.5,1]:3, (1,2]:6}',
    );
    expect(formatHistogram(divideHistogram(histogram([2, 4]), 2))).toBe(
      '{count:3, sum:3, (0.5,1]:1, (1,2]:2}',
    );
  });

  test('a lower resolution', () => {
    const fine = histogram([1, 2, 3, 4], { schema: 1 });
    expect(formatHistogram(reduceHistogram(fine, 0))).toBe('{count:10, sum:10, (0.5,1]:1, (1,2]:5, (2,4]:4}');
  });

  const any = fc
    .record({
      schema: fc.integer({ min: -2, max: 3 }),
      positive: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 12 }),
      negative: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 12 }),
      zeroCount: fc.integer({ min: 0, max: 9 }),
    })
    .map(({ schema, positive, negative, zeroCount }) =>
      histogram(positive, { schema, zeroCount, negativeBuckets: negative }),
    );

  test('what is added and taken away again leaves what was there, at the lower resolution', () => {
    fc.assert(
      fc.property(any, any, (a, b) => {
        const { histogram: sum } = addHistograms(a, b);
        const { histogram: back } = subtractHistograms(sum, b);
        const expected = reduceHistogram(a, Math.min(a.schema, b.schema));
        expect(
          histogramsEqual(compactHistogram(withoutHint(back)), compactHistogram(withoutHint(expected))),
        ).toBe(true);
        expect(total(sum)).toBe(total(a) + total(b));
      }),
    );
  });

  test('a sum is no reset, and what lost observations is one', () => {
    fc.assert(
      fc.property(any, any, (a, b) => {
        const { histogram: sum } = addHistograms(a, b);
        expect(detectsReset(sum, a)).toBe(sum.schema > a.schema);
        if (b.count > 0 && sum.schema === b.schema && a.schema === b.schema)
          expect(detectsReset(a, sum)).toBe(true);
      }),
    );
  });
});

function withoutHint(one: NativeHistogram): NativeHistogram {
  return { ...one, counterResetHint: COUNTER_RESET_HINT.unknown };
}

function compactOf(one: NativeHistogram): NativeHistogram {
  return compactHistogram(withoutHint(one));
}

/** Empty buckets are not shown once compacted. */
function compactText(text: string): string {
  return text.replace(/, [[(][^\])]*[\])]:0/g, '');
}

function total({ positiveBuckets, negativeBuckets, zeroCount }: NativeHistogram): number {
  return [...positiveBuckets, ...negativeBuckets].reduce((a, b) => a + b, zeroCount);
}

/** Equal but for rounding; NaN and infinities as they are. */
function expectClose(actual: number, expected: number): void {
  if (Number.isFinite(expected)) expect(actual).toBeCloseTo(expected, 12);
  else expect(actual).toBe(expected);
}

describe('quantiles', () => {
  test.each([
    [0.5, histogram([0, 4]), Math.SQRT2],
    [1, histogram([1, 2]), 2],
    [0, histogram([1, 2]), 0.5],
    [-1, histogram([1]), -Infinity],
    [2, histogram([1]), Infinity],
    [NaN, histogram([1]), NaN],
    [0.5, histogram([]), NaN],
    [0.5, custom([5, 10], [0, 2, 0]), 7.5],
    [0.9, custom([5], [1, 9]), 5],
    [0.5, histogram([], { zeroCount: 4 }), 0],
    [0.5, histogram([], { negativeBuckets: [0, 4] }), -Math.SQRT2],
    // What is no real histogram: the upper bound of what was reached last, or nothing.
    [0.5, histogram([-1, -2]), 1],
    [0.5, histogram([], { count: 4 }), 0],
    // Observations of NaN: upstream interpolates in the last bucket, 1/4 of it here.
    [0.25, histogram([1, 4], { count: 8, sum: NaN }), 2 ** 0.25],
  ])('%d', (q, value, expected) => {
    expectClose(histogramQuantile(q, value).value, expected);
  });
});

describe('fractions', () => {
  test.each([
    [0, 2, histogram([1, 3]), 1],
    [0, 1, histogram([1, 3]), 0.25],
    [1, Math.SQRT2, histogram([1, 3]), 0.375],
    [-Infinity, Infinity, histogram([1, 3]), 1],
    [2, 1, histogram([1, 3]), 0],
    [5, 7.5, custom([5, 10], [0, 2, 0]), 0.5],
    [0, 1, histogram([]), NaN],
  ])('from %d to %d', (lower, upper, value, expected) => {
    expectClose(histogramFraction(lower, upper, value).value, expected);
  });
});

test('the variance takes observations to be in the middle of their buckets', () => {
  expect(histogramVariance(histogram([0, 4], { sum: 4 * Math.SQRT2 }))).toBeCloseTo(0, 12);
  expect(histogramVariance(custom([0, 2, 4], [0, 2, 2, 0]))).toBeCloseTo(2, 12);
});

describe('trimming', () => {
  test.each([
    ['upper', 2, '{count:3, sum:3.5355339059327378, (0.5,1]:1, (1,2]:2}'],
    ['lower', 2, '{count:4, sum:11.313708498984761, (2,4]:4}'],
    ['upper', 100, '{count:7, sum:7, (0.5,1]:1, (1,2]:2, (2,4]:4}'],
    ['lower', 100, '{count:0, sum:0}'],
  ] as const)('%s %d', (side, at, text) => {
    expect(formatHistogram(trimHistogram(histogram([1, 2, 4]), side, at))).toBe(text);
  });
});

describe('resets', () => {
  const { reset, gauge, notReset } = COUNTER_RESET_HINT;
  test.each([
    ['growth', histogram([2, 2]), histogram([1, 2]), false],
    ['a smaller bucket', histogram([1, 9]), histogram([2, 2]), true],
    ['a smaller count', histogram([1]), histogram([1], { count: 2 }), true],
    ['a bucket that is gone', histogram([0, 9]), histogram([1]), true],
    ['a bucket of less than nothing that is gone', histogram([9]), histogram([1, -1]), true],
    ['a bucket of less than nothing that is empty now', histogram([9, 0]), histogram([1, -1]), false],
    ['a custom bucket of less than nothing that is gone', custom([1, 3], [9]), custom([1, 3], [1, -1]), true],
    ['an empty bucket that is gone', histogram([9]), histogram([1, 0]), false],
    ['a finer schema', histogram([1, 2], { schema: 1 }), histogram([1]), true],
    ['a coarser schema', histogram([3]), histogram([1, 1], { schema: 1 }), true],
    ['a smaller zero bucket', histogram([9], { zeroCount: 1 }), histogram([1], { zeroCount: 2 }), true],
    ['other bounds', custom([1, 3], [9, 9, 9]), custom([1, 2], [1, 1, 1]), false],
    ['what is said', histogram([9], { counterResetHint: reset }), histogram([1]), true],
    ['what is denied', histogram([1], { counterResetHint: notReset }), histogram([9]), false],
    ['a gauge that shrank', histogram([1], { counterResetHint: gauge }), histogram([9]), true],
  ])('%s', (_, current, previous, expected) => {
    expect(detectsReset(current, previous)).toBe(expected);
  });
});
