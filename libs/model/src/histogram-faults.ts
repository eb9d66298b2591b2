import { type BucketSpan, CUSTOM_BUCKETS_SCHEMA, type NativeHistogram } from './native-histogram.js';
import { formatFloatG } from './number.js';

const LEAST_SCHEMA = -4;
const GREATEST_SCHEMA = 8;
/** Finer schemas are reserved: a later version may write them, and they can be brought down. */
const GREATEST_RESERVED_SCHEMA = 52;

/** Whether a schema can be stored as it is, after its buckets have been merged, or not at all. */
export function schemaSupport(schema: number): 'stored' | 'reduced' | 'unknown' {
  if (schema === CUSTOM_BUCKETS_SCHEMA || (schema >= LEAST_SCHEMA && schema <= GREATEST_SCHEMA))
    return 'stored';
  return schema > GREATEST_SCHEMA && schema <= GREATEST_RESERVED_SCHEMA ? 'reduced' : 'unknown';
}

/** What {@link schemaSupport} reduces to. */
export const FINEST_SCHEMA = GREATEST_SCHEMA;

/**
 * What is wrong with a histogram, in the words of upstream's `Validate` (model/histogram, as of 3.5); undefined when
 * it may be stored. Upstream does not compare float counts with the sum of the buckets, for the sake of rounding.
 */
export function histogramFault(histogram: NativeHistogram, integer: boolean): string | undefined {
  const { positiveSpans, positiveBuckets, negativeSpans, negativeBuckets, customValues } = histogram;
  if (histogram.schema === CUSTOM_BUCKETS_SCHEMA) {
    const fault = boundsFault(customValues, positiveSpans, positiveBuckets.length);
    if (fault !== undefined) return `custom buckets: ${fault}`;
    if (histogram.zeroCount !== 0) return 'custom buckets: must have zero count of 0';
    if (histogram.zeroThreshold !== 0) return 'custom buckets: must have zero threshold of 0';
    if (negativeSpans.length > 0) return 'custom buckets: must not have negative spans';
    if (negativeBuckets.length > 0) return 'custom buckets: must not have negative buckets';
  } else {
    const positive = spansFault(positiveSpans, positiveBuckets.length);
    if (positive !== undefined) return `positive side: ${positive}`;
    const negative =
      spansFault(negativeSpans, negativeBuckets.length) ?? bucketsFault(negativeBuckets, integer);
    if (negative !== undefined) return `negative side: ${negative}`;
    if (customValues.length > 0) return 'histogram with exponential schema must not have custom bounds';
  }
  const buckets = bucketsFault(positiveBuckets, integer);
  if (buckets !== undefined) return `positive side: ${buckets}`;
  return integer ? countFault(histogram) : undefined;
}

/** Whether all counts are whole numbers that are exact: above 2^53 − 1 they are not. */
export function hasExactCounts(histogram: NativeHistogram): boolean {
  const { count, zeroCount, positiveBuckets, negativeBuckets } = histogram;
  return [[count, zeroCount], positiveBuckets, negativeBuckets].every((numbers) =>
    numbers.every((number) => Number.isSafeInteger(number)),
  );
}

function countFault({
  count,
  sum,
  zeroCount,
  positiveBuckets,
  negativeBuckets,
}: NativeHistogram): string | undefined {
  const add = (total: number, bucket: number): number => total + bucket;
  const found = positiveBuckets.reduce(add, negativeBuckets.reduce(add, zeroCount));
  const observed = `${found} observations found in buckets, but the Count field is ${count}`;
  if (Number.isNaN(sum)) {
    if (found <= count) return undefined;
    return `${observed}: histogram's observation count should be at least the number of observations found in the buckets`;
  }
  if (found === count) return undefined;
  return `${observed}: histogram's observation count should equal the number of observations found in the buckets (in absence of NaN)`;
}

function spansFault(spans: readonly BucketSpan[], bucketCount: number): string | undefined {
  let needed = 0;
  for (const [i, { offset, length }] of spans.entries()) {
    if (i > 0 && offset < 0) return negativeOffset(i, offset);
    needed += length;
  }
  return needed === bucketCount ? undefined : bucketMismatch(needed, bucketCount);
}

function boundsFault(
  bounds: readonly number[],
  spans: readonly BucketSpan[],
  bucketCount: number,
): string | undefined {
  let previous = -Infinity;
  for (const bound of bounds) {
    if (bound <= previous) {
      const values = `previous bound is ${sixDigits(previous)} and current is ${sixDigits(bound)}`;
      return `${values}: histogram custom bounds must be in strictly increasing order`;
    }
    previous = bound;
  }
  if (previous === Infinity) {
    return 'last +Inf bound must not be explicitly defined: histogram custom bounds must be finite';
  }
  let needed = 0;
  let covered = 0;
  for (const [i, { offset, length }] of spans.entries()) {
    if (offset < 0) return negativeOffset(i, offset);
    needed += length;
    covered += length + offset;
  }
  if (needed !== bucketCount) return bucketMismatch(needed, bucketCount);
  if (bounds.length + 1 >= covered) return undefined;
  return (
    `only ${bounds.length} custom bounds defined which is insufficient to cover total span length of ${covered}: ` +
    'histogram custom bounds are too few'
  );
}

function bucketsFault(buckets: readonly number[], integer: boolean): string | undefined {
  const i = buckets.findIndex((count) => count < 0);
  if (i < 0) return undefined;
  const count = integer ? String(buckets[i]!) : formatFloatG(buckets[i]!);
  return `bucket number ${i + 1} has observation count of ${count}: histogram has a bucket whose observation count is negative`;
}

function negativeOffset(index: number, offset: number): string {
  return `span number ${index + 1} with offset ${offset}: histogram has a span whose offset is negative`;
}

function bucketMismatch(needed: number, present: number): string {
  return `spans need ${needed} buckets, have ${present} buckets: histogram spans specify different number of buckets than provided`;
}

/** As Go prints with %f. */
function sixDigits(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (Math.abs(value) === Infinity) return value > 0 ? '+Inf' : '-Inf';
  return value.toFixed(6);
}
