import { type Clock, type Logger, type VersionInfo } from '@narthex/process';
import { type ErrorRequestHandler, type RequestHandler, Router } from 'express';
import { AlertRoutes, type AlertRoutesOptions } from './alerts';
import { sendError, sendJson } from './answer';
import { allowAnyOrigin } from './cors';
import { RequestError } from './errors';
import { SilenceRoutes, type SilenceRoutesOptions } from './silences';
import { mountStatus } from './status';

export interface ApiOptions extends AlertRoutesOptions, SilenceRoutesOptions {
  readonly version: VersionInfo;
  readonly startedAtMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The API, version 2 (https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml). */
export function createApi(options: ApiOptions): Router {
  const logger = options.logger.with({ component: 'api', version: 'v2' });
  const router = Router({ caseSensitive: true });
  router.use(allowAnyOrigin, (_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });
  new AlertRoutes({ ...options, logger }).mount(router);
  new SilenceRoutes({ ...options, logger }).mount(router);
  mountStatus(router, options);
  for (const [path, allowed] of METHODS) router.all(path, refuseMethod(allowed));
  router.use((request) => {
    throw new RequestError(404, 404, `path ${request.baseUrl}${request.path} was not found`);
  });
  router.use(((error: unknown, _request, response, _next) =>
    sendError(response, error, logger)) as ErrorRequestHandler);
  return router;
}

const METHODS: readonly (readonly [string, readonly string[]])[] = [
  ['/alerts', ['GET', 'POST']],
  ['/alerts/groups', ['GET']],
  ['/silences', ['GET', 'POST']],
  ['/silence/:id', ['DELETE', 'GET']],
  ['/status', ['GET']],
  ['/receivers', ['GET']],
];

function refuseMethod(allowed: readonly string[]): RequestHandler {
  return (request, response) => {
    response.set('Allow', allowed.join(','));
    throw new RequestError(
      405,
      405,
      `method ${request.method} is not allowed, but [${allowed.join(',')}] are`,
    );
  };
}

const V1_GONE =
  'The Alertmanager v1 API was deprecated in version 0.16.0 and is removed as of version 0.27.0 - please use the ' +
  'equivalent route in the v2 API';

/** What is left of version 1: an answer that says so. */
export function v1Gone(logger: Logger): RequestHandler {
  return (request, response) => {
    logger.warn('v1 API received a request on a removed endpoint', {
      component: 'api',
      version: 'v1',
      path: `${request.baseUrl}${request.path}`,
      method: request.method,
    });
    sendJson(response, 410, { status: 'deprecated', error: V1_GONE });
  };
}
