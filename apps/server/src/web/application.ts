import { type Registry } from '@narthex/client';
import { createApplication, mountHealth, mountMetrics, requestMetrics } from '@narthex/http';
import { formatDuration } from '@narthex/model';
import { type Logger, versionInfo } from '@narthex/process';
import { type AnchoredRegexp } from '@narthex/regexp';
import express, { type Express, Router } from 'express';
import { type Endpoint, mountEndpoints, plainError, refuseMethod } from '../api/endpoint.js';
import { goJson } from '../api/envelope.js';
import { type ServedAt } from '../flags/external-url.js';
import { type ServerFlags } from '../flags/flags.js';
import { cors } from './cors.js';
import { type FederationOptions, mountFederation } from './federate.js';
import { handlerLabel } from './handler-label.js';
import { mountLifecycle } from './lifecycle.js';
import { mountPages, PAGES } from './pages.js';
import { type ServerState, whenReady } from './readiness.js';

export interface WebOptions {
  readonly flags: ServerFlags;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly servedAt: ServedAt;
  readonly corsOrigins: AnchoredRegexp;
  readonly uiFolder: string;
  readonly state: () => ServerState;
  /** Endpoints that answer before the server is ready. */
  readonly earlyEndpoints: readonly Endpoint[];
  readonly reload: () => Promise<void>;
  readonly quit: () => void;
}

const MOST_FORM_BYTES = 10 * 1024 * 1024;
const MOST_FORM_FIELDS = 100_000;

/** Everything the server answers over HTTP. */
export interface Web {
  readonly handler: Express;
  /** Adds the endpoints of a server that is ready; until then their paths are answered 503. */
  readonly open: (endpoints: readonly Endpoint[], federation: FederationOptions) => void;
}

export function createWeb(options: WebOptions): Web {
  const { flags, logger, registry, servedAt, state } = options;
  const { routePrefix, externalUrl } = servedAt;
  const known = new Set([
    ...PAGES,
    '/',
    '/graph',
    '/metrics',
    '/version',
    '/-/healthy',
    '/-/ready',
    '/-/reload',
    '/-/quit',
  ]);
  const late = Router({ caseSensitive: true, strict: true });
  const lateApi = Router({ caseSensitive: true, strict: true });
  const mount = (router: Router, endpoints: readonly Endpoint[]): void => {
    for (const { path } of endpoints) known.add(`/api/v1${path}`);
    mountEndpoints(router, endpoints, { logger, decorate: cors(options.corsOrigins) });
  };
  const handler = createApplication({
    logger,
    routePrefix,
    before: [requestMetrics({ registry, prefix: 'prometheus', handlerOf: handlerLabel(known, routePrefix) })],
    notFound: (_request, response) => plainError(response, 404, '404 page not found'),
    routes: (router) => {
      mountMetrics(router, registry);
      mountHealthChecks(router, state);
      router.get('/version', (_request, response) => {
        response.type('text/plain; charset=utf-8').end(goJson(versionInfo()));
      });
      mountLifecycle(router, {
        enabled: flags['web.enable-lifecycle'],
        reload: options.reload,
        quit: options.quit,
      });
      const api = Router({ caseSensitive: true, strict: true });
      api.use(
        express.urlencoded({ extended: false, limit: MOST_FORM_BYTES, parameterLimit: MOST_FORM_FIELDS }),
      );
      mount(api, options.earlyEndpoints);
      api.use(whenReady(state), lateApi);
      router.use('/api/v1', api);
      router.use('/federate', whenReady(state));
      router.use(late);
      mountPages(router, {
        folder: options.uiFolder,
        externalPath: externalUrl.pathname.replace(/\/+$/, ''),
        title: flags['web.page-title'],
        lookbackDelta: formatDuration(flags['query.lookback-delta']),
        isReady: () => state() === 'ready',
        userAssets: flags['web.user-assets'],
      });
    },
  });
  const open = (endpoints: readonly Endpoint[], federation: FederationOptions): void => {
    mount(lateApi, endpoints);
    known.add('/federate');
    mountFederation(late, federation);
  };
  return { handler, open };
}

function mountHealthChecks(router: Router, state: () => ServerState): void {
  router.use(['/-/healthy', '/-/ready'], (request, response, next) => {
    if (request.method === 'GET' || request.method === 'HEAD') next();
    else refuseMethod(response, ['GET', 'HEAD']);
  });
  router.use('/-/ready', whenReady(state));
  mountHealth(router, {
    healthyText: 'Prometheus Server is Healthy.\n',
    readyText: 'Prometheus Server is Ready.\n',
  });
}
