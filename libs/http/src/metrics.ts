import { type RequestHandler, type Router } from 'express';
import { Counter, Gauge, Histogram, type Registry } from '@narthex/client';
import { textContentType } from '@narthex/exposition';

/** What Go's handler answers with. */
const METRICS_CODES = ['200', '500', '503'] as const;

/**
 * Serves the registry in the text format, or in OpenMetrics where the registry is one of that kind; counts that in the
 * registry, as Go's handler does.
 */
export function mountMetrics(router: Router, registry: Registry, path = '/metrics'): void {
  const registers = [registry];
  const requests = new Counter({
    name: 'promhttp_metric_handler_requests_total',
    help: 'Total number of scrapes by HTTP status code.',
    labelNames: ['code'],
    registers,
  });
  for (const code of METRICS_CODES) requests.inc({ code }, 0);
  const inFlight = new Gauge({
    name: 'promhttp_metric_handler_requests_in_flight',
    help: 'Current number of scrapes being served.',
    registers,
  });
  router.get(path, async (request, response) => {
    inFlight.inc();
    response.once('close', () => {
      inFlight.dec();
      requests.inc({ code: String(response.statusCode) });
    });
    const text = await registry.metrics();
    const isText = registry.contentType.startsWith('text/plain');
    const contentType = isText ? textContentType(request.get('Accept')) : registry.contentType;
    response.set('Content-Type', contentType).send(text);
  });
}

export interface RequestMetricsOptions {
  readonly registry: Registry;
  /** The prefix of the metrics' names: `prometheus`, `alertmanager`, `pushgateway`. */
  readonly prefix: string;
  /** Turns a path into the `handler` label, from a bounded set: never the raw path. */
  readonly handlerOf: (path: string) => string;
}

/** Counts and times requests under upstream's names: `<prefix>_http_requests_total{code,handler}` and two histograms. */
export function requestMetrics(options: RequestMetricsOptions): RequestHandler {
  const { registry, prefix, handlerOf } = options;
  const registers = [registry];
  const requests = new Counter({
    name: `${prefix}_http_requests_total`,
    help: 'Counter of HTTP requests.',
    labelNames: ['handler', 'code'],
    registers,
  });
  const durations = new Histogram({
    name: `${prefix}_http_request_duration_seconds`,
    help: 'Histogram of latencies for HTTP requests.',
    labelNames: ['handler'],
    buckets: [0.1, 0.2, 0.4, 1, 3, 8, 20, 60, 120],
    registers,
  });
  const sizes = new Histogram({
    name: `${prefix}_http_response_size_bytes`,
    help: 'Histogram of response size for HTTP requests.',
    labelNames: ['handler'],
    buckets: [100, 1000, 10_000, 100_000, 1e6, 1e7, 1e8, 1e9],
    registers,
  });
  return (request, response, next) => {
    const startMs = performance.now();
    const handler = handlerOf(request.path);
    const writtenBefore = request.socket.bytesWritten;
    response.once('close', () => {
      requests.inc({ handler, code: String(response.statusCode) });
      durations.observe({ handler }, (performance.now() - startMs) / 1000);
      sizes.observe({ handler }, Math.max(0, request.socket.bytesWritten - writtenBefore));
    });
    next();
  };
}
