import { type ParsedHistogram } from '@narthex/exposition';
import {
  FINEST_SCHEMA,
  histogramFault,
  type NativeHistogram,
  reduceHistogram,
  schemaSupport,
  usesCustomBuckets,
} from '@narthex/model';
import { ScrapeError } from './errors.js';

const COARSEST_SCHEMA = -4;
/** The growth factor of the finest schema's buckets, a little rounded down. */
const LEAST_FACTOR = 1.00271;

/** What a job allows native histograms. */
export interface HistogramLimits {
  /** How many buckets one may have; 0 for no limit. */
  readonly bucketLimit: number;
  /** Finer ones are brought down to this schema. */
  readonly maxSchema: number;
}

/** The finest schema whose buckets grow by at least this factor. */
export function schemaOfFactor(bucketFactor: number): number {
  const factor = bucketFactor <= 1 ? LEAST_FACTOR : bucketFactor;
  const schema = Math.floor(-Math.log2(Math.log2(factor)));
  // Minus zero is no schema.
  return Math.min(Math.max(schema, COARSEST_SCHEMA), FINEST_SCHEMA) + 0;
}

/**
 * The histogram in a resolution that the limits allow; undefined when none does.
 * @throws ScrapeError with upstream's words when it is no histogram.
 */
export function limitedHistogram(
  { histogram, integer }: ParsedHistogram,
  { bucketLimit, maxSchema }: HistogramLimits,
): NativeHistogram | undefined {
  const { schema } = histogram;
  if (schemaSupport(schema) === 'unknown') throw new ScrapeError(unknownSchema(schema));
  const fault = histogramFault(histogram, integer);
  if (fault !== undefined) throw new ScrapeError(fault);
  const isCustom = usesCustomBuckets(histogram);
  let limited = !isCustom && schema > maxSchema ? reduced(histogram, maxSchema) : histogram;
  while (bucketLimit > 0 && limited.positiveBuckets.length + limited.negativeBuckets.length > bucketLimit) {
    if (isCustom || limited.schema <= COARSEST_SCHEMA) return undefined;
    limited = reduced(limited, limited.schema - 1);
  }
  return limited;
}

function reduced(histogram: NativeHistogram, schema: number): NativeHistogram {
  return { ...reduceHistogram(histogram, schema), counterResetHint: histogram.counterResetHint };
}

function unknownSchema(schema: number): string {
  const allowed = `must be between ${COARSEST_SCHEMA} and ${FINEST_SCHEMA} for exponential buckets, or -53 for custom buckets`;
  return `histogram has an invalid schema, which ${allowed}, got schema ${schema}`;
}
