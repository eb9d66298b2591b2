import { Histogram, type Registry } from '@narthex/client';
import { type RequestHandler } from 'express';

/** Times requests and weighs answers, under the names and labels of upstream's Alertmanager. */
export function requestMetrics(registry: Registry, routePrefix: string): RequestHandler {
  const registers = [registry];
  const durations = new Histogram({
    name: 'alertmanager_http_request_duration_seconds',
    help: 'Histogram of latencies for HTTP requests.',
    labelNames: ['handler', 'method', 'code'],
    registers,
  });
  const sizes = new Histogram({
    name: 'alertmanager_http_response_size_bytes',
    help: 'Histogram of response size for HTTP requests.',
    labelNames: ['handler', 'method'],
    buckets: [100, 1000, 10_000, 100_000, 1e6, 1e7, 1e8],
    registers,
  });
  return (request, response, next) => {
    const end = durations.startTimer();
    const handler = handlerOf(request.path, routePrefix);
    const method = request.method.toLowerCase();
    const writtenBefore = request.socket.bytesWritten;
    response.once('close', () => {
      end({ handler, method, code: String(response.statusCode) });
      sizes.observe({ handler, method }, Math.max(0, request.socket.bytesWritten - writtenBefore));
    });
    next();
  };
}

const HANDLERS = new Set([
  '/',
  '/-/healthy',
  '/-/ready',
  '/-/reload',
  '/metrics',
  '/api/v2/alerts',
  '/api/v2/alerts/groups',
  '/api/v2/receivers',
  '/api/v2/silences',
  '/api/v2/status',
]);

/** A label from a small set, whatever paths clients think of. */
function handlerOf(path: string, routePrefix: string): string {
  const own = path.startsWith(routePrefix) ? path.slice(routePrefix.length) : path;
  if (HANDLERS.has(own)) return own;
  if (own.startsWith('/api/v2/silence/')) return '/api/v2/silence/:silenceID';
  if (own.startsWith('/api/v1/')) return '/api/v1/*path';
  return own.startsWith('/assets/') ? '/assets/*path' : '/*path';
}
