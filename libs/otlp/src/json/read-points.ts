import { type Attribute } from '../data/attributes.js';
import {
  type ExponentialBuckets,
  type ExponentialPoint,
  type HistogramPoint,
  type NumberPoint,
  type OtlpExemplar,
  type QuantileValue,
  type SummaryPoint,
} from '../data/metrics-data.js';
import { type JsonReader } from './json-reader.js';
import { readAttributes, readId } from './read-attributes.js';

/** Reads one point. */
export type PointReader<P> = (reader: JsonReader) => P;

const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;
const NO_BUCKETS: ExponentialBuckets = { offset: 0, counts: [] };

/** The fields that all points have. */
interface Common {
  attributes: readonly Attribute[];
  startNs: bigint;
  timeNs: bigint;
  flags: number;
}

/** Reads the fields of a point: common ones itself, others with `own`, which tells whether it knew the field. */
function readFields(reader: JsonReader, own: (field: string) => boolean): Common {
  const common: Common = { attributes: [], startNs: 0n, timeNs: 0n, flags: 0 };
  for (let field = reader.field(); field !== undefined; field = reader.field()) {
    switch (field) {
      case 'attributes':
        common.attributes = readAttributes(reader);
        break;
      case 'startTimeUnixNano':
      case 'start_time_unix_nano':
        common.startNs = reader.integer('uint64');
        break;
      case 'timeUnixNano':
      case 'time_unix_nano':
        common.timeNs = reader.integer('uint64');
        break;
      case 'flags':
        common.flags = Number(reader.integer('uint32'));
        break;
      default:
        if (!own(field)) reader.skip();
    }
  }
  return common;
}

/** Fields by their names, in both spellings that upstream takes. */
type OwnFields = Readonly<Record<string, () => void>>;

function fieldsBy(fields: OwnFields): (field: string) => boolean {
  return (field) => {
    const name = /^[a-z_]+$/.test(field) ? camelCase(field) : field;
    if (!Object.hasOwn(fields, name)) return false;
    fields[name]!();
    return true;
  };
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

export const readNumberPoint: PointReader<NumberPoint> = (reader) => {
  let value: number | bigint | undefined;
  let exemplars: readonly OtlpExemplar[] = [];
  const own = fieldsBy({
    asDouble: () => (value = reader.double()),
    asInt: () => (value = reader.integer('int64')),
    exemplars: () => (exemplars = readExemplars(reader)),
  });
  const common = readFields(reader, own);
  return { ...common, value, exemplars };
};

export const readHistogramPoint: PointReader<HistogramPoint> = (reader) => {
  let count = 0;
  let sum: number | undefined;
  let bucketCounts: readonly number[] = [];
  let explicitBounds: readonly number[] = [];
  let exemplars: readonly OtlpExemplar[] = [];
  const own = fieldsBy({
    count: () => (count = Number(reader.integer('uint64'))),
    sum: () => (sum = reader.double()),
    bucketCounts: () => (bucketCounts = readCounts(reader)),
    explicitBounds: () => (explicitBounds = readList(reader, () => reader.double())),
    exemplars: () => (exemplars = readExemplars(reader)),
  });
  const common = readFields(reader, own);
  return { ...common, count, sum, bucketCounts, explicitBounds, exemplars };
};

export const readExponentialPoint: PointReader<ExponentialPoint> = (reader) => {
  let [count, scale, zeroCount, zeroThreshold] = [0, 0, 0, 0];
  let sum: number | undefined;
  let positive = NO_BUCKETS;
  let negative = NO_BUCKETS;
  let exemplars: readonly OtlpExemplar[] = [];
  const own = fieldsBy({
    count: () => (count = Number(reader.integer('uint64'))),
    sum: () => (sum = reader.double()),
    scale: () => (scale = Number(reader.integer('int32'))),
    zeroCount: () => (zeroCount = Number(reader.integer('uint64'))),
    zeroThreshold: () => (zeroThreshold = reader.double()),
    positive: () => (positive = readBuckets(reader)),
    negative: () => (negative = readBuckets(reader)),
    exemplars: () => (exemplars = readExemplars(reader)),
  });
  const common = readFields(reader, own);
  return { ...common, count, sum, scale, zeroCount, zeroThreshold, positive, negative, exemplars };
};

export const readSummaryPoint: PointReader<SummaryPoint> = (reader) => {
  let count = 0;
  let sum = 0;
  let quantiles: readonly QuantileValue[] = [];
  const own = fieldsBy({
    count: () => (count = Number(reader.integer('uint64'))),
    sum: () => (sum = reader.double()),
    quantileValues: () => (quantiles = readList(reader, () => readQuantile(reader))),
  });
  const common = readFields(reader, own);
  return { ...common, count, sum, quantiles };
};

function readList<T>(reader: JsonReader, read: () => T): T[] {
  const values: T[] = [];
  while (reader.element()) values.push(read());
  return values;
}

function readCounts(reader: JsonReader): number[] {
  return readList(reader, () => Number(reader.integer('uint64')));
}

function readBuckets(reader: JsonReader): ExponentialBuckets {
  let offset = 0;
  let counts: readonly number[] = [];
  const own = fieldsBy({
    offset: () => (offset = Number(reader.integer('int32'))),
    bucketCounts: () => (counts = readCounts(reader)),
  });
  for (let field = reader.field(); field !== undefined; field = reader.field()) {
    if (!own(field)) reader.skip();
  }
  return { offset, counts };
}

function readQuantile(reader: JsonReader): QuantileValue {
  let quantile = 0;
  let value = 0;
  for (let field = reader.field(); field !== undefined; field = reader.field()) {
    if (field === 'quantile') quantile = reader.double();
    else if (field === 'value') value = reader.double();
    else reader.skip();
  }
  return { quantile, value };
}

function readExemplars(reader: JsonReader): OtlpExemplar[] {
  return readList(reader, () => readExemplar(reader));
}

function readExemplar(reader: JsonReader): OtlpExemplar {
  let filteredAttributes: readonly Attribute[] = [];
  let timeNs = 0n;
  let value: number | bigint | undefined;
  let traceId = '';
  let spanId = '';
  const own = fieldsBy({
    filteredAttributes: () => (filteredAttributes = readAttributes(reader)),
    timeUnixNano: () => (timeNs = reader.integer('uint64')),
    asDouble: () => (value = reader.double()),
    asInt: () => (value = reader.integer('int64')),
    traceId: () => (traceId = readId(reader, TRACE_ID_BYTES)),
    spanId: () => (spanId = readId(reader, SPAN_ID_BYTES)),
  });
  for (let field = reader.field(); field !== undefined; field = reader.field()) {
    if (!own(field)) reader.skip();
  }
  return { filteredAttributes, timeNs, value, traceId, spanId };
}
