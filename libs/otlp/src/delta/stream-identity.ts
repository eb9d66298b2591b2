import { compareText } from '@narthex/model';
import { type AnyValue, type Attributes, isList } from '../data/attributes.js';
import { type OtlpMetric, type ResourceMetrics, type Scope, temporalityOf } from '../data/metrics-data.js';

/*
 * What makes a stream of points one stream: resource, scope, metric and the point's own attributes
 * (https://opentelemetry.io/docs/specs/otel/metrics/data-model/#opentelemetry-protocol-data-model). As texts, that two share
 * exactly when they are the same; attributes in any order.
 */

/** The part that all points of a metric share. */
export function metricIdentity({ attributes }: ResourceMetrics, scope: Scope, metric: OtlpMetric): string {
  const { name, unit, data } = metric;
  const temporality = data === undefined ? undefined : temporalityOf(data);
  return JSON.stringify([
    identity(attributes),
    [scope.name, scope.version, identity(scope.attributes)],
    [name, unit, data?.kind, data?.kind === 'sum' && data.monotonic, temporality],
  ]);
}

export function streamIdentity(metric: string, attributes: Attributes): string {
  return metric + JSON.stringify(identity(attributes));
}

function identity(attributes: Attributes): unknown[] {
  const sorted = [...attributes].sort(([a], [b]) => compareText(a, b));
  return sorted.map(([key, value]) => [key, valueIdentity(value)]);
}

/** With its kind: 1, "1" and 1.0 are three values. */
function valueIdentity(value: AnyValue): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'undefined':
      return null;
    case 'bigint':
    case 'number':
      return [typeof value, Object.is(value, -0) ? '-0' : String(value)];
    default:
      if (value instanceof Uint8Array) return ['bytes', Buffer.from(value).toString('base64')];
      return isList(value) ? ['list', value.map(valueIdentity)] : ['map', identity(value.entries)];
  }
}
