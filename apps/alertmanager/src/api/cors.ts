import { type RequestHandler } from 'express';

const METHODS = new Set(['GET', 'POST', 'HEAD']);
const HEADERS = new Set(['accept', 'content-type', 'x-requested-with']);

/** Pages of any origin may read and post; a preflight for anything else gets no permission. */
export const allowAnyOrigin: RequestHandler = (request, response, next) => {
  const method = request.headers['access-control-request-method'];
  if (request.method === 'OPTIONS' && method !== undefined) {
    response.set('Vary', 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers');
    const headers = request.headers['access-control-request-headers'] ?? '';
    const asked = headers.split(',').map((name) => name.trim().toLowerCase());
    const allowed =
      METHODS.has(method.toUpperCase()) && asked.every((name) => name === '' || HEADERS.has(name));
    if (allowed && request.headers.origin !== undefined) {
      response
        .set('Access-Control-Allow-Origin', '*')
        .set('Access-Control-Allow-Methods', method.toUpperCase());
      if (headers !== '') response.set('Access-Control-Allow-Headers', headers);
    }
    response.status(204).end();
    return;
  }
  response.vary('Origin');
  if (request.headers.origin !== undefined) response.set('Access-Control-Allow-Origin', '*');
  next();
};
