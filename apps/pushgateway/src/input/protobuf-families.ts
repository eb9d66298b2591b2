import { compareText, Labels } from '@narthex/model';
import protobuf from 'protobufjs';
import { PushError } from '../errors.js';
import {
  PUSHED_TYPES,
  type PushedFamily,
  type PushedMetric,
  type PushedType,
  type PushedValue,
} from '../groups/family.js';
import { timestampsError } from './pushed-families.js';

/** The messages of the client data model (https://github.com/prometheus/client_model), what is pushed of them. */
const SCHEMA = `
syntax = "proto2";
message LabelPair { optional string name = 1; optional string value = 2; }
message Gauge { optional double value = 1; }
message Counter { optional double value = 1; }
message Quantile { optional double quantile = 1; optional double value = 2; }
message Summary { optional uint64 sample_count = 1; optional double sample_sum = 2; repeated Quantile quantile = 3; }
message Untyped { optional double value = 1; }
message Bucket { optional uint64 cumulative_count = 1; optional double upper_bound = 2; }
message Histogram { optional uint64 sample_count = 1; optional double sample_sum = 2; repeated Bucket bucket = 3; }
message Metric {
  repeated LabelPair label = 1; optional Gauge gauge = 2; optional Counter counter = 3; optional Summary summary = 4;
  optional Untyped untyped = 5; optional int64 timestamp_ms = 6; optional Histogram histogram = 7;
}
message MetricFamily {
  optional string name = 1; optional string help = 2; optional int32 type = 3; repeated Metric metric = 4;
}`;

interface DecodedMetric {
  readonly label?: readonly { readonly name: string; readonly value?: string }[];
  readonly gauge?: { readonly value?: number };
  readonly counter?: { readonly value?: number };
  readonly untyped?: { readonly value?: number };
  readonly summary?: {
    readonly sampleCount?: number;
    readonly sampleSum?: number;
    readonly quantile?: readonly { readonly quantile?: number; readonly value?: number }[];
  };
  readonly histogram?: {
    readonly sampleCount?: number;
    readonly sampleSum?: number;
    readonly bucket?: readonly { readonly cumulativeCount?: number; readonly upperBound?: number }[];
  };
  readonly timestampMs?: number;
}

interface DecodedFamily {
  readonly name?: string;
  readonly help?: string;
  readonly type?: number;
  readonly metric?: readonly DecodedMetric[];
}

const familyType = protobuf.parse(SCHEMA).root.lookupType('MetricFamily');

/**
 * Reads a body of length-delimited `MetricFamily` messages.
 * @throws PushError when it is none, or gives timestamps.
 */
export function familiesOfProtobuf(body: Buffer): readonly PushedFamily[] {
  const reader = protobuf.Reader.create(body);
  const families: PushedFamily[] = [];
  try {
    while (reader.pos < reader.len) {
      const message = familyType.decodeDelimited(reader);
      families.push(familyOf(familyType.toObject(message, { longs: Number })));
    }
  } catch (error) {
    if (error instanceof PushError) throw error;
    throw new PushError('PARSE', `proto: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  return families.filter(({ metrics }) => metrics.length > 0);
}

/** The numbers of the enum: counter, gauge, summary, untyped, histogram. */
function familyOf({ name = '', help, type = 0, metric = [] }: DecodedFamily): PushedFamily {
  const pushedType = PUSHED_TYPES[type];
  if (pushedType === undefined) throw new PushError('PARSE', `unknown metric type ${type} of "${name}"`);
  if (metric.some(({ timestampMs }) => timestampMs !== undefined)) throw timestampsError();
  return { name, type: pushedType, help, metrics: metric.map((each) => metricOf(each, pushedType, name)) };
}

function metricOf(metric: DecodedMetric, type: PushedType, name: string): PushedMetric {
  const pairs = (metric.label ?? []).map((pair) => [pair.name, pair.value ?? ''] as const);
  const labels = Labels.fromSortedPairs([...pairs].sort(([a], [b]) => compareText(a, b)).flat());
  const value = valueOf(metric, type);
  if (value === undefined) throw new PushError('PARSE', `metric of "${name}" has no ${type}`);
  return { labels, value };
}

function valueOf(metric: DecodedMetric, type: PushedType): PushedValue | undefined {
  if (type === 'summary' || type === 'histogram') {
    const composed = metric[type];
    if (composed === undefined) return undefined;
    const { sampleSum: sum = 0, sampleCount: count = 0 } = composed;
    if ('quantile' in composed || type === 'summary') {
      const quantiles = metric.summary?.quantile ?? [];
      return {
        kind: 'summary',
        sum,
        count,
        quantiles: quantiles.map(({ quantile = 0, value = 0 }) => [quantile, value]),
      };
    }
    const buckets = metric.histogram?.bucket ?? [];
    return {
      kind: 'histogram',
      sum,
      count,
      buckets: buckets.map(({ upperBound = 0, cumulativeCount = 0 }) => [upperBound, cumulativeCount]),
    };
  }
  const plain = metric[type];
  return plain === undefined ? undefined : { kind: 'value', value: plain.value ?? 0 };
}
