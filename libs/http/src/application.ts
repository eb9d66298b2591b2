import express, { type ErrorRequestHandler, type Express, type RequestHandler, Router } from 'express';
import { type Logger } from '@narthex/process';
import { createCompression } from './compression.js';
import { redirect } from './redirect.js';

export interface ApplicationOptions {
  readonly logger: Logger;
  /** Under which every route stands: empty or `/prefix`, as `--web.route-prefix`. */
  readonly routePrefix?: string;
  /** Whether `/` leads to the prefix, which Prometheus and Alertmanager have and Pushgateway has not. Default false. */
  readonly redirectsRoot?: boolean;
  /** Mounts the routes. */
  readonly routes: (router: Router) => void;
  /** Runs before the routes: request metrics, CORS. */
  readonly before?: readonly RequestHandler[];
  /** Shorter answers are sent as they are. Default 1024. */
  readonly compressFromBytes?: number;
  /** Answers what no route took. Default: upstream's `404 page not found`. */
  readonly notFound?: RequestHandler;
}

/**
 * An express application with the house's settings: query strings as flat lists (so `match[]` stays a name), strict
 * about nothing that upstream's router is not, compressed answers, no `X-Powered-By`, and no stack traces to clients.
 */
export function createApplication(options: ApplicationOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.set('case sensitive routing', true);
  app.use(createCompression(options.compressFromBytes ?? 1024));
  for (const handler of options.before ?? []) app.use(handler);
  const router = Router({ caseSensitive: true });
  options.routes(router);
  const prefix = normalizeRoutePrefix(options.routePrefix ?? '');
  const notFound = options.notFound ?? pageNotFound;
  if (prefix !== '') app.use(aroundPrefix(prefix, options.redirectsRoot ?? false, notFound));
  app.use(prefix === '' ? '/' : prefix, router);
  app.use(notFound);
  app.use(lastResort(options.logger));
  return app;
}

/** What upstream's router makes of the prefix without a slash behind, and of `/`. */
function aroundPrefix(prefix: string, redirectsRoot: boolean, notFound: RequestHandler): RequestHandler {
  return (request, response, next) => {
    const { method, path } = request;
    if (path === prefix) {
      if (method === 'GET') redirect(response, 301, `${prefix}/${queryOf(request.originalUrl)}`);
      else notFound(request, response, next);
    } else if (path !== '/' || !redirectsRoot) next();
    else if (method === 'GET') redirect(response, 302, prefix);
    else {
      response.setHeader('Allow', 'GET, OPTIONS');
      if (method === 'OPTIONS') response.status(200).end();
      else {
        response.status(405).setHeader('Content-Type', 'text/plain; charset=utf-8');
        response.setHeader('X-Content-Type-Options', 'nosniff');
        response.end('Method Not Allowed\n');
      }
    }
  };
}

/** With its question mark. */
function queryOf(address: string): string {
  const start = address.indexOf('?');
  return start < 0 ? '' : address.slice(start);
}

/** `/` and the empty string mean none; otherwise one slash in front, none behind. */
export function normalizeRoutePrefix(prefix: string): string {
  const trimmed = prefix.replace(/^\/+|\/+$/g, '');
  return trimmed === '' ? '' : `/${trimmed}`;
}

/** The answer of Go's http.NotFound. */
export const pageNotFound: RequestHandler = (_request, response) => {
  response.status(404).type('text/plain; charset=utf-8').send('404 page not found\n');
};

/** Answers 405 with an `Allow` header, as upstream's router does for a known path and another method. */
export function methodNotAllowed(allowed: readonly string[]): RequestHandler {
  return (_request, response) => {
    response
      .set('Allow', allowed.join(', '))
      .status(405)
      .type('text/plain; charset=utf-8')
      .send('Method Not Allowed\n');
  };
}

/** Whatever a handler threw: its own status where express gave one (a bad URL or body), else 500 and a log line. */
function lastResort(logger: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const status = statusOf(error);
    if (status >= 500) {
      logger.error('Error answering a request', {
        method: request.method,
        path: request.path,
        err: asError(error),
      });
    }
    const text = status >= 500 ? 'Internal Server Error' : asError(error).message;
    response.status(status).type('text/plain; charset=utf-8').send(`${text}\n`);
  };
}

function statusOf(error: unknown): number {
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
