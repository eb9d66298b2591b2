import { describe, expect, test } from '@jest/globals';
import { COUNTER_RESET_HINT, formatHistogram, type NativeHistogram } from '@narthex/model';
import { limitedHistogram, schemaOfFactor } from './histogram-limits';

const eight: NativeHistogram = {
  counterResetHint: COUNTER_RESET_HINT.gauge,
  schema: 2,
  zeroThreshold: 0,
  zeroCount: 0,
  count: 8,
  sum: 1,
  positiveSpans: [{ offset: 1, length: 8 }],
  positiveBuckets: [1, 1, 1, 1, 1, 1, 1, 1],
  negativeSpans: [],
  negativeBuckets: [],
  customValues: [],
};
const custom: NativeHistogram = {
  ...eight,
  schema: -53,
  positiveSpans: [{ offset: 0, length: 2 }],
  positiveBuckets: [4, 4],
  customValues: [1],
};

test.each<[number, number]>([
  [0, 8],
  [1, 8],
  [1.0027, 8],
  [1.1, 2],
  [1.5, 0],
  [2, 0],
  [4, -1],
  [65536, -4],
  [1e300, -4],
])('buckets that grow by %d at least are of schema %d', (factor, schema) => {
  expect(schemaOfFactor(factor)).toBe(schema);
});

describe('limits', () => {
  test.each<[string, NativeHistogram, number, number, string | undefined]>([
    ['none', eight, 0, 8, formatHistogram(eight)],
    ['that it keeps to', eight, 8, 2, formatHistogram(eight)],
    ['of buckets', eight, 2, 8, '{count:8, sum:1, (1,2]:4, (2,4]:4}'],
    [
      'of buckets, a little less',
      eight,
      7,
      8,
      '{count:8, sum:1, (1,1.414213562373095]:2, (1.414213562373095,2]:2, (2,2.82842712474619]:2, (2.82842712474619,4]:2}',
    ],
    ['of the schema', eight, 0, -1, '{count:8, sum:1, (1,4]:8}'],
    ['of both', eight, 1, 0, '{count:8, sum:1, (1,4]:8}'],
    ['of custom buckets, which cannot be merged', custom, 1, 8, undefined],
    ['of the schema, which custom buckets do not have', custom, 2, -4, formatHistogram(custom)],
    [
      'that no schema keeps to',
      { ...eight, negativeSpans: [{ offset: 0, length: 1 }], negativeBuckets: [0] },
      1,
      8,
      undefined,
    ],
  ])('%s', (_what, histogram, bucketLimit, maxSchema, text) => {
    const limited = limitedHistogram({ histogram, integer: true }, { bucketLimit, maxSchema });
    expect(limited && formatHistogram(limited)).toBe(text);
    if (limited !== undefined) expect(limited.counterResetHint).toBe(COUNTER_RESET_HINT.gauge);
  });

  test.each<[string, Partial<NativeHistogram>]>([
    [
      'histogram has an invalid schema, which must be between -4 and 8 for exponential buckets, or -53 for custom buckets, got schema 60',
      { schema: 60 },
    ],
    [
      "8 observations found in buckets, but the Count field is 9: histogram's observation count should equal the number of observations found in the buckets (in absence of NaN)",
      { count: 9 },
    ],
    [
      'positive side: spans need 7 buckets, have 8 buckets: histogram spans specify different number of buckets than provided',
      { positiveSpans: [{ offset: 0, length: 7 }] },
    ],
  ])('%s', (error, change) => {
    const parsed = { histogram: { ...eight, ...change }, integer: true };
    expect(() => limitedHistogram(parsed, { bucketLimit: 0, maxSchema: 8 })).toThrow(error);
  });
});
