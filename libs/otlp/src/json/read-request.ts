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
import { JsonReader } from './json-reader.js';
import { readAttributes } from './read-attributes.js';
import {
  type PointReader,
  readExponentialPoint,
  readHistogramPoint,
  readNumberPoint,
  readSummaryPoint,
} from './read-points.js';

/** How many points are read in one go. */
const POINTS_A_STEP = 50;

const TEMPORALITIES = {
  AGGREGATION_TEMPORALITY_UNSPECIFIED: TEMPORALITY.unspecified,
  AGGREGATION_TEMPORALITY_DELTA: TEMPORALITY.delta,
  AGGREGATION_TEMPORALITY_CUMULATIVE: TEMPORALITY.cumulative,
};

/**
 * Reads an `ExportMetricsServiceRequest` in JSON, a step at a time
 * (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding). Names in snake case are taken too, as upstream does.
 * @throws DecodeError
 */
export function* readJsonRequest(text: string): Steps<MetricsData> {
  const reader = new JsonReader(text);
  const resources: ResourceMetrics[] = [];
  for (let field = reader.field(); field !== undefined; field = reader.field()) {
    if (field === 'resourceMetrics' || field === 'resource_metrics') {
      while (reader.element()) resources.push(yield* readResourceMetrics(reader));
    } else reader.skip();
  }
  return resources;
}

function* readResourceMetrics(reader: JsonReader): Steps<ResourceMetrics> {
  const scopes: ScopeMetrics[] = [];
  let attributes: readonly Attribute[] = [];
  for (let field = reader.field(); field !== undefined; field = reader.field()) {
    switch (field) {
      case 'resource':
        attributes = readResource(reader);
        break;
      case 'scopeMetrics':
      case 'scope_metrics':
        while (reader.element()) scopes.push(yield* readScopeMetrics(reader));
        break;
      default:
        reader.skip();
    }
  }
  return { attributes, scopes };
}

function readResource(reader: JsonReader): readonly Attribute[] {
  let attributes: readonly Attribute[] = [];
  for (let field = reader.field(); field !== undefined; field = reader.field()) {
    if (field === 'attributes') attributes = readAttributes(reader);
    else reader.skip();
  }
  return attributes;
}

function* readScopeMetrics(reader: JsonReader): Steps<ScopeMetrics> {
  const metrics: OtlpMetric[] = [];
  let scope: Scope = { name: '', version: '', attributes: [] };
  let schemaUrl = '';
  for (let field = reader.field(); field !== undefined; field = reader.field()) {
    switch (field) {
      case 'scope':
        scope = readScope(reader);
        break;
      case 'schemaUrl':
      case 'schema_url':
        schemaUrl = reader.text();
        break;
      case 'metrics':
        while (reader.element()) metrics.push(yield* readMetric(reader));
        break;
      default:
        reader.skip();
    }
  }
  return { scope, schemaUrl, metrics };
}

function readScope(reader: JsonReader): Scope {
  let name = '';
  let version = '';
  let attributes: readonly Attribute[] = [];
  for (let field = reader.field(); field !== undefined; field = reader.field()) {
    if (field === 'name') name = reader.text();
    else if (field === 'version') version = reader.text();
    else if (field === 'attributes') attributes = readAttributes(reader);
    else reader.skip();
  }
  return { name, version, attributes };
}

function* readMetric(reader: JsonReader): Steps<OtlpMetric> {
  let name = '';
  let description = '';
  let unit = '';
  let data: MetricData | undefined;
  for (let field = reader.field(); field !== undefined; field = reader.field()) {
    switch (field) {
      case 'name':
        name = reader.text();
        break;
      case 'description':
        description = reader.text();
        break;
      case 'unit':
        unit = reader.text();
        break;
      case 'gauge':
        data = { kind: 'gauge', points: (yield* readData(reader, readNumberPoint)).points };
        break;
      case 'sum':
        data = { kind: 'sum', ...(yield* readData(reader, readNumberPoint)) };
        break;
      case 'histogram':
        data = { kind: 'histogram', ...(yield* readData(reader, readHistogramPoint)) };
        break;
      case 'exponentialHistogram':
      case 'exponential_histogram':
        data = { kind: 'exponentialHistogram', ...(yield* readData(reader, readExponentialPoint)) };
        break;
      case 'summary':
        data = { kind: 'summary', points: (yield* readData(reader, readSummaryPoint)).points };
        break;
      default:
        reader.skip();
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

function* readData<P>(reader: JsonReader, readPoint: PointReader<P>): Steps<ReadData<P>> {
  const points: P[] = [];
  let temporality: number = TEMPORALITY.unspecified;
  let monotonic = false;
  for (let field = reader.field(); field !== undefined; field = reader.field()) {
    switch (field) {
      case 'dataPoints':
      case 'data_points':
        while (reader.element()) {
          points.push(readPoint(reader));
          if (points.length % POINTS_A_STEP === 0) yield;
        }
        break;
      case 'aggregationTemporality':
      case 'aggregation_temporality':
        temporality = reader.enumeration(TEMPORALITIES);
        break;
      case 'isMonotonic':
      case 'is_monotonic':
        monotonic = reader.boolean();
        break;
      default:
        reader.skip();
    }
  }
  return { points, temporality, monotonic };
}
