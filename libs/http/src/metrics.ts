import { type IncomingMessage, type ServerResponse } from 'node:http';
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

/** Counts and times requests under upstream's names: `<prefix>_http_requests_total{code,handler}` and two histograms. */
export class RequestMeter {
  readonly #requests: Counter<'handler' | 'code'>;
  readonly #durations: Histogram<'handler'>;
  readonly #sizes: Histogram<'handler'>;

  constructor({ registry, prefix }: { readonly registry: Registry; readonly prefix: string }) {
    const registers = [registry];
    this.#requests = new Counter({
      name: `${prefix}_http_requests_total`,
      help: 'Counter of HTTP requests.',
      labelNames: ['handler', 'code'],
      registers,
    });
    this.#durations = new Histogram({
      name: `${prefix}_http_request_duration_seconds`,
      help: 'Histogram of latencies for HTTP requests.',
      labelNames: ['handler'],
      buckets: [0.1, 0.2, 0.4, 1, 3, 8, 20, 60, 120],
      registers,
    });
    this.#sizes = new Histogram({
      name: `${prefix}_http_response_size_bytes`,
      help: 'Histogram of response size for HTTP requests.',
      labelNames: ['handler'],
      buckets: [100, 1000, 10_000, 100_000, 1e6, 1e7, 1e8, 1e9],
      registers,
    });
  }

  /** Shows a handler's requests from the start, as upstream does. */
  expect(handler: string): void {
    this.#requests.inc({ handler, code: '200' }, 0);
  }

  /** To be called when a request comes in; `handler` is out of a bounded set. What it comes to is counted at its end. */
  begin(handler: string, request: IncomingMessage, response: ServerResponse): void {
    const startMs = performance.now();
    const { socket } = request;
    const writtenBefore = socket.bytesWritten;
    response.once('close', () => {
      this.#requests.inc({ handler, code: String(response.statusCode) });
      this.#durations.observe({ handler }, (performance.now() - startMs) / 1000);
      this.#sizes.observe({ handler }, Math.max(0, socket.bytesWritten - writtenBefore));
    });
  }
}

export interface RequestMetricsOptions {
  readonly meter: RequestMeter;
  /** Turns a path into the `handler` label, from a bounded set: never the raw path. */
  readonly handlerOf: (path: string) => string;
}

/** Has each request counted and timed. */
export function requestMetrics({ meter, handlerOf }: RequestMetricsOptions): RequestHandler {
  return (request, response, next) => {
    meter.begin(handlerOf(request.path), request, response);
    next();
  };
}
