import { type Registry } from '@narthex/client';
import { type RequestListener } from 'node:http';
import {
  createApplication,
  mountHealth,
  mountMetrics,
  redirect,
  RequestMeter,
  requestMetrics,
} from '@narthex/http';
import { formatDuration } from '@narthex/model';
import { type Clock, type Logger, versionInfo } from '@narthex/process';
import { type AnchoredRegexp } from '@narthex/regexp';
import { type ErrorRequestHandler, Router } from 'express';
import { type Endpoint, mountEndpoints, plainError } from '../api/endpoint.js';
import { goJson } from '../api/envelope.js';
import { type ServedAt } from '../flags/external-url.js';
import { type ServerFlags } from '../flags/flags.js';
import { cleanPath } from './clean-path.js';
import { type ConsoleOptions, mountConsoles } from './consoles.js';
import { cors } from './cors.js';
import { type FederationOptions, mountFederation } from './federate.js';
import { readForms, readQueries } from './forms.js';
import { handlerLabel, VARYING_HANDLERS } from './handler-label.js';
import { mountLifecycle } from './lifecycle.js';
import { checkMethod } from './methods.js';
import { mountPages, pagePaths } from './pages.js';
import { mountProfiles } from './profiles/profiles.js';
import { type ServerState, whenReady } from './readiness.js';
import { ShortRoad } from './short-road.js';

export interface WebOptions {
  readonly flags: ServerFlags;
  readonly clock: Clock;
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

/** Everything the server answers over HTTP. */
export interface Web {
  readonly handler: RequestListener;
  /** Adds the endpoints of a server that is ready; until then their paths are answered 503. */
  readonly open: (
    endpoints: readonly Endpoint[],
    federation: FederationOptions,
    consoles: ConsoleOptions,
  ) => void;
}

export function createWeb(options: WebOptions): Web {
  const { flags, logger, registry, servedAt, state } = options;
  const { routePrefix, externalUrl } = servedAt;
  const known = new Set([
    ...pagePaths(flags.agent),
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
  const meter = new RequestMeter({ registry, prefix: 'prometheus' });
  for (const handler of [...known, ...VARYING_HANDLERS]) meter.expect(handler);
  const answering = { logger, decorate: cors(options.corsOrigins) };
  const shortRoad = new ShortRoad({ ...answering, routePrefix, meter, isOpen: () => state() === 'ready' });
  const mount = (router: Router, endpoints: readonly Endpoint[]): void => {
    for (const { path } of endpoints) {
      known.add(`/api/v1${path}`);
      meter.expect(`/api/v1${path}`);
    }
    mountEndpoints(router, endpoints, answering);
  };
  const application = createApplication({
    logger,
    routePrefix,
    redirectsRoot: true,
    compressFromBytes: 0,
    before: [cleanPath, requestMetrics({ meter, handlerOf: handlerLabel(known, routePrefix) })],
    notFound: (_request, response) => plainError(response, 404, '404 page not found'),
    routes: (router) => {
      router.use(checkMethod(flags.agent));
      mountMetrics(router, registry);
      mountHealthChecks(router, state, flags.agent ? 'Agent' : 'Server');
      router.get('/version', (_request, response) => {
        response.type('text/plain; charset=utf-8').end(goJson(versionInfo()));
      });
      mountLifecycle(router, {
        enabled: flags['web.enable-lifecycle'],
        reload: options.reload,
        quit: options.quit,
      });
      router.all(/^\/api\/v1$/, (request, response) => {
        redirect(response, 301, `${externalUrl.pathname.replace(/\/+$/, '')}/api/v1/`, request.method);
      });
      const api = Router({ caseSensitive: true, strict: true });
      api.use(readForms());
      mount(api, options.earlyEndpoints);
      api.use(whenReady(state), lateApi);
      api.options(/.*/, (request, response) => {
        cors(options.corsOrigins)(request, response);
        response.status(204).end();
      });
      api.use(refuseLabelName);
      router.use('/api/v1', api);
      mountProfiles(router, options.clock);
      router.use(['/federate', '/consoles'], whenReady(state));
      router.use(late);
      mountPages(router, {
        folder: options.uiFolder,
        externalPath: externalUrl.pathname.replace(/\/+$/, ''),
        title: flags['web.page-title'],
        lookbackDelta: formatDuration(flags['query.lookback-delta']),
        isReady: () => state() === 'ready',
        agentMode: flags.agent,
        userAssets: flags['web.user-assets'],
        consoleFolder: flags['web.console.templates'],
      });
    },
  });
  readQueries(application);
  const open: Web['open'] = (endpoints, federation, consoles) => {
    mount(lateApi, endpoints);
    shortRoad.add(endpoints);
    known.add('/federate');
    meter.expect('/federate');
    mountFederation(late, federation);
    mountConsoles(late, consoles);
  };
  const handler: RequestListener = (request, response) => {
    if (!shortRoad.take(request, response)) application(request, response);
  };
  return { handler, open };
}

function mountHealthChecks(router: Router, state: () => ServerState, mode: 'Server' | 'Agent'): void {
  router.use('/-/ready', whenReady(state));
  mountHealth(router, {
    healthyText: `Prometheus ${mode} is Healthy.\n`,
    readyText: `Prometheus ${mode} is Ready.\n`,
  });
}

/** A path that does not decode: the name of a label, whose bytes are no UTF-8. */
const refuseLabelName: ErrorRequestHandler = (error, request, response, next) => {
  const name = /^\/label\/([^/]+)\/values$/.exec(request.path)?.[1];
  if (!(error instanceof URIError) || name === undefined) {
    next(error);
    return;
  }
  const shown = name.replace(/%([\da-f]{2})/gi, (_, hex: string) => `\\x${hex.toLowerCase()}`);
  response.status(400).setHeader('Content-Type', 'application/json');
  response.end(goJson({ status: 'error', errorType: 'bad_data', error: `invalid label name: "${shown}"` }));
};
