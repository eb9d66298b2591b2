import { type Request, type RequestHandler, type Response, type Router } from 'express';
import { Counter, type Registry, Summary } from '@narthex/client';
import { methodNotAllowed } from '@narthex/http';
import { type Labels } from '@narthex/model';
import { type Clock, type Logger } from '@narthex/process';
import { PushError } from '../errors.js';
import { parseGroupingKey } from '../groups/grouping-key.js';
import { type GroupStore } from '../groups/group-store.js';
import { readFamilies } from '../input/read-body.js';

export interface PushRoutesOptions {
  readonly store: GroupStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly checkConsistency: boolean;
  /** Called after each change. */
  readonly changed: () => void;
}

/** `PUT`, `POST` and `DELETE` of `/metrics/job/…`. */
export function mountPush(router: Router, options: PushRoutesOptions): void {
  const { store, changed } = options;
  const measure = pushMetrics(options.registry, options.clock);
  const path = /^\/metrics\/(job(?:@base64)?\/.*)$/;
  const push = (replace: boolean): RequestHandler => {
    const method = replace ? 'put' : 'post';
    return withKey(options, async (request, response, key) => {
      const done = measure(method, request, response);
      await takePush(options, request, response, key, replace);
      changed();
      done();
    });
  };
  router.put(path, push(true));
  router.post(path, push(false));
  router.delete(
    path,
    withKey(options, (_request, response, key) => {
      store.delete(key);
      changed();
      response.status(202).end();
      return Promise.resolve();
    }),
  );
  router.all(path, methodNotAllowed(['DELETE', 'OPTIONS', 'POST', 'PUT']));
}

type KeyedHandler = (request: Request, response: Response, key: Labels) => Promise<void>;

function withKey({ logger }: PushRoutesOptions, handler: KeyedHandler): RequestHandler {
  return async (request, response) => {
    try {
      const [raw = ''] = request.url.split('?');
      const segments = decodeURIComponent(raw.replace(/^\/metrics\//, '')).split('/');
      await handler(request, response, parseGroupingKey(segments));
    } catch (error) {
      if (!(error instanceof PushError || error instanceof URIError)) throw error;
      logger.debug('push refused', { url: request.url, err: error });
      refuse(response, error.message);
    }
  };
}

async function takePush(
  options: PushRoutesOptions,
  request: Request,
  response: Response,
  key: Labels,
  replace: boolean,
): Promise<void> {
  const { store, logger, checkConsistency } = options;
  try {
    const families = await readFamilies(request);
    store.push(key, families, replace);
    response.status(checkConsistency ? 200 : 202).end();
  } catch (error) {
    if (!(error instanceof PushError)) throw error;
    // A body that cannot be read says nothing about the group; one that does not fit does.
    if (error.code === 'TIMESTAMP') store.fail(key);
    logger.error('pushed metrics are not taken', { method: request.method, url: request.url, err: error });
    refuse(response, error.message);
  }
}

function refuse(response: Response, message: string): void {
  response.status(400).type('text/plain; charset=utf-8').send(`${message}\n`);
}

type Measure = (method: string, request: Request, response: Response) => () => void;

/** How long pushes take and how large they are, under upstream's names. */
function pushMetrics(registry: Registry, clock: Clock): Measure {
  const common = {
    labelNames: ['method'],
    percentiles: [0.1, 0.5, 0.9],
    maxAgeSeconds: 600,
    ageBuckets: 5,
    registers: [registry],
  };
  const duration = new Summary({
    name: 'pushgateway_http_push_duration_seconds',
    help: 'HTTP request duration for pushes to the Pushgateway.',
    ...common,
  });
  const size = new Summary({
    name: 'pushgateway_http_push_size_bytes',
    help: 'HTTP request size for pushes to the Pushgateway.',
    ...common,
  });
  return (method, request) => {
    const startMs = clock.monotonicMs();
    // Kept: a request loses its socket when the client goes.
    const { socket } = request;
    const readBefore = socket.bytesRead;
    return () => {
      duration.observe({ method }, (clock.monotonicMs() - startMs) / 1000);
      const declared = Number(request.headers['content-length'] ?? 0);
      size.observe({ method }, Math.max(declared, socket.bytesRead - readBefore));
    };
  };
}

/** `pushgateway_http_requests_total{code,handler,method}`. */
export function requestCounter(registry: Registry): RequestHandler {
  const requests = new Counter({
    name: 'pushgateway_http_requests_total',
    help: 'Total HTTP requests processed by the Pushgateway, excluding scrapes.',
    labelNames: ['code', 'handler', 'method'],
    registers: [registry],
  });
  return (request, response, next) => {
    const handler = handlerOf(request.method, request.path);
    if (handler !== undefined) {
      response.once('finish', () =>
        requests.inc({ code: String(response.statusCode), handler, method: request.method.toLowerCase() }),
      );
    }
    next();
  };
}

function handlerOf(method: string, path: string): string | undefined {
  if (path.includes('/metrics/job')) return method === 'DELETE' ? 'delete' : 'push';
  const known = ['api/v1/metrics', 'api/v1/status', 'api/v1/admin/wipe', 'healthy', 'ready', 'status'];
  return known.find((handler) => path.endsWith(`/${handler}`));
}
