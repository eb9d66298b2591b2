import { WireReader } from '@narthex/bytes';
import { type Attribute } from '../data/attributes.js';
import {
  type MetricData,
  type MetricsData,
  type OtlpMetric,
  type ResourceMetrics,
  type Scope,
  type ScopeMetrics,
  TEMPORALITY,
} from '../data/metrics-data.js';
import { type Steps } from '../data/steps.js';
import {
  METRIC,
  METRIC_DATA,
  REQUEST,
  RESOURCE,
  RESOURCE_METRICS,
  SCOPE,
  SCOPE_METRICS,
} from './message-shapes.js';
import { readAttribute } from './read-attributes.js';
import { readExponentialPoint } from './read-exponential-point.js';
import { type PointReader, readHistogramPoint, readNumberPoint, readSummaryPoint } from './read-points.js';

/** How many points are read in one go. */
const POINTS_A_STEP = 100;

/**
 * Reads an `ExportMetricsServiceRequest` in protobuf, a step at a time.
 * @throws MalformedMessageError, DecodeError
 */
export function* readProtobufRequest(bytes: Buffer): Steps<MetricsData> {
  const reader = new WireReader(bytes);
  const resources: ResourceMetrics[] = [];
  while (reader.next(REQUEST, bytes.length)) resources.push(yield* readResourceMetrics(reader, bytes.length));
  return resources;
}

function* readResourceMetrics(reader: WireReader, end: number): Steps<ResourceMetrics> {
  const { field } = RESOURCE_METRICS;
  const stop = reader.messageEnd(end);
  const scopes: ScopeMetrics[] = [];
  const deprecated: ScopeMetrics[] = [];
  let attributes: readonly Attribute[] = [];
  while (reader.next(RESOURCE_METRICS, stop)) {
    switch (reader.field) {
      case field.Resource:
        attributes = [...attributes, ...readResource(reader, stop)];
        break;
      case field.ScopeMetrics:
        scopes.push(yield* readScopeMetrics(reader, stop));
        break;
      case field.DeprecatedScopeMetrics:
        deprecated.push(yield* readScopeMetrics(reader, stop));
        break;
      default:
        reader.text(stop);
    }
  }
  // Senders of before version 0.15 of the protocol put scopes elsewhere.
  return { attributes, scopes: scopes.length === 0 ? deprecated : scopes };
}

function readResource(reader: WireReader, end: number): readonly Attribute[] {
  const stop = reader.messageEnd(end);
  const attributes: Attribute[] = [];
  while (reader.next(RESOURCE, stop)) attributes.push(readAttribute(reader, stop));
  return attributes;
}

function* readScopeMetrics(reader: WireReader, end: number): Steps<ScopeMetrics> {
  const { field } = SCOPE_METRICS;
  const stop = reader.messageEnd(end);
  const metrics: OtlpMetric[] = [];
  let scope: Scope = { name: '', version: '', attributes: [] };
  let schemaUrl = '';
  while (reader.next(SCOPE_METRICS, stop)) {
    if (reader.field === field.Scope) scope = readScope(reader, stop);
    else if (reader.field === field.SchemaUrl) schemaUrl = reader.text(stop);
    else metrics.push(yield* readMetric(reader, stop));
  }
  return { scope, schemaUrl, metrics };
}

function readScope(reader: WireReader, end: number): Scope {
  const stop = reader.messageEnd(end);
  const attributes: Attribute[] = [];
  let name = '';
  let version = '';
  while (reader.next(SCOPE, stop)) {
    if (reader.field === SCOPE.field.Name) name = reader.text(stop);
    else if (reader.field === SCOPE.field.Version) version = reader.text(stop);
    else attributes.push(readAttribute(reader, stop));
  }
  return { name, version, attributes };
}

function* readMetric(reader: WireReader, end: number): Steps<OtlpMetric> {
  const { field } = METRIC;
  const stop = reader.messageEnd(end);
  let name = '';
  let description = '';
  let unit = '';
  let data: MetricData | undefined;
  while (reader.next(METRIC, stop)) {
    switch (reader.field) {
      case field.Name:
        name = reader.text(stop);
        break;
      case field.Description:
        description = reader.text(stop);
        break;
      case field.Unit:
        unit = reader.text(stop);
        break;
      case field.Gauge:
        data = { kind: 'gauge', points: (yield* readData(reader, stop, readNumberPoint)).points };
        break;
      case field.Sum:
        data = { kind: 'sum', ...(yield* readData(reader, stop, readNumberPoint)) };
        break;
      case field.Histogram:
        data = { kind: 'histogram', ...(yield* readData(reader, stop, readHistogramPoint)) };
        break;
      case field.ExponentialHistogram:
        data = { kind: 'exponentialHistogram', ...(yield* readData(reader, stop, readExponentialPoint)) };
        break;
      default:
        data = { kind: 'summary', points: (yield* readData(reader, stop, readSummaryPoint)).points };
    }
  }
  yield;
  return { name, description, unit, data };
}

interface ReadData<P> {
  readonly points: readonly P[];
  readonly temporality: number;
  readonly monotonic: boolean;
}

function* readData<P>(reader: WireReader, end: number, readPoint: PointReader<P>): Steps<ReadData<P>> {
  const { field } = METRIC_DATA;
  const stop = reader.messageEnd(end);
  const points: P[] = [];
  let temporality: number = TEMPORALITY.unspecified;
  let monotonic = false;
  while (reader.next(METRIC_DATA, stop)) {
    if (reader.field === field.DataPoints) {
      points.push(readPoint(reader, stop));
      if (points.length % POINTS_A_STEP === 0) yield;
    } else if (reader.field === field.AggregationTemporality) temporality = reader.integer(stop) | 0;
    else monotonic = reader.unsigned(stop) !== 0;
  }
  return { points, temporality, monotonic };
}
