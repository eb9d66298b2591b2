import { type RequestHandler } from 'express';

export type ServerState = 'starting' | 'ready' | 'stopping';

/** Refuses requests while the server is not ready, as upstream's does. */
export function whenReady(state: () => ServerState): RequestHandler {
  return (_request, response, next) => {
    const now = state();
    if (now === 'ready') {
      next();
      return;
    }
    response.setHeader('X-Prometheus-Stopping', String(now === 'stopping'));
    response.status(503).type('text/plain; charset=utf-8').end('Service Unavailable');
  };
}
