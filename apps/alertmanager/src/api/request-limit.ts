import { Counter, Gauge, type Registry } from '@narthex/client';
import { type RequestHandler } from 'express';

/** Answers 503 to GET requests beyond so many at a time: `--web.get-concurrency`. */
export function limitGetRequests(limit: number, registry: Registry): RequestHandler {
  const registers = [registry];
  const labelNames = ['method'];
  const inFlight = new Gauge({
    name: 'alertmanager_http_requests_in_flight',
    help: 'Current number of HTTP requests being processed.',
    labelNames,
    registers,
  });
  const exceeded = new Counter({
    name: 'alertmanager_http_concurrency_limit_exceeded_total',
    help: 'Total number of times an HTTP request failed because the concurrency limit was reached.',
    labelNames,
    registers,
  });
  inFlight.set({ method: 'get' }, 0);
  exceeded.inc({ method: 'get' }, 0);
  let running = 0;
  return (request, response, next) => {
    if (request.method !== 'GET') {
      next();
      return;
    }
    if (running >= limit) {
      exceeded.inc({ method: 'get' });
      const text = `Limit of concurrent GET requests reached (${limit}), try again later.\n`;
      response.status(503).type('text/plain; charset=utf-8').send(text);
      return;
    }
    inFlight.set({ method: 'get' }, ++running);
    response.once('close', () => inFlight.set({ method: 'get' }, --running));
    next();
  };
}
